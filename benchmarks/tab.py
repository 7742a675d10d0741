"""The course in a tab: from the address to the first prompt, on a first visit and on a later one.

Run it as `python benchmarks/tab.py node_modules/pyodide`, with routelab and a Chromium installed.
The later visit has no server any more.
"""

from __future__ import annotations

import gzip
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from routelab.commands.web import main as write_site
from web.chromium import browser, served

VISITS = 5
READY = (
    "!document.getElementById('course').hidden && document.body.ariaBusy === 'false'"
    " && document.activeElement.id === 'line'"
)
KEPT = (
    "navigator.serviceWorker.ready.then(it => it.active.state === 'activated' || new Promise(done =>"
    " it.active.addEventListener('statechange', () => done(true))))"
)


def seconds_to_prompt(address: str, profile: Path, *, keep: bool) -> float:
    """Open the address in a browser of its own; `keep` waits until the site is kept for the next visit."""
    with browser(profile=profile) as page:
        began = time.perf_counter()
        page.go(address)
        page.wait(READY)
        took = time.perf_counter() - began
        if keep:
            page.wait(KEPT)
    return took


def main() -> None:
    """Print the weight of the site, and the median seconds of each kind of visit."""
    if len(sys.argv) != 2:
        raise SystemExit("name the folder of the npm package pyodide")
    with tempfile.TemporaryDirectory(ignore_cleanup_errors=True) as name:
        site = Path(name) / "site"
        if write_site([str(site), "--pyodide", sys.argv[1]]):
            raise SystemExit(1)
        packed = sum(len(gzip.compress(it.read_bytes(), 9)) for it in site.rglob("*") if it.is_file())
        print(f"compressed {packed / 1e6:.2f} MB")
        first, later = [], []
        for number in range(VISITS):
            profile = Path(name) / f"profile-{number}"
            with served(site) as address:
                first.append(seconds_to_prompt(address, profile, keep=True))
            later.append(seconds_to_prompt(address, profile, keep=False))  # the server is gone
        for kind, took in (("first visit", first), ("later visit", later)):
            said = " ".join(f"{each:.1f}" for each in sorted(took))
            print(f"{kind}: {statistics.median(took):.1f} s to the prompt (of {said})")


if __name__ == "__main__":
    main()

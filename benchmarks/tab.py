"""The course in a tab: from the address to the first prompt, on a first visit and on a later one.

Run it as `python benchmarks/tab.py node_modules/pyodide`, with routelab and a Chromium installed.
The later visit has no server any more. Processor seconds are those of all processes of the browser until the
prompt, which a busy machine changes less than the seconds on the clock (Linux counts them).
"""

from __future__ import annotations

import gzip
import os
import statistics
import sys
import tempfile
import time
from pathlib import Path

sys.path.insert(0, str(Path(__file__).resolve().parents[1] / "tests"))

from routelab.commands.web import main as write_site
from web.chromium import browser, served

VISITS = 3
READY = (
    "!document.getElementById('course').hidden && document.body.ariaBusy === 'false'"
    " && document.activeElement.id === 'line'"
)
COMPILED = "caches.match(new URL('compiled.zip', location), {ignoreSearch: true}).then(it => !!it)"
KEPT = (
    "navigator.serviceWorker.ready.then(it => it.active.state === 'activated' || new Promise(done =>"
    " it.active.addEventListener('statechange', () => done(true))))"
)


def processor_seconds(profile: Path) -> float:
    """Add up what the processes of the browser with this profile have used, by what Linux says of them."""
    used, parents, ours = dict[int, int](), dict[int, int](), set[int]()
    for about in Path("/proc").glob("[0-9]*"):
        try:
            fields = (about / "stat").read_text().rpartition(")")[2].split()
            named = str(profile).encode() in (about / "cmdline").read_bytes()
        except OSError:  # it has ended
            continue
        process = int(about.name)
        parents[process], used[process] = int(fields[1]), int(fields[11]) + int(fields[12])
        if named:
            ours.add(process)
    while more := {process for process, parent in parents.items() if parent in ours} - ours:
        ours |= more
    return sum(used[process] for process in ours) / os.sysconf("SC_CLK_TCK")


def visit(address: str, profile: Path, *, keep: bool) -> tuple[float, float]:
    """Open the address in a browser of its own; `keep` waits until the site is kept for the next visit."""
    with browser(profile=profile) as page:
        began = time.perf_counter()
        page.go(address)
        page.wait(READY)
        took = time.perf_counter() - began, processor_seconds(profile)
        if keep:
            page.wait(KEPT)
            page.wait(COMPILED)
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
                first.append(visit(address, profile, keep=True))
            later.append(visit(address, profile, keep=False))  # the server is gone
        for kind, visits in (("first visit", first), ("later visit", later)):
            for what, took in zip(("seconds", "processor seconds"), zip(*visits, strict=True), strict=True):
                said = " ".join(f"{each:.1f}" for each in sorted(took))
                print(f"{kind}: {statistics.median(took):.1f} {what} to the prompt (of {said})")
    if hasattr(os, "getloadavg"):
        waiting = os.getloadavg()[0] / (os.cpu_count() or 1)
        print(f"{waiting:.1f} processes wait for each processor")


if __name__ == "__main__":
    main()

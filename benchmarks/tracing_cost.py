"""What a traced request costs, against Flask's own test client without a trace, in one run.

Run it as `python benchmarks/tracing_cost.py`, with routelab and Flask installed. A lab's app is in a worker:
rows "in its worker" have the way there and back, and rows "here" only what watching costs.
"""

from __future__ import annotations

import sys
import tempfile
from collections.abc import Callable
from importlib.util import module_from_spec, spec_from_file_location
from pathlib import Path
from typing import Any

import flask

import routelab
import routelab.engine
from pairs import microseconds
from startup import APP

PATHS = ("/user/alice", "/nope")


def main() -> None:
    """Print, for a hit and for a 404, the median microseconds of each way, and its ratio to the first."""
    with tempfile.TemporaryDirectory() as name:
        app = Path(name) / "app.py"
        app.write_text(APP, encoding="utf-8")
        for path in PATHS:
            print(f"GET {path}")
            with routelab.load(app, engine="routelab") as small, routelab.load(app, engine="flask") as real:
                taken = microseconds(
                    {**_jobs_of("Flask", app, real, path), **_jobs_of("engine", app, small, path)}
                )
            for title, cost in taken.items():
                print(f"  {title:<34}{cost:8.1f} us   {cost / taken['Flask, test client']:.2f}")


def _jobs_of(title: str, file: Path, lab: routelab.Lab, path: str) -> dict[str, Callable[[], object]]:
    line = f"GET {path}"
    app = _imported(file, flask if title == "Flask" else routelab.engine)
    client, here = app.test_client(), routelab.watch(app)
    return {
        f"{title}, test client": lambda: client.get(path).data,
        f"{title}, trace, here": lambda: here.send(line),
        f"{title}, trace, here, as JSON": lambda: here.send(line).to_dict(),
        f"{title}, trace, in its worker": lambda: lab.send(line),
        f"{title}, trace, its worker, as JSON": lambda: lab.send(line).to_dict(),
    }


def _imported(file: Path, engine: Any) -> Any:
    """Run the app's file in this process, `flask` being an engine while it does."""
    spec = spec_from_file_location("app", file)
    assert spec is not None
    assert spec.loader is not None
    module = module_from_spec(spec)
    before, sys.modules["flask"] = sys.modules["flask"], engine
    try:
        spec.loader.exec_module(module)
    finally:
        sys.modules["flask"] = before
    return module.__dict__["app"]


if __name__ == "__main__":
    main()

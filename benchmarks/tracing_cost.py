"""What a traced request costs, against Flask's own test client without a trace, in one run.

Run it as `python benchmarks/tracing_cost.py`, with routelab and Flask installed.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import routelab
from pairs import microseconds
from startup import APP


def main() -> None:
    """Print the median microseconds of each way, and its ratio to Flask's test client."""
    with tempfile.TemporaryDirectory() as name:
        app = Path(name) / "app.py"
        app.write_text(APP, encoding="utf-8")
        small, real = routelab.load(app, engine="routelab"), routelab.load(app, engine="flask")
        jobs: dict[str, Callable[[], object]] = {
            "Flask, test client": _client(real),
            "engine, test client": _client(small),
            "engine, full trace": lambda: small.send("GET /user/alice"),
            "Flask, full trace": lambda: real.send("GET /user/alice"),
        }
        taken = microseconds(jobs)
        for title, cost in taken.items():
            print(f"{title:<22}{cost:8.1f} us   {cost / taken['Flask, test client']:.2f}")


def _client(lab: routelab.Lab) -> Callable[[], object]:
    client = lab.app.app.test_client()
    return lambda: client.get("/user/alice").data


if __name__ == "__main__":
    main()

"""What a traced request costs, against Flask's own test client without a trace, in one run.

Run it as `python benchmarks/tracing_cost.py`, with routelab and Flask installed. A request that is matched is
told in full only when its trace is read, so reading stands in rows of its own.
"""

from __future__ import annotations

import tempfile
from collections.abc import Callable
from pathlib import Path

import routelab
from pairs import microseconds
from startup import APP

PATHS = ("/user/alice", "/nope")


def main() -> None:
    """Print, for a hit and for a 404, the median microseconds of each way, and its ratio to the first."""
    with tempfile.TemporaryDirectory() as name:
        app = Path(name) / "app.py"
        app.write_text(APP, encoding="utf-8")
        small, real = routelab.load(app, engine="routelab"), routelab.load(app, engine="flask")
        for path in PATHS:
            print(f"GET {path}")
            taken = microseconds(_jobs(small, real, path))
            for title, cost in taken.items():
                print(f"  {title:<28}{cost:8.1f} us   {cost / taken['Flask, test client']:.2f}")


def _jobs(small: routelab.Lab, real: routelab.Lab, path: str) -> dict[str, Callable[[], object]]:
    line = f"GET {path}"
    return {
        "Flask, test client": _client(real, path),
        "engine, test client": _client(small, path),
        "engine, trace": lambda: small.send(line),
        "engine, trace, all read": lambda: len(small.send(line).steps),
        "engine, trace, as JSON": lambda: small.send(line).to_dict(),
        "Flask, trace": lambda: real.send(line),
        "Flask, trace, all read": lambda: len(real.send(line).steps),
        "Flask, trace, as JSON": lambda: real.send(line).to_dict(),
    }


def _client(lab: routelab.Lab, path: str) -> Callable[[], object]:
    client = lab.app.app.test_client()
    return lambda: client.get(path).data


if __name__ == "__main__":
    main()

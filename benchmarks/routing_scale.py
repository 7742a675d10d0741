"""What explaining a match costs on maps of 10 to 10,000 rules, against the plain match, in one run.

Run it as `python benchmarks/routing_scale.py`; it takes about a minute. Read the ratios, not the times.
"""

from __future__ import annotations

import sys
import time
import tracemalloc
from collections.abc import Callable
from contextlib import suppress
from pathlib import Path

sys.path[:0] = [str(Path(__file__).parent.parent), str(Path(__file__).parent)]

from werkzeug.exceptions import HTTPException  # noqa: E402
from werkzeug.routing import Map, MapAdapter, Rule  # noqa: E402

from pairs import microseconds  # noqa: E402 - found by the line above
from routelab.routing.auditing import audit  # noqa: E402
from routelab.routing.explanation import MatchExplanation, observe  # noqa: E402

SIZES = (10, 100, 1_000, 10_000)
# The rules of one resource; a map has as many resources as its size asks for.
FORMS = (
    "/{0}/",
    "/{0}/<int:id>",
    "/{0}/<int:id>/edit",
    "/{0}/<name>",
    "/{0}/<int:id>/comments/<int:comment>",
    "/{0}/about",
    "/{0}/files/<path:p>",
    "/{0}/<uuid:u>/log",
)
# A method and a path below the middle resource for each kind of outcome.
KINDS = {
    "int": ("GET", "/{0}/5"),
    "fixed text": ("GET", "/{0}/about"),
    "404": ("GET", "/{0}/nope/x/y"),
    "404 at once": ("GET", "/nope/x"),
    "405": ("POST", "/{0}/5"),
    "slash redirect": ("GET", "/{0}"),
}


def a_map(size: int) -> Map:
    """Make a map of about that many rules."""
    resources = (f"resource-{number}" for number in range(-(-size // len(FORMS))))
    strings = [form.format(resource) for resource in resources for form in FORMS][:size]
    return Map(
        [Rule(string, endpoint=f"e{number}", methods=["GET"]) for number, string in enumerate(strings)]
    )


def main() -> None:
    """Measure and print one table after another."""
    adapters = {size: a_map(size).bind("localhost") for size in SIZES}
    _print_walks(adapters)
    _print_tables(adapters)
    _print_near_misses(adapters)
    _print_audits(adapters)
    _print_memory()


def _print_walks(adapters: dict[int, MapAdapter]) -> None:
    print("plain match, observed match and its ratio; observed and told as a trace tells it (microseconds)")
    for kind, (method, form) in KINDS.items():
        for size, adapter in adapters.items():
            taken = _walks(adapter, method, form.format(f"resource-{size // len(FORMS) // 2}"))
            ratio = taken["observed"] / taken["plain"]
            print(
                f"  {kind:<15}{size:>7,} rules {taken['plain']:>8.1f} {taken['observed']:>8.1f}"
                f"  x{ratio:.2f} {taken['told']:>8.1f}"
            )


def _walks(adapter: MapAdapter, method: str, path: str) -> dict[str, float]:
    return microseconds(
        {
            "plain": lambda: _plain(adapter, path, method),
            "observed": lambda: observe(adapter, path, method),
            "told": lambda: _told(observe(adapter, path, method)),
        }
    )


def _plain(adapter: MapAdapter, path: str, method: str) -> None:
    with suppress(HTTPException):
        adapter.match(path, method, return_rule=True)


def _told(explanation: MatchExplanation) -> object:
    return (
        explanation.outcome,
        explanation.rule,
        explanation.allowed_methods,
        explanation.looked_at,
        explanation.values,
        explanation.rules_total,
        explanation.rules_looked_at,
        explanation.patterns_tried,
    )


def _print_tables(adapters: dict[int, MapAdapter]) -> None:
    print("full table of verdicts, microseconds per rule; the first one reads every rule")
    for size, adapter in adapters.items():
        path = f"/resource-{size // len(FORMS) // 2}/5"
        first = _seconds(lambda adapter=adapter, path=path: observe(adapter, path).candidates)  # type: ignore[misc]
        later = min(
            _seconds(lambda adapter=adapter, path=path: observe(adapter, path).candidates)  # type: ignore[misc]
            for _ in range(15)
        )
        print(f"  {size:>7,} rules {later / size * 1e6:>8.2f}   first {first / size * 1e6:>8.1f}")


def _print_near_misses(adapters: dict[int, MapAdapter]) -> None:
    print("suggestions and closest rules of a 404 with one letter left out, milliseconds")
    for size, adapter in adapters.items():
        path = f"/resurce-{size // len(FORMS) // 2}/5"

        def near(adapter: MapAdapter = adapter, path: str = path) -> object:
            explanation = observe(adapter, path)
            return explanation.suggestions, explanation.closest

        print(f"  {size:>7,} rules {min(_seconds(near) for _ in range(15)) * 1e3:>8.2f}")


def _print_audits(adapters: dict[int, MapAdapter]) -> None:
    print("audit, milliseconds and microseconds per rule")
    for size, adapter in adapters.items():
        seconds = min(_seconds(lambda adapter=adapter: audit(adapter.map)) for _ in range(3))  # type: ignore[misc]
        print(f"  {size:>7,} rules {seconds * 1e3:>8.1f} {seconds / size * 1e6:>8.1f}")


def _print_memory() -> None:
    print("memory, bytes: per rule for what is kept of a map, and for one explanation of a match")
    for size in SIZES:
        adapter = a_map(size).bind("localhost")
        path = f"/resource-{size // len(FORMS) // 2}/5"
        adapter.match(path)
        tracemalloc.start()
        one = observe(adapter, path)
        _told(one)
        for_one = tracemalloc.get_traced_memory()[0]
        observe(adapter, path).candidates  # noqa: B018 - asked for so that every rule is read
        kept = tracemalloc.get_traced_memory()[0] - for_one
        tracemalloc.stop()
        print(f"  {size:>7,} rules {kept / size:>8.0f} {for_one:>8,}")


def _seconds(job: Callable[[], object]) -> float:
    began = time.process_time()
    job()
    return time.process_time() - began


if __name__ == "__main__":
    main()

"""The lines of the views that came near, where no rule won: what stands beside a path that nothing takes."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.tracing.steps.match import MatchStep
from sessions import APP
from support import lab_of

MANY = "\n".join(f"@app.route('/x{n}')\ndef x{n}():\n    return 'x'\n" for n in range(8))
CASES = [
    ("GET /nope", "", ["home", "show_post", "login", "token"], "all views of an app that has few"),
    ("GET /post/x", MANY, ["show_post"], "of many only the nearest"),
    ("GET /login", MANY, ["login"], "the one that would accept another method"),
    ("GET /zzz", MANY, [], "none came near"),
    ("GET /", "", [], "a rule won"),
]


@pytest.mark.parametrize("engine", ["routelab", "flask"])
@pytest.mark.parametrize(("request_line", "more", "views", "about"), CASES)
def test_views_that_came_near(
    tmp_path: Path, engine: str, request_line: str, more: str, views: list[str], about: str
) -> None:
    match = lab_of(tmp_path, APP + more, engine=engine).send(request_line).first(MatchStep)
    assert match is not None
    assert [it.place.function for it in match.nearby] == views, about
    written = (tmp_path / "app.py").read_text(encoding="utf-8").splitlines()
    for near in match.nearby:
        assert near.lines == tuple(written[near.first - 1 : near.first - 1 + len(near.lines)])
        assert near.place.line is not None
        assert near.first <= near.place.line

"""The schema in docs/ is what the records say, and what was written is read back as it was."""

from __future__ import annotations

import json

import pytest

from routelab.record import Record
from routelab.tracing.steps.kinds import KINDS
from routelab.tracing.trace import Trace
from schemas import SchemaMaker
from support import ROOT

FILE = ROOT / "docs" / "trace.schema.json"


def test_the_schema_is_what_the_records_say(request: pytest.FixtureRequest) -> None:
    text = json.dumps(SchemaMaker().document(), indent=1, ensure_ascii=False) + "\n"
    if request.config.getoption("--rewrite"):
        FILE.write_text(text, encoding="utf-8")
    assert FILE.read_text(encoding="utf-8") == text


def test_every_kind_of_step_is_in_the_schema() -> None:
    definitions = SchemaMaker().document()["$defs"]
    assert {kind.__name__ for kind in KINDS.values()} <= set(definitions)


def test_what_is_no_trace_is_refused() -> None:
    with pytest.raises(ValueError, match="schema 2"):
        Trace.from_dict({"schema": 1})
    with pytest.raises(ValueError, match="Trace"):
        Trace.from_dict({"schema": 2})


def test_no_public_record_stands_twice() -> None:
    def below(kind: type[Record]) -> list[type[Record]]:
        return [each for sub in kind.__subclasses__() for each in (sub, *below(sub))]

    names = [kind.__name__ for kind in below(Record) if kind.__module__.startswith("routelab.")]
    assert len(names) == len(set(names))

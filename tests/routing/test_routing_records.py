"""What routing finds is data: it goes through JSON unchanged, and to read it takes no Werkzeug."""

import json
import subprocess
import sys
from collections import Counter
from collections.abc import Iterator
from itertools import islice
from random import Random

import pytest
from werkzeug.routing import Map, Rule

from effort import examples
from routelab.record import Extent, Record
from routelab.routing.auditing import audit
from routelab.routing.building import explain_build
from routelab.routing.explanation import observe
from routelab.routing.finding import AuditFinding, FindingCode
from routelab.routing.obstacle import Obstacle, Reason
from routelab.routing.walk import SearchStep
from routing.random_maps import RandomMap, random_askings, random_maps
from routing.test_auditing import PLANTED, findings, fresh
from support import ROOT

OF_AN_APP = (
    "Rebound",
    "NotReached",
    "NotCallable",
    "ArgumentsDiffer",
    "MethodLacking",
    "RepeatedPrefix",
)  # random maps have none

DATA = (
    "wording",
    "variable",
    "obstacle",
    "candidate",
    "outcome",
    "redirect",
    "suggestion",
    "built",
    "finding",
    "walk",
    "domain",
)


@pytest.mark.parametrize("name", DATA)
def test_a_module_of_data_imports_no_werkzeug(name: str) -> None:
    script = f"import sys, routelab.routing.{name}; print('werkzeug' in sys.modules)"
    ended = subprocess.run(
        [sys.executable, "-c", script],
        capture_output=True,
        text=True,
        check=True,
        env={"PYTHONPATH": str(ROOT), "PATH": ""},
    )
    assert ended.stdout == "False\n"


def assert_goes_through_json(record: Record) -> None:
    for extent in Extent:
        assert type(record).from_json(json.loads(json.dumps(record.to_json(extent)))) == record


def records_about(random: Random, random_map: RandomMap) -> Iterator[Record]:
    for asking in islice(random_askings(random, random_map), 4):
        adapter = asking.bind(random_map.url_map)
        explanation = observe(adapter, asking.path, asking.method, websocket=asking.websocket)
        explanation.reach = random_map.reach
        yield from explanation.candidates
        yield from explanation.looked_at
        yield from explanation.closest
        yield from explanation.suggestions
        yield from explanation.authors
        yield explanation.walk
        if explanation.scope is not None:
            yield explanation.scope
        if explanation.redirect is not None:
            yield explanation.redirect
    for rule in random_map.url_map.iter_rules():
        values = {name: random.choice(("5", 5, "a", None, b"\xff")) for name in rule.arguments}
        yield explain_build(random_map.url_map.bind("example.org"), rule.endpoint, values)
    yield from audit(random_map.url_map, {"e1", "e2"})


def parts_of(record: Record) -> Iterator[Record]:
    """Yield a record and all that it is made of."""
    yield record
    for thing in vars(record).values():
        for each in thing if isinstance(thing, tuple) else (thing,):
            if isinstance(each, Record):
                yield from parts_of(each)


def test_every_record_goes_through_json() -> None:
    random = Random(5)  # by whose maps all kinds are met early
    met: Counter[str] = Counter()
    for random_map in islice(random_maps(random), examples(40)):
        for record in records_about(random, random_map):
            assert_goes_through_json(record)
            met.update(type(part).__name__ for part in parts_of(record))
    for rules, _ in PLANTED:
        for finding in findings(*fresh(rules)):
            assert_goes_through_json(finding)
            met[type(finding).__name__] += 1
    kinds = {*Obstacle.__subclasses__(), *AuditFinding.__subclasses__(), *SearchStep.__subclasses__()}
    assert {kind.__name__ for kind in kinds} - met.keys() <= {"NoHost", *OF_AN_APP}


def test_each_word_has_one_class() -> None:
    assert Counter(kind.reason for kind in Obstacle.__subclasses__()) == Counter(Reason)
    assert Counter(kind.code for kind in AuditFinding.__subclasses__()) == Counter(FindingCode)
    assert len({kind.kind for kind in SearchStep.__subclasses__()}) == len(SearchStep.__subclasses__())


def test_each_reason_and_finding_has_words_of_its_own() -> None:
    for kind in (*Obstacle.__subclasses__(), *SearchStep.__subclasses__()):
        assert "words" in vars(kind), kind
    for finding in AuditFinding.__subclasses__():
        assert "text" in vars(finding), finding


def test_an_object_that_cannot_be_shown_is_told_by_its_type() -> None:
    class Shy:
        def __repr__(self) -> str:
            raise ValueError

        def __str__(self) -> str:
            return "shy"

    url_map = Map([Rule("/shy/<x>", endpoint="shy")])
    built = explain_build(url_map.bind("example.org"), "shy", {"x": Shy()})
    assert built.sentences == ("x=<Shy> went into the path as shy",)

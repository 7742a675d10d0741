"""Records: what the hundredth of a class does as the first, and reading one of several kinds."""

from __future__ import annotations

import json
from collections.abc import Mapping
from typing import ClassVar

import pytest

from routelab.record import Absent, Extent, Json, Record
from tables import each


class Point(Record):
    x: int
    y: int = 0


class Far(Point):
    name: str


class Nothing(Record):
    pass


class Even(Record):
    number: int

    def _check(self) -> None:
        if self.number % 2:
            raise ValueError(self.number)


class OddlyNamed(Record):
    mine: int
    defaults: int = 2
    made: int = 3
    values: int = 4


class Shape(Record):
    def __init_subclass__(cls, *, kind: str) -> None:
        super().__init_subclass__()
        cls.json_tag = ("kind", kind)


class Dot(Shape, kind="dot"):
    at: Point


class Line(Shape, kind="line"):
    points: tuple[Point, ...]


class Drawing(Record):
    shapes: tuple[Shape, ...]
    best: Shape | None = None


def test_many_of_a_class_are_as_one() -> None:
    points = [Point(x=number) for number in range(1_000)]
    assert points[999] == Point(x=999, y=0) == points[0].replace(x=999)
    assert hash(points[3]) == hash(Point(y=0, x=3))
    assert Point(x=1, y=2).to_json() == {"x": 1, "y": 2}
    for wrong in ({}, {"y": 1}, {"x": 1, "z": 2}):
        with pytest.raises(TypeError):
            Point(**wrong)
    with pytest.raises(AttributeError):
        points[0].x = 1  # type: ignore[misc]


def test_a_subclass_of_a_class_of_many_has_its_own_fields() -> None:
    for number in range(1_000):
        Point(x=number)

    class Near(Point):
        by: str

    assert (Far(x=1, name="far").name, Near(x=1, by="me").by) == ("far", "me")
    with pytest.raises(TypeError):
        Near(x=1)  # type: ignore[call-arg]


def test_a_record_without_fields_is_one_however_many_there_are() -> None:
    assert {Nothing() for _ in range(1_000)} == {Nothing()}
    with pytest.raises(TypeError):
        Nothing(x=1)


def test_each_record_is_checked_when_it_is_made() -> None:
    for number in range(1_000):
        Even(number=2 * number)
        with pytest.raises(ValueError, match=str(2 * number + 1)):
            Even(number=2 * number + 1)
    with pytest.raises(ValueError, match="3"):
        Even(number=2).replace(number=3)


def test_any_kind_is_read_by_the_name_of_them_all() -> None:
    drawing = Drawing(shapes=(Dot(at=Point(x=1)), Line(points=())), best=Line(points=(Point(x=2),)))
    written = json.loads(json.dumps(drawing.to_json()))
    assert written["best"] == {"kind": "line", "points": [{"x": 2, "y": 0}]}
    assert Drawing.from_json(written) == drawing
    for wrong in ({"kind": "blot"}, {}, {"kind": "dot"}):
        with pytest.raises(ValueError, match="this is no"):
            Shape.from_json(wrong)


class Mixed(Record):
    text: str | None = None
    size: float = 0.0
    right: bool = False
    words: tuple[str, ...] = ()
    pair: tuple[str, int] = ("a", 1)
    names: frozenset[str] = frozenset()
    blob: bytes = b""
    sort: Dot | Line = Dot(at=Point(x=1))
    maybe: Dot | Line | None = None
    perhaps: bytes | None = None


@each(
    ("key", "wrong"),
    [
        ("text", 1),
        ("text", ["a"]),
        ("size", "1"),
        ("size", True),
        ("right", 1),
        ("words", "ab"),
        ("words", [1]),
        ("words", {"a": 1}),
        ("words", None),
        ("pair", ["a"]),
        ("pair", [1, 1]),
        ("names", "ab"),
        ("names", [[]]),
        ("blob", 1),
        ("blob", None),
        ("sort", None),
    ],
)
def test_what_is_of_another_type_is_refused(key: str, wrong: object) -> None:
    said = Mixed(text="a", size=1.5, words=("a", "b"), names=frozenset("c"), blob=b"x").to_json()
    refusals = set()
    for _ in range(100):  # what reads them is compiled meanwhile
        assert Mixed.from_json({**said, "size": 2}).size == 2  # JSON has no 2.0
        assert Mixed.from_json(said).to_json() == said
        with pytest.raises(ValueError, match=r"Mixed|shorter") as refused:
            Mixed.from_json({**said, key: wrong})
        refusals.add(str(refused.value))
    assert len(refusals) == 1


class Unlike(Record):
    json_names: ClassVar[Mapping[str, str]] = {"kind": "class"}
    json_inline = ("point",)

    kind: str
    point: Point
    even: Even | None = None
    extra: Json | Absent = Absent.ABSENT


def test_many_are_read_as_one() -> None:
    for number in range(100):
        unlike = Unlike(kind="a", point=Point(x=number), even=Even(number=2 * number))
        assert Unlike.from_json(unlike.to_json()) == unlike
        assert Unlike.from_json({"class": "a", "x": number, "extra": [1]}).extra == [1]
        with pytest.raises(ValueError, match="3"):
            Unlike.from_json({**unlike.to_json(), "even": {"number": 3}})
        with pytest.raises(ValueError, match="this is no Unlike"):
            Unlike.from_json({"x": number})


def test_what_has_its_default_may_be_left_out() -> None:
    for number in range(100):  # what writes them is compiled meanwhile
        unlike = Unlike(kind="a", point=Point(x=number), extra=None)
        assert unlike.to_json(Extent.BRIEF) == {"class": "a", "x": number, "extra": None}
        assert Unlike.from_json(unlike.to_json(Extent.BRIEF)) == unlike
        mixed = Mixed(text="a", words=("b",), maybe=Line(points=(Point(x=1, y=number),)))
        assert Mixed.from_json(mixed.to_json(Extent.BRIEF)) == mixed
        assert mixed.to_json(Extent.BRIEF).keys() - Mixed().to_json(Extent.BRIEF).keys() == {
            "text",
            "words",
            "maybe",
        }


def test_a_field_may_have_any_name() -> None:
    for number in range(100):
        made = OddlyNamed(mine=number, made=5)
        assert (made.mine, made.defaults, made.made, made.values) == (number, 2, 5, 4)

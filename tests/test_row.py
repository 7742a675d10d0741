"""A row is used as a named tuple is."""

from __future__ import annotations

import copy
import pickle
from collections.abc import Callable

import pytest

from routelab.row import Row


class Point(Row):
    """A place on a plane."""

    x: int
    y: int = 0

    @property
    def total(self) -> int:
        return self.x + self.y


def test_it_is_used_as_a_named_tuple_is() -> None:
    point = Point(3)
    assert (point.x, point.y, point.total) == (3, 0, 3)
    assert Point(1, 2) == Point(y=2, x=1) == Point(1, y=2) == (1, 2)
    assert Point(1, 2)._replace(y=4) == Point(1, 4)
    assert Point(1, 2)._asdict() == {"x": 1, "y": 2}
    assert repr(point) == "Point(x=3, y=0)"
    assert {point: 1}[Point(3, 0)] == 1
    match point:
        case Point(x, y):
            assert (x, y) == (3, 0)


def test_a_copy_is_equal_and_of_its_class() -> None:
    point = Point(1, 2)
    for made in (copy.copy(point), copy.deepcopy(point), pickle.loads(pickle.dumps(point))):
        assert made == point
        assert type(made) is Point


@pytest.mark.parametrize(
    "wrong",
    [
        lambda: Point(),  # type: ignore[call-arg]
        lambda: Point(1, 2, 3),  # type: ignore[call-arg]
        lambda: Point(1, x=2),  # type: ignore[misc]
        lambda: Point(1, z=2),  # type: ignore[call-arg]
    ],
)
def test_each_item_is_given_once(wrong: Callable[[], Point]) -> None:
    with pytest.raises(TypeError, match="Point takes x, y"):
        wrong()


def test_nothing_is_set_on_it() -> None:
    with pytest.raises(AttributeError):
        Point(1).x = 2  # type: ignore[misc]
    with pytest.raises(AttributeError):
        Point(1).z = 2  # type: ignore[attr-defined]

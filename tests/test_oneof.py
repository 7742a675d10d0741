"""One of a few values is used as a member of an enum is."""

from __future__ import annotations

import copy
import pickle

import pytest

from routelab.requestline.record import BodyKind
from routelab.routing.finding import Level


def test_it_is_used_as_an_enum_is() -> None:
    assert BodyKind("json") is BodyKind.JSON
    assert (BodyKind.JSON.name, BodyKind.JSON.value, str(BodyKind.JSON)) == ("JSON", "json", "BodyKind.JSON")
    assert [kind.value for kind in BodyKind] == ["none", "json", "form", "multipart", "raw"]
    assert len(BodyKind) == 5
    assert isinstance(BodyKind.JSON, BodyKind)
    assert BodyKind.JSON in BodyKind
    assert [level.number for level in Level] == [0, 1, 2]


def test_a_copy_is_the_same_one() -> None:
    kind = BodyKind.JSON
    assert copy.deepcopy(kind) is copy.copy(kind) is pickle.loads(pickle.dumps(kind)) is kind


@pytest.mark.parametrize("value", ["JSON", None, ["json"]])
def test_another_value_is_none_of_them(value: object) -> None:
    with pytest.raises(ValueError, match="is no BodyKind"):
        BodyKind(value)

from __future__ import annotations

from typing import Any

from werkzeug.datastructures import Headers
from werkzeug.exceptions import NotFound
from werkzeug.wrappers import Response

from routelab.tracing.steps.make_response import Shape, StatusFrom
from routelab.tracing.watching.shapes import header_names_given, make_response_step
from tables import each


@each(
    ("returned", "shape", "parts", "status_from"),
    [
        ("text", Shape.STR, 0, StatusFrom.DEFAULT),
        (b"bytes", Shape.BYTES, 0, StatusFrom.DEFAULT),
        ({"a": 1}, Shape.DICT, 0, StatusFrom.DEFAULT),
        ([1], Shape.LIST, 0, StatusFrom.DEFAULT),
        (iter("ab"), Shape.ITERATOR, 0, StatusFrom.DEFAULT),
        (Response("x"), Shape.RESPONSE, 0, StatusFrom.RESPONSE),
        (NotFound(), Shape.HTTP_EXCEPTION, 0, StatusFrom.ERROR),
        (lambda environ, start: [], Shape.CALLABLE, 0, StatusFrom.RESPONSE),
        (None, Shape.NONE, 0, StatusFrom.DEFAULT),
        (42, Shape.OTHER, 0, StatusFrom.DEFAULT),
        (("made", 201), Shape.STR, 2, StatusFrom.TUPLE),
        (("made", "201 Made"), Shape.STR, 2, StatusFrom.TUPLE),
        (("made", {"X-A": "1"}), Shape.STR, 2, StatusFrom.DEFAULT),
        (("made", [("X-A", "1")]), Shape.STR, 2, StatusFrom.DEFAULT),
        (("made", 201, {"X-A": "1"}), Shape.STR, 3, StatusFrom.TUPLE),
        (("made", None, {"X-A": "1"}), Shape.STR, 3, StatusFrom.DEFAULT),
        ((NotFound(), 410), Shape.HTTP_EXCEPTION, 2, StatusFrom.TUPLE),
        ((404, "Not found"), Shape.OTHER, 2, StatusFrom.TUPLE),
        (("hello",), Shape.OTHER, 1, StatusFrom.DEFAULT),
        ((), Shape.OTHER, 0, StatusFrom.DEFAULT),
    ],
)
def test_shapes(returned: Any, shape: Shape, parts: int, status_from: StatusFrom) -> None:
    step = make_response_step(returned, None, None)
    assert (step.shape, step.parts, step.status_from) == (shape, parts, status_from)


@each(
    ("returned", "names"),
    [
        ("text", set()),
        (("text", 201), set()),
        (("text", {"X-A": "1", "content-type": "text/plain"}), {"x-a", "content-type"}),
        (("text", 201, [("X-A", "1")]), {"x-a"}),
        (("text", 201, Headers({"X-A": "1"})), {"x-a"}),
        (("text", 201, "nonsense"), set()),
    ],
)
def test_headers_of_a_tuple(returned: Any, names: set[str]) -> None:
    assert header_names_given(returned) == names


def test_a_content_type_given_in_the_tuple_is_told() -> None:
    returned = ("a,b", {"Content-Type": "text/csv"})
    step = make_response_step(returned, Response("a,b", mimetype="text/csv"), None)
    assert (step.mimetype, step.mimetype_from) == ("text/csv", "headers")

"""LOAD: what a new rule takes from its view when it was not told.

It knows functions and methods, and nothing of apps.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

    from .typing import View


def endpoint_of(view: View | None) -> str:
    """Return the endpoint that nobody named: it is called like the function."""
    assert view is not None, "expected view func if endpoint is not provided."
    return view.__name__


def methods_of(
    view: View | None, methods: Iterable[str] | None, answers_options: bool | None, by_default: bool
) -> tuple[set[str], bool]:
    """Return a rule's methods, and whether OPTIONS is answered without calling the view.

    `methods` and `answers_options` are what the decorator was given; a view may carry both as attributes.
    HEAD needs no care: the router adds it to GET.
    """
    if methods is None:
        methods = getattr(view, "methods", None) or ("GET",)
    if isinstance(methods, str):
        raise TypeError(
            'Allowed methods must be a list of strings, for example: @app.route(..., methods=["POST"])'
        )
    wanted = {method.upper() for method in methods}
    required = set(getattr(view, "required_methods", ()))
    if answers_options is None:
        answers_options = getattr(view, "provide_automatic_options", None)
    if answers_options is None:
        answers_options = by_default and "OPTIONS" not in wanted
        required |= {"OPTIONS"} if answers_options else set()
    return wanted | required, answers_options

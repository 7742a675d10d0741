"""Views that are classes: `View.as_view` makes the function that the loop calls.

They know the current request's method, and nothing of rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

from .globals import current_app, request

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from .typing import ResponseReturnValue

    ViewFunction = Callable[..., ResponseReturnValue]

METHODS = ("get", "post", "head", "options", "delete", "put", "trace", "patch")


class View:
    """A view with a class of its own; `dispatch_request` answers."""

    methods: ClassVar[Collection[str] | None] = None
    provide_automatic_options: ClassVar[bool | None] = None
    decorators: ClassVar[list[Callable[[Any], Any]]] = []
    init_every_request: ClassVar[bool] = True
    """Whether each request gets an object of its own, or all share one."""

    def dispatch_request(self) -> ResponseReturnValue:
        raise NotImplementedError

    @classmethod
    def as_view(cls, name: str, *class_args: Any, **class_kwargs: Any) -> ViewFunction:
        """Make the view function; its name becomes the endpoint, and the arguments go to the class."""
        shared = None if cls.init_every_request else cls(*class_args, **class_kwargs)

        def view(**kwargs: Any) -> ResponseReturnValue:
            self = view.view_class(*class_args, **class_kwargs) if shared is None else shared  # type: ignore[attr-defined]
            return current_app.ensure_sync(self.dispatch_request)(**kwargs)  # type: ignore[no-any-return]

        if cls.decorators:
            view.__name__ = name
            view.__module__ = cls.__module__
            for decorator in cls.decorators:
                view = decorator(view)

        # Set on what the decorators made, which may be another function.
        view.view_class = cls  # type: ignore[attr-defined]
        view.__name__ = name
        view.__doc__ = cls.__doc__
        view.__module__ = cls.__module__
        view.methods = cls.methods  # type: ignore[attr-defined]
        view.provide_automatic_options = cls.provide_automatic_options  # type: ignore[attr-defined]
        return view


class MethodView(View):
    """A view with one method for each HTTP method: `get` answers GET, `post` answers POST."""

    def __init_subclass__(cls, **kwargs: Any) -> None:
        super().__init_subclass__(**kwargs)
        if "methods" in cls.__dict__:
            return
        inherited = {method for base in cls.__bases__ for method in getattr(base, "methods", None) or ()}
        if methods := inherited | {name.upper() for name in METHODS if hasattr(cls, name)}:
            cls.methods = methods

    def dispatch_request(self, **kwargs: Any) -> ResponseReturnValue:
        method = getattr(self, request.method.lower(), None)
        if method is None and request.method == "HEAD":
            method = getattr(self, "get", None)
        assert method is not None, f"Unimplemented method {request.method!r}"
        return current_app.ensure_sync(method)(**kwargs)  # type: ignore[no-any-return]

"""LOAD: decorators write down what shall happen later. Nothing runs here but the writing.

The app and every blueprint keep the same tables. Each maps a blueprint's name, or None for the owner itself,
to functions; a blueprint's tables are merged into the app's when it is registered. No request is known here.
"""

# Paths are text here, as learners' code expects them.
# ruff: noqa: PTH100, PTH109, PTH118, PTH119, PTH120, PTH122, PTH123

from __future__ import annotations

import os
import sys
from collections import defaultdict
from datetime import timedelta
from functools import wraps
from importlib.util import find_spec
from typing import IO, TYPE_CHECKING, Any, cast

from werkzeug.utils import cached_property

from .cli import AppGroup
from .errors import class_and_code
from .globals import current_app
from .templating import _default_template_ctx_processor

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from jinja2 import BaseLoader

    from .errors import HandlersByCode
    from .typing import AnyFunction, Hook, Name, View


def setupmethod(method: AnyFunction) -> AnyFunction:
    """Refuse a registration that comes too late to take effect everywhere."""
    name = method.__name__

    @wraps(method)
    def guarded(self: Scaffold, *args: Any, **kwargs: Any) -> Any:
        self._check_setup_finished(name)
        return method(self, *args, **kwargs)

    return cast("AnyFunction", guarded)


def too_late(f_name: str, owner: str, already: str, before: str, name: str = "") -> AssertionError:
    """Make the error for a registration on an app or a blueprint that is in use."""
    return AssertionError(
        f"The setup method '{f_name}' can no longer be called on the {owner}{name}. It has already {already},"
        " any changes will not be applied consistently.\n"
        f"Make sure all imports, decorators, functions, etc. needed to set up the {owner} are done before"
        f" {before} it."
    )


class Scaffold:
    """What an app and a blueprint have in common: folders, and tables of functions."""

    name: str
    add_url_rule: Callable[..., None]
    _check_setup_finished: Callable[[str], None]
    _static_folder: str | None = None
    _static_url_path: str | None = None

    def __init__(
        self,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        root_path: str | None = None,
    ) -> None:
        self.import_name = import_name
        self.cli = AppGroup()
        self.static_folder = static_folder
        self.static_url_path = static_url_path
        self.template_folder = template_folder
        self.root_path = root_path_of(import_name) if root_path is None else root_path

        self.view_functions: dict[str, View] = {}
        self.error_handler_spec: dict[Name, HandlersByCode] = defaultdict(lambda: defaultdict(dict))
        self.before_request_funcs: dict[Name, list[Hook]] = defaultdict(list)
        self.after_request_funcs: dict[Name, list[Hook]] = defaultdict(list)
        self.teardown_request_funcs: dict[Name, list[Hook]] = defaultdict(list)
        self.url_value_preprocessors: dict[Name, list[Hook]] = defaultdict(list)
        self.url_default_functions: dict[Name, list[Hook]] = defaultdict(list)
        self.template_context_processors: dict[Name, list[Hook]] = defaultdict(
            list, {None: [_default_template_ctx_processor]}
        )

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {self.name!r}>"

    # Rules and views

    @setupmethod
    def route(self, rule: str, **options: Any) -> Callable[[AnyFunction], AnyFunction]:
        """Tie the decorated function to a rule; what it returns is the function itself, unchanged."""

        def decorator(view: AnyFunction) -> AnyFunction:
            endpoint = options.pop("endpoint", None)
            self.add_url_rule(rule, endpoint, view, **options)
            return view

        return decorator

    @setupmethod
    def get(self, rule: str, **options: Any) -> Callable[[AnyFunction], AnyFunction]:
        return self._route_for("GET", rule, options)

    @setupmethod
    def post(self, rule: str, **options: Any) -> Callable[[AnyFunction], AnyFunction]:
        return self._route_for("POST", rule, options)

    @setupmethod
    def put(self, rule: str, **options: Any) -> Callable[[AnyFunction], AnyFunction]:
        return self._route_for("PUT", rule, options)

    @setupmethod
    def delete(self, rule: str, **options: Any) -> Callable[[AnyFunction], AnyFunction]:
        return self._route_for("DELETE", rule, options)

    @setupmethod
    def patch(self, rule: str, **options: Any) -> Callable[[AnyFunction], AnyFunction]:
        return self._route_for("PATCH", rule, options)

    def _route_for(
        self, method: str, rule: str, options: dict[str, Any]
    ) -> Callable[[AnyFunction], AnyFunction]:
        if "methods" in options:
            raise TypeError("Use the 'route' decorator to use the 'methods' argument.")
        return self.route(rule, methods=[method], **options)

    @setupmethod
    def endpoint(self, endpoint: str) -> Callable[[AnyFunction], AnyFunction]:
        """Give an endpoint that has its rule already the function that answers it."""

        def decorator(view: AnyFunction) -> AnyFunction:
            self.view_functions[endpoint] = view
            return view

        return decorator

    # Hooks

    @setupmethod
    def before_request(self, f: AnyFunction) -> AnyFunction:
        self.before_request_funcs[None].append(f)
        return f

    @setupmethod
    def after_request(self, f: AnyFunction) -> AnyFunction:
        self.after_request_funcs[None].append(f)
        return f

    @setupmethod
    def teardown_request(self, f: AnyFunction) -> AnyFunction:
        self.teardown_request_funcs[None].append(f)
        return f

    @setupmethod
    def context_processor(self, f: AnyFunction) -> AnyFunction:
        self.template_context_processors[None].append(f)
        return f

    @setupmethod
    def url_value_preprocessor(self, f: AnyFunction) -> AnyFunction:
        self.url_value_preprocessors[None].append(f)
        return f

    @setupmethod
    def url_defaults(self, f: AnyFunction) -> AnyFunction:
        self.url_default_functions[None].append(f)
        return f

    # Errors

    @setupmethod
    def errorhandler(self, code_or_exception: int | type[Exception]) -> Callable[[AnyFunction], AnyFunction]:
        """Let the decorated function answer a status code, or an exception and its subclasses."""

        def decorator(handler: AnyFunction) -> AnyFunction:
            self.register_error_handler(code_or_exception, handler)
            return handler

        return decorator

    @setupmethod
    def register_error_handler(self, code_or_exception: int | type[Exception], f: Hook) -> None:
        exception_class, code = class_and_code(code_or_exception)
        self.error_handler_spec[None][code][exception_class] = f

    # Folders

    @property
    def static_folder(self) -> str | None:
        if self._static_folder is None:
            return None
        return os.path.join(self.root_path, self._static_folder)

    @static_folder.setter
    def static_folder(self, folder: str | os.PathLike[str] | None) -> None:
        self._static_folder = None if folder is None else os.fspath(folder).rstrip(r"\/")

    @property
    def has_static_folder(self) -> bool:
        return self.static_folder is not None

    @property
    def static_url_path(self) -> str | None:
        """What was given, else `/` and the folder's own name."""
        if self._static_url_path is not None:
            return self._static_url_path
        if self.static_folder is None:
            return None
        return f"/{os.path.basename(self.static_folder)}".rstrip("/")

    @static_url_path.setter
    def static_url_path(self, path: str | None) -> None:
        self._static_url_path = None if path is None else path.rstrip("/")

    @cached_property
    def jinja_loader(self) -> BaseLoader | None:
        """Return what finds this owner's own templates."""
        if self.template_folder is None:
            return None
        from jinja2 import FileSystemLoader  # an app without templates needs no Jinja

        return FileSystemLoader(os.path.join(self.root_path, self.template_folder))

    def get_send_file_max_age(self, filename: str | None) -> int | None:  # noqa: ARG002  (a subclass may use it)
        """SEND_FILE_MAX_AGE_DEFAULT in seconds; None means that the client asks each time."""
        age: timedelta | int | None = current_app.config["SEND_FILE_MAX_AGE_DEFAULT"]
        return int(age.total_seconds()) if isinstance(age, timedelta) else age

    def open_resource(self, resource: str, mode: str = "rb", encoding: str | None = None) -> IO[Any]:
        """Open a file beside the module, for reading."""
        if mode not in {"r", "rt", "rb"}:
            raise ValueError("Resources can only be opened for reading.")
        return open(os.path.join(self.root_path, resource), mode, encoding=encoding)


# What a new rule takes from its view when it was not told


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


# Where an app's files are: the folder of its module, and the folder for data beside it


def root_path_of(import_name: str) -> str:
    """Return the folder of the module that was named, or the current folder when nobody knows it."""
    file = getattr(sys.modules.get(import_name), "__file__", None) or _file_of(import_name)
    return os.getcwd() if file is None else os.path.dirname(os.path.abspath(file))


def name_of(import_name: str) -> str:
    """Return the import name; for a file that is run directly, the file's name without its suffix."""
    file = getattr(sys.modules["__main__"], "__file__", None) if import_name == "__main__" else None
    return import_name if file is None else os.path.splitext(os.path.basename(file))[0]


def instance_path_of(import_name: str) -> str:
    """Return `instance` beside the top-level module or package of the module that was named."""
    top_level = import_name.partition(".")[0]
    file = _file_of(top_level)
    if file is None:
        return os.path.join(os.getcwd(), "instance")
    folder = os.path.dirname(os.path.abspath(file))
    if os.path.basename(file) == "__init__.py":
        folder = os.path.dirname(folder)
    return os.path.join(folder, "instance")


def _file_of(import_name: str) -> str | None:
    try:
        spec = find_spec(import_name)
    except (ImportError, ValueError):  # a parent that is no package; a module without a spec, as __main__
        return None
    return spec.origin if spec is not None and spec.has_location else None

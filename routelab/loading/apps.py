"""Which object of a module is the app, as Flask decides it: a variable, the only one, or a factory's.

It must not know how the module was found or imported.
"""

from __future__ import annotations

import ast
import os
import re
from collections.abc import Iterator, Mapping, Sequence
from pathlib import Path
from traceback import walk_tb
from types import FunctionType, ModuleType
from typing import Any

from routelab.loading.errors import (
    FactoryArgumentsError,
    NoAppInModuleError,
    NoSuchNameError,
    NotANameError,
    NotAnAppError,
    SeveralAppsError,
)
from routelab.loading.things import not_the_app, taken_name
from routelab.nearest import nearest
from routelab.tracing.facts import Note

VARIABLES = ("app", "application")
_IMPORT, _MADE = "from flask import Flask", "app = Flask(__name__)"
FACTORIES = ("create_app", "make_app")

_WITH_EMPTY_CALL = r"\s*(\w+)\s*(?:\(\s*\))?\s*"


def app_of(module: ModuleType, attribute: str | None, flask: type, file: str) -> Any:
    """Return the app that `attribute` names, or the one that is obvious; `file` is for messages.

    Raises AppNotFound, and whatever a factory raises.
    """
    if attribute is not None:
        return _named(module, attribute, flask, file)
    for name in VARIABLES:
        if isinstance(app := getattr(module, name, None), flask):
            return app
    apps = {name: value for name, value in vars(module).items() if isinstance(value, flask)}
    if len({id(app) for app in apps.values()}) > 1:
        raise SeveralAppsError(file, sorted(apps))
    if apps:
        return next(iter(apps.values()))
    made: list[str] = []
    for name in FACTORIES:
        factory = getattr(module, name, None)
        if isinstance(factory, FunctionType):
            app = _made_by(factory, (), {}, file)
            if isinstance(app, flask):
                return app
            made.append(not_the_app(app, f"{name}()", file, flask))
    names = [name for name in VARIABLES if hasattr(module, name)]
    said = [
        taken_name(module, name, flask, file) or not_the_app(getattr(module, name), name, file, flask)
        for name in names
    ]
    raise NoAppInModuleError(file, (*made, *said) or _not_yet(module, flask, file))


def _not_yet(module: ModuleType, flask: type, file: str) -> tuple[str, ...]:
    """Say which lines are missing in a file that is only begun; nothing of one that goes on."""
    names = {name: value for name, value in vars(module).items() if not name.startswith("__")}
    if not names:
        begun = "defines nothing" if _has_text(module) else "is empty"
        return (f"{file} {begun} so far. A Flask app begins with: {_IMPORT}, then: {_MADE}",)
    if any(value is flask for value in names.values()):
        return (f"{file} imports Flask, but makes no app. Write below the imports: {_MADE}",)
    return ()


def _has_text(module: ModuleType) -> bool:
    """Tell whether a file is more than empty."""
    return module.__file__ is not None and Path(module.__file__).stat().st_size > 0


def _named(module: ModuleType, attribute: str, flask: type, file: str) -> Any:
    name, arguments, keywords = _call(attribute)
    if not hasattr(module, name):
        raise NoSuchNameError(file, name, nearest(name, vars(module)))
    value = getattr(module, name)
    if not isinstance(value, FunctionType):
        return _checked(value, name, flask, file)
    return _checked(_made_by(value, arguments, keywords, file), f"{name}()", flask, file)


def _checked(app: Any, source: str, flask: type, file: str) -> Any:
    if isinstance(app, flask):
        return app
    raise NotAnAppError(not_the_app(app, source, file, flask))


def _call(attribute: str) -> tuple[str, Sequence[Any], Mapping[str, Any]]:
    """Read `name`, `factory()` or `factory("dev", testing=True)`, with literals for arguments."""
    if found := re.fullmatch(_WITH_EMPTY_CALL, attribute):
        return found[1], (), {}
    try:
        call = ast.parse(attribute.strip(), mode="eval").body
        if isinstance(call, ast.Call) and isinstance(call.func, ast.Name):
            arguments = [ast.literal_eval(argument) for argument in call.args]
            keywords = {word.arg: ast.literal_eval(word.value) for word in call.keywords if word.arg}
            return call.func.id, arguments, keywords
    except (SyntaxError, ValueError):
        pass
    raise NotANameError(attribute)


def _made_by(factory: FunctionType, arguments: Sequence[Any], keywords: Mapping[str, Any], file: str) -> Any:
    try:
        return factory(*arguments, **keywords)
    except TypeError as error:
        if _reached(error, factory):
            raise
        raise FactoryArgumentsError(file, factory.__name__, str(error)) from None


def _reached(error: TypeError, factory: FunctionType) -> bool:
    """Tell an error inside the factory from one that the call itself was wrong."""
    return any(frame.f_code is factory.__code__ for frame, _ in walk_tb(error.__traceback__))


def set_debug(app: Any) -> Iterator[Note]:
    """Set the debug mode as the `flask` command does once it has loaded an app: by FLASK_DEBUG alone."""
    before, word = bool(app.debug), os.environ.get("FLASK_DEBUG")
    app.debug = after = bool(word) and str(word).lower() not in {"0", "false", "no"}
    if before is not after:
        by = "FLASK_DEBUG is not set" if word is None else f"FLASK_DEBUG={word}"
        text = (
            f"app.debug was {before} in the file, and is {after} now: once an app is loaded, flask run "
            f"sets it by the environment, where {by}"
        )
        yield Note(code="debug_set", text=text)

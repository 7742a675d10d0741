"""The app's settings: a dict with Flask's keys and defaults.

It knows keys and values, and nothing of who reads them.
"""

# Paths are text here, as learners' code expects them.
# ruff: noqa: PTH118, PTH123

from __future__ import annotations

import os
from datetime import timedelta
from types import ModuleType
from typing import IO, TYPE_CHECKING, Any

from werkzeug.utils import import_string

from .errors import LeftOut

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from .app import Flask

    Filename = str | os.PathLike[str]
    Reader = Callable[[IO[Any]], Mapping[str, Any]]

DEFAULTS: dict[str, Any] = {
    "DEBUG": None,
    "TESTING": False,
    "PROPAGATE_EXCEPTIONS": None,
    "SECRET_KEY": None,
    "SECRET_KEY_FALLBACKS": None,
    "PERMANENT_SESSION_LIFETIME": timedelta(days=31),
    "USE_X_SENDFILE": False,
    "TRUSTED_HOSTS": None,
    "SERVER_NAME": None,
    "APPLICATION_ROOT": "/",
    "SESSION_COOKIE_NAME": "session",
    "SESSION_COOKIE_DOMAIN": None,
    "SESSION_COOKIE_PATH": None,
    "SESSION_COOKIE_HTTPONLY": True,
    "SESSION_COOKIE_SECURE": False,
    "SESSION_COOKIE_PARTITIONED": False,
    "SESSION_COOKIE_SAMESITE": None,
    "SESSION_REFRESH_EACH_REQUEST": True,
    "MAX_CONTENT_LENGTH": None,
    "MAX_FORM_MEMORY_SIZE": 500_000,
    "MAX_FORM_PARTS": 1_000,
    "SEND_FILE_MAX_AGE_DEFAULT": None,
    "TRAP_BAD_REQUEST_ERRORS": None,
    "TRAP_HTTP_EXCEPTIONS": False,
    "EXPLAIN_TEMPLATE_LOADING": False,
    "PREFERRED_URL_SCHEME": "http",
    "TEMPLATES_AUTO_RELOAD": None,
    "MAX_COOKIE_SIZE": 4093,
    "PROVIDE_AUTOMATIC_OPTIONS": True,
}

MISSING = (FileNotFoundError, IsADirectoryError, NotADirectoryError)


def debug_from_environment() -> bool:
    """Whether FLASK_DEBUG is set to anything but `0`, `false` or `no`."""
    return os.environ.get("FLASK_DEBUG", "").lower() not in {"", "0", "false", "no"}


class Config(dict[str, Any]):
    """A dict; only upper-case names are taken over from objects, mappings and files."""

    from_prefixed_env, get_namespace = LeftOut(), LeftOut()

    def __init__(self, root_path: str, defaults: Mapping[str, Any] | None = None) -> None:
        super().__init__(defaults or {})
        self.root_path = root_path

    def from_object(self, obj: object) -> None:
        """Take the upper-case attributes of a module, a class, or what an import string names."""
        if isinstance(obj, str):
            obj = import_string(obj)
        self.update({key: getattr(obj, key) for key in dir(obj) if key.isupper()})

    def from_mapping(self, mapping: Mapping[str, Any] | None = None, **kwargs: Any) -> bool:
        """Take the upper-case keys."""
        merged = {**(mapping or {}), **kwargs}
        self.update({key: value for key, value in merged.items() if key.isupper()})
        return True

    def from_file(self, filename: Filename, load: Reader, silent: bool = False, text: bool = True) -> bool:
        """Take what a function such as `json.load` reads from a file; `silent` lets the file be missing."""
        path = os.path.join(self.root_path, filename)
        try:
            with open(path, "r" if text else "rb") as file:
                return self.from_mapping(load(file))
        except OSError as error:
            if silent and isinstance(error, MISSING):
                return False
            error.strerror = f"Unable to load configuration file ({error.strerror})"
            raise

    def from_pyfile(self, filename: Filename, silent: bool = False) -> bool:
        """Run a Python file, and take its upper-case names."""
        return self.from_file(filename, run_as_settings, silent, text=False)

    def from_envvar(self, variable_name: str, silent: bool = False) -> bool:
        """Run the Python file that an environment variable names."""
        filename = os.environ.get(variable_name)
        if not filename and not silent:
            raise RuntimeError(
                f"The environment variable {variable_name!r} is not set and as such configuration could not"
                " be loaded. Set this variable and make it point to a configuration file"
            )
        return self.from_pyfile(filename, silent) if filename else False

    def __repr__(self) -> str:
        return f"<{type(self).__name__} {super().__repr__()}>"


def run_as_settings(file: IO[bytes]) -> dict[str, Any]:
    """Run a file as Python, as if it were a module called `config`."""
    module = ModuleType("config")
    module.__file__ = file.name
    exec(compile(file.read(), file.name, "exec"), vars(module))
    return vars(module)


def as_timedelta(lifetime: timedelta | int) -> timedelta:
    """Take a number as seconds."""
    return lifetime if isinstance(lifetime, timedelta) else timedelta(seconds=lifetime)


class ConfigAttribute:
    """`app.testing` is `app.config["TESTING"]`, both ways."""

    def __init__(self, key: str, convert: Callable[[Any], Any] | None = None) -> None:
        self.key = key
        self.convert = convert

    def __get__(self, app: Flask | None, owner: type[Flask]) -> Any:
        if app is None:
            return self
        value = app.config[self.key]
        return value if self.convert is None else self.convert(value)

    def __set__(self, app: Flask, value: Any) -> None:
        app.config[self.key] = value

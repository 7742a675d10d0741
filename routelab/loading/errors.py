"""Why there is no app to load: one class for each case, each with a sentence of where, what and what next.

An app that is there and whose code fails is a LoadFailure, not one of these.
"""

from __future__ import annotations

from collections.abc import Sequence
from shlex import quote

from routelab.errors import AppNotFound, SeveralApps


class NoSuchPathError(AppNotFound):
    def __init__(self, path: str) -> None:
        super().__init__(
            f"there is no {path!r}; name a Python file, a folder, or a module as in shop.web:app"
        )


class NotAFileError(AppNotFound):
    """There is something of that name, and it has no end, or leads nowhere."""

    def __init__(self, path: str, problem: str) -> None:
        super().__init__(f"{path!r} cannot be read: {problem}; name a Python file")


class NotPythonError(AppNotFound):
    def __init__(self, path: str) -> None:
        super().__init__(f"{path!r} is not a Python file; name one that ends in .py")


class NotImportableError(AppNotFound):
    """The name of a file hinders its import."""

    def __init__(self, path: str, reason: str) -> None:
        super().__init__(f"{path!r} cannot be imported, {reason}; rename the file")


class NotListedError(AppNotFound):
    """Files of the folder may be read, and their names may not: Python finds modules by those."""

    def __init__(self, path: str, folder: str) -> None:
        super().__init__(
            f"{path!r} cannot be imported: the folder {folder!r} may not be listed, and Python finds modules "
            f"by their names there; permit it: chmod +r {quote(folder)}"
        )


class NoAppInFolderError(AppNotFound):
    """`others` are the Python files, and then the packages, that are there instead."""

    def __init__(self, folder: str, others: Sequence[str]) -> None:
        hint = f"name the app, as in -A {quote(others[0])}" if others else "name a file or a module with -A"
        super().__init__(f"{folder!r} has no app.py and no wsgi.py; {hint}")


class NoSuchModuleError(AppNotFound):
    """`below_src` is where a package of that name lies in the folder `src`, "" for nowhere."""

    def __init__(self, module: str, folder: str, below_src: str = "") -> None:
        hint = f"{below_src} is one; name it: -A {below_src}" if below_src else "check the name"
        super().__init__(f"there is no module {module!r} in {folder!r}, and none is installed; {hint}")


class NoAppInModuleError(AppNotFound):
    """`said` is what stands under the names where the app should be, and what to do about it."""

    def __init__(self, file: str, said: Sequence[str] = ()) -> None:
        super().__init__(
            "; ".join(said)
            or f"{file} makes no Flask app that can be found: no variable app or application, and no "
            f"function create_app or make_app; name it, as in {file}:name"
        )


class SeveralAppsError(SeveralApps):
    def __init__(self, file: str, names: Sequence[str]) -> None:
        super().__init__(
            f"{file} has {len(names)} Flask apps, and none is called app: {', '.join(names)}; choose one, "
            f"as in {file}:{names[0]}"
        )


class NoSuchNameError(AppNotFound):
    def __init__(self, file: str, name: str, near: str | None) -> None:
        super().__init__(f"{file} has no {name!r}; {f'did you mean {near}?' if near else 'check the name'}")


class NotAnAppError(AppNotFound):
    """What is told of is a variable, or a factory with its `()`, and what it is instead."""


class NotANameError(AppNotFound):
    """What follows the colon is neither a name nor a call with literal arguments."""

    def __init__(self, text: str) -> None:
        super().__init__(
            f"{text!r} after the colon is neither a name nor a call, as create_app or create_app('dev')"
        )


class FactoryArgumentsError(AppNotFound):
    def __init__(self, file: str, factory: str, problem: str) -> None:
        super().__init__(f"{file}: {problem}; give its arguments, as in '{file}:{factory}(...)'")

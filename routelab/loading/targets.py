"""Where an app is: a target as people write it, to the module that has to be imported.

It looks at files and folders and must not import any of them.
"""

from __future__ import annotations

import re
import sys
from collections.abc import Sequence
from importlib.machinery import PathFinder
from pathlib import Path

from routelab.errors import AppNotFound
from routelab.loading.errors import (
    NoAppInFolderError,
    NoSuchModuleError,
    NoSuchPathError,
    NotAFileError,
    NotImportableError,
    NotPythonError,
)
from routelab.record import Record
from routelab.regularfile import NotRegular, read_start, read_text
from routelab.tracing.watching.code.sources import LIBRARIES

DEFAULT_FILES = ("wsgi.py", "app.py")  # in Flask's order

_COLON = r":(?![\\/])"  # not the one of C:\dir
_DOTTED = r"[^\W\d]\w*(\.[^\W\d]\w*)*"
_MAKES_APP = r"\bFlask\(|\b(?:create|make)_app\b"


class Location(Record):
    """A module and how to get at it.

    `root` is the folder where its import starts, `module` its dotted name from there. `attribute` is what
    followed the colon, `typed` what stood before it. `package` is set for an installed one: then only that,
    not all of `root`, is the app's own.
    """

    root: Path
    module: str
    attribute: str | None
    typed: str
    package: str | None = None

    @property
    def shown(self) -> str:
        """The whole target, as people are shown it."""
        return self.typed if self.attribute is None else f"{self.typed}:{self.attribute}"


def locate(target: str | Path | None, folder: Path) -> Location:
    """Find the module of a target, as Flask does: `shop.py`, `shop/`, `shop.web`, any of them with `:name`.

    None looks for wsgi.py, then app.py. Raises AppNotFound.
    """
    folder = folder.resolve()
    if not target:
        return _in_folder(folder, DEFAULT_FILES, None, None)
    text, attribute = (str(target), None) if isinstance(target, Path) else _split(target)
    try:
        return _located(text, attribute, folder)
    except (OSError, RuntimeError):  # a name too long, a folder closed to us, no home for ~nobody
        raise NoSuchPathError(text) from None


def _located(text: str, attribute: str | None, folder: Path) -> Location:
    path = folder / Path(text).expanduser()
    if path.is_dir():
        return _in_folder(path.resolve(), _files_to_try(path), attribute, text)
    if path.is_file():
        return _of_file(path.resolve(), attribute, text)
    if (file := path.with_name(f"{path.name}.py")).is_file():
        return _of_file(file.resolve(), attribute, text)
    if text.endswith(".py") or not re.fullmatch(_DOTTED, text):
        raise _no_file(path, text)
    return _of_module(text, attribute, folder)


def _no_file(path: Path, text: str) -> AppNotFound:
    """Say what there is under a path in the place of a file, if anything."""
    try:
        read_start(path, 0)
    except NotRegular as error:
        return NotAFileError(text, str(error.strerror))
    except (OSError, ValueError):
        if path.is_symlink():
            return NotAFileError(text, f"it is a link to {str(path.readlink())!r}, which is not there")
    return NoSuchPathError(text)


def _split(target: str) -> tuple[str, str | None]:
    path, *rest = re.split(_COLON, target, maxsplit=1) if ":" in target else (target,)
    return path, rest[0] if rest else None


def _files_to_try(folder: Path) -> tuple[str, ...]:
    """Put a package that makes the app itself first, and one that only happens to be a package last."""
    package = folder / "__init__.py"
    if not package.is_file():
        return DEFAULT_FILES
    if re.search(_MAKES_APP, read_text(package, "replace")):
        return (package.name, *DEFAULT_FILES)
    return (*DEFAULT_FILES, package.name)


def _in_folder(folder: Path, names: Sequence[str], attribute: str | None, typed: str | None) -> Location:
    for name in names:
        if (folder / name).is_file():
            inside = name if typed is None else Path(typed, name).as_posix()
            return _of_file(folder / name, attribute, typed if typed and name == "__init__.py" else inside)
    files = sorted(file.name for file in folder.glob("*.py"))
    packages = sorted(file.parent.name for file in folder.glob("*/__init__.py"))
    others = [Path(typed or "", name).as_posix() for name in (*files, *packages)]
    raise NoAppInFolderError(typed or str(folder), others)


def _of_file(file: Path, attribute: str | None, typed: str) -> Location:
    if file.suffix != ".py":
        raise NotPythonError(typed)
    stem = file.parent if file.name == "__init__.py" else file.with_suffix("")
    names, root = [stem.name], stem.parent
    while (root / "__init__.py").is_file():
        names.append(root.name)
        root = root.parent
    if any("." in name for name in names):
        raise NotImportableError(typed, "since a dot in a module's name means a package")
    if names[-1] in ("flask", "__main__"):
        raise NotImportableError(typed, f"since the name {names[-1]} is taken")
    return Location(root=root, module=".".join(reversed(names)), attribute=attribute, typed=typed)


def _of_module(module: str, attribute: str | None, folder: Path) -> Location:
    if _has(folder, module):
        return Location(root=folder, module=module, attribute=attribute, typed=module)
    top_level = module.partition(".")[0]
    spec = PathFinder.find_spec(top_level)
    origin = Path(spec.origin) if spec is not None and spec.origin is not None else None
    if origin is None or not origin.is_file() or top_level in sys.stdlib_module_names:
        below_src = f"src/{module.replace('.', '/')}"
        found = (folder / below_src / "__init__.py").is_file()
        raise NoSuchModuleError(module, str(folder), below_src if found else "")
    root = origin.parents[1] if origin.name == "__init__.py" else origin.parent
    if not _has(root, module):
        raise NoSuchModuleError(module, str(folder))
    installed = any(part in LIBRARIES for part in root.parts)
    package = top_level if installed else None
    return Location(root=root, module=module, attribute=attribute, typed=module, package=package)


def _has(root: Path, module: str) -> bool:
    place = root.joinpath(*module.split("."))
    return (place / "__init__.py").is_file() or place.with_name(f"{place.name}.py").is_file()

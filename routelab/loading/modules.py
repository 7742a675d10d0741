"""An app's own modules, kept apart from those of the process and of other apps.

It must not know Flask: what a name means inside the modules is decided by the `importer` that it is given.
The modules are in `sys.modules` only while the app is active, so that two apps of the same layout can live in
one process, and yet pickling, type hints and late imports find them during a request.
"""

from __future__ import annotations

import builtins
import sys
from collections.abc import Callable, Iterator, KeysView, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source, spec_from_file_location
from os import sep
from pathlib import Path
from types import CodeType, ModuleType, TracebackType
from typing import Any, cast

Importer = Callable[..., ModuleType]

# Where one of these is loaded, a file of that name in the app's folder does not replace it: nor does it when
# Flask runs the app.
SHARED = sys.stdlib_module_names | {
    "blinker", "click", "flask", "itsdangerous", "jinja2", "markupsafe", "routelab", "werkzeug",
}  # fmt: skip
_INSTALLED = ("site-packages", "dist-packages")


class OwnModules:
    """The modules below one folder, with the search path that they see; also their finder on `sys.meta_path`.

    `package` narrows them to one package of the folder. `importer` becomes the `__import__` of each.
    """

    def __init__(self, root: Path, *, package: str | None = None, importer: Importer | None = None) -> None:
        self.root = str(root)
        self._sources: dict[str, bytes] = {}  # by path, as it was when it was run
        self._package = package
        self._modules: dict[str, ModuleType] = {}
        self._path = [self.root, *(place for place in sys.path if place != self.root)]
        self._names = frozenset({package} if package else _importable(root)) - SHARED
        self._builtins: dict[str, Any] | None = None
        if importer is not None:
            self._builtins = {**vars(builtins), "__import__": importer}

    def __iter__(self) -> Iterator[tuple[str, ModuleType]]:
        return iter(tuple(self._modules.items()))

    @property
    def files(self) -> KeysView[str]:
        """The paths of the app's files that have run so far; late imports add theirs."""
        return self._sources.keys()

    def active(self) -> Activation:
        """Put modules, finder and search path in place for a `with` block; blocks may be nested."""
        return Activation(self)

    def own(self, name: str) -> bool:
        """Tell whether a module of this name is, or would be, one of the app's."""
        return name in self._modules or self.find_spec(name) is not None

    def lines(self, file: str) -> list[str]:
        """Return the lines of one of the app's files, as they were when it was run."""
        source = self._sources[file]
        try:
            return decode_source(source).split("\n")
        except (SyntaxError, UnicodeDecodeError):  # which is why it did not load
            return source.decode("utf-8", "replace").split("\n")

    def relative(self, file: str) -> str:
        """Write the path of one of the app's files for people."""
        return Path(file).relative_to(self.root).as_posix()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, _target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module in the app's folders, as a finder on `sys.meta_path` does."""
        top_level, _, _ = fullname.partition(".")
        if self._package and top_level != self._package:
            return None
        tail = fullname.rpartition(".")[2]
        for place in sys.path if path is None else path:
            if not self._is_own(place):
                continue
            base = Path(place, tail)
            if (base / "__init__.py").is_file():
                return self._spec(fullname, base / "__init__.py", [str(base)])
            if (file := Path(place, f"{tail}.py")).is_file():
                return self._spec(fullname, file, None)
            if base.is_dir() and _is_namespace(fullname, path):
                return self._namespace(fullname, base)
        return None

    def enter(self) -> tuple[list[str], dict[str, ModuleType]]:
        """Activate, and return what was displaced: the search path, and modules by name."""
        path, modules = sys.path[:], sys.modules
        taken = {name for name in self._names if name in modules}
        displaced: dict[str, ModuleType] = {}
        if taken:  # by an app that is active around this one, or by something that happens to have that name
            displaced = {name: modules[name] for name in tuple(modules) if name.partition(".")[0] in taken}
            for name in displaced:
                del modules[name]
        for name, module in self._modules.items():
            if name in modules:
                displaced[name] = modules[name]
            modules[name] = module
        sys.path[:] = self._path
        sys.meta_path.insert(0, self)
        return path, displaced

    def leave(self, path: list[str], displaced: dict[str, ModuleType]) -> None:
        """Take everything out again, and keep what the app made of it meanwhile."""
        sys.meta_path.remove(self)
        self._path, sys.path[:] = sys.path[:], path
        modules = sys.modules
        for name in tuple(self._modules):
            module = modules.pop(name, None)
            if module is None:  # its import failed, or the app dropped it
                del self._modules[name]
            else:
                self._modules[name] = module
        modules.update(displaced)

    def note_source(self, file: str, source: bytes) -> None:
        """Keep the text of a file that is about to run, for it may be edited meanwhile."""
        self._sources[file] = source

    def adopt(self, module: ModuleType) -> None:
        """Count a module that is about to run among the app's own."""
        self._modules[module.__name__] = module
        if self._builtins is not None:
            module.__dict__["__builtins__"] = self._builtins

    def _is_own(self, place: object) -> bool:
        if place == self.root:
            return True
        if not isinstance(place, str):  # Python skips a Path in sys.path as well
            return False
        inside = place.startswith(self.root + sep)
        return inside and not any(installed in place[len(self.root) :] for installed in _INSTALLED)

    def _spec(self, name: str, file: Path, places: list[str] | None) -> ModuleSpec | None:
        loader = _Source(name, str(file), self)
        return spec_from_file_location(name, file, loader=loader, submodule_search_locations=places)

    def _namespace(self, name: str, folder: Path) -> ModuleSpec:
        spec = ModuleSpec(name, cast(Any, _Namespace(self)), is_package=True)
        spec.submodule_search_locations = [str(folder)]
        return spec


class Activation:
    """One `with` block in which an app is active."""

    __slots__ = ("_displaced", "_modules", "_path")

    def __init__(self, modules: OwnModules) -> None:
        self._modules = modules

    def __enter__(self) -> None:
        self._path, self._displaced = self._modules.enter()

    def __exit__(
        self, kind: type[BaseException] | None, error: BaseException | None, traceback: TracebackType | None
    ) -> None:
        self._modules.leave(self._path, self._displaced)


class _Source(SourceFileLoader):
    """Runs one of the app's files from its source; a stale .pyc is never looked at, and none is written."""

    def __init__(self, name: str, file: str, modules: OwnModules) -> None:
        super().__init__(name, file)
        self._own = modules

    def get_code(self, fullname: str) -> CodeType:
        file = self.get_filename(fullname)
        source = self.get_data(file)
        self._own.note_source(file, source)
        code: CodeType = self.source_to_code(source, file)
        return code

    def exec_module(self, module: ModuleType) -> None:
        self._own.adopt(module)
        super().exec_module(module)


class _Namespace:
    """Makes a package of a folder without __init__.py."""

    def __init__(self, modules: OwnModules) -> None:
        self._own = modules

    def create_module(self, spec: ModuleSpec) -> None:
        """Leave it to the import system."""

    def exec_module(self, module: ModuleType) -> None:
        self._own.adopt(module)


def _is_namespace(name: str, path: Sequence[str] | None) -> bool:
    """Tell whether a folder is a package for want of anything better elsewhere (PEP 420)."""
    found = PathFinder.find_spec(name, path)
    return found is None or found.origin is None


def _importable(root: Path) -> set[str]:
    """Name the modules and packages that a folder seems to offer."""
    try:
        entries = list(root.iterdir())
    except OSError:  # files in it may be readable all the same
        return set()
    return {entry.stem for entry in entries if entry.suffix in ("", ".py") and entry.stem.isidentifier()}

"""The app's own modules: found like any others, run from their sources, and their lines kept.

It must not know Flask. Python finds the modules; this only sees to it that a file below the app's folder is
run from what stands in it now, never from a stale .pyc, and that its text is kept as it ran.
"""

from __future__ import annotations

import ast
import sys
from collections.abc import Iterator, KeysView, Sequence
from importlib.machinery import ModuleSpec, PathFinder, SourceFileLoader
from importlib.util import decode_source
from os import sep
from pathlib import Path
from traceback import walk_tb
from types import CodeType, ModuleType
from typing import NamedTuple

from routelab.pythontext import parsed, saved_as
from routelab.tracing.watching.code.sources import Sources, in_libraries
from routelab.tracing.watching.code.values import message_of


class FailedImport(NamedTuple):
    """A module whose code failed: its file, what was raised, and the last own line on its way."""

    file: str
    raised: str
    where: tuple[str, int] | None


class AppModules:
    """The modules below one folder; also their finder on `sys.meta_path`, from `install` on.

    `package` narrows them to one package of the folder: an installed one, which has neighbours.
    """

    def __init__(self, root: Path, *, package: str | None = None) -> None:
        self.root = str(root)
        self.package = package
        self._sources: dict[str, bytes] = {}  # by path, as it was when it was run
        self._texts: dict[str, str] = {}  # of those, once they were asked for
        self._modules: dict[str, ModuleType] = {}
        self._failed: dict[str, FailedImport] = {}  # by name

    def __iter__(self) -> Iterator[ModuleType]:
        return iter(tuple(self._modules.values()))

    def by_file(self) -> Iterator[tuple[str, ModuleType]]:
        """Give each module with its file; one whose `__file__` the app took away has none."""
        for module in self:
            if (file := getattr(module, "__file__", None)) in self.files:
                yield str(file), module

    def meant_by(self, node: ast.ImportFrom) -> list[ModuleType]:
        """List what `from X import ...` may take from; `from . import ...` may mean any package."""
        wanted = node.module
        if wanted is None:
            return list(self)
        return [
            module
            for name, module in self._modules.items()
            if name == wanted or (node.level > 0 and name.endswith(f".{wanted}"))
        ]

    @property
    def names(self) -> KeysView[str]:
        """The names of the modules that count among the app's own."""
        return self._modules.keys()

    @property
    def files(self) -> KeysView[str]:
        """The paths of the app's files that have run so far; late imports add theirs."""
        return self._sources.keys()

    def install(self) -> None:
        """Let imports find the app's modules first, for as long as the process lives."""
        if self.package is None:
            sys.path.insert(0, self.root)
        # Before the finder of files, and after those of built-in modules, which no file may replace.
        at = sys.meta_path.index(PathFinder) if PathFinder in sys.meta_path else len(sys.meta_path)
        sys.meta_path.insert(at, self)

    def text(self, file: str) -> str:
        """Return the text of one of the app's files, as it was when it was run."""
        if file not in self._texts:
            source = self._sources[file]
            try:
                self._texts[file] = decode_source(source)
            except (SyntaxError, UnicodeDecodeError):  # which is why it did not load
                self._texts[file] = source.decode("utf-8", "replace")
        return self._texts[file]

    def saved_as(self, file: str) -> str | None:
        """Say as what one of the app's files was saved, where that is no text; see `pythontext`."""
        return saved_as(self._sources[file])

    def lines(self, file: str) -> list[str]:
        """Return the lines of that text."""
        return self.text(file).split("\n")

    def tree(self, file: str) -> ast.Module:
        """Parse that text."""
        return parsed(self.text(file))

    def sources(self) -> Sources:
        """Return what tells where the app's code stands, in the files that have run so far."""
        texts = ((file, self.text(file)) for file in self.files)
        return Sources(Path(self.root), texts=texts, package=self.package)

    def relative(self, file: str) -> str:
        """Write the path of one of the app's files for people."""
        return Path(file).relative_to(self.root).as_posix()

    def find_spec(
        self, fullname: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        """Find a module as Python does; one of the app's own is run from its source."""
        spec = PathFinder.find_spec(fullname, path, target)
        if (
            spec is None
            or type(spec.loader) is not SourceFileLoader
            or not self._is_own(fullname, spec.origin)
        ):
            return spec
        spec.loader = _Source(fullname, spec.loader.path, self)
        return spec

    def note_source(self, file: str, source: bytes) -> None:
        """Keep the text of a file that is about to run, for it may be edited meanwhile."""
        self._sources[file] = source
        self._texts.pop(file, None)

    def adopt(self, module: ModuleType) -> None:
        """Count a module that is about to run among the app's own."""
        self._modules[module.__name__] = module

    def abandon(self, module: ModuleType, error: BaseException) -> None:
        """Forget a module whose code failed, but for what it failed with: an app may go on without it."""
        self._modules.pop(module.__name__, None)
        file = getattr(module, "__file__", None)
        if isinstance(error, Exception) and file in self.files:
            # The text of a class of the app's own would be code of the app's.
            text = f": {message_of(error)}" if type(error).__module__ == "builtins" else ""
            own = [
                (frame.f_code.co_filename, line)
                for frame, line in walk_tb(error.__traceback__)
                if frame.f_code.co_filename in self.files
            ]
            where = own[-1] if own else None
            self._failed[module.__name__] = FailedImport(str(file), f"{type(error).__name__}{text}", where)

    @property
    def failed(self) -> list[FailedImport]:
        """The modules whose code failed, and which were not imported after that."""
        return [each for name, each in self._failed.items() if name not in self._modules]

    def _is_own(self, name: str, origin: str | None) -> bool:
        if origin is None or not origin.startswith(self.root + sep):
            return False
        if self.package is not None:
            return name.partition(".")[0] == self.package
        return in_libraries(origin[len(self.root) :]) is None


class _Source(SourceFileLoader):
    """Runs one of the app's files from its source; a stale .pyc is never looked at, and none is written."""

    def __init__(self, name: str, file: str, modules: AppModules) -> None:
        super().__init__(name, file)
        self._own = modules

    def get_code(self, fullname: str) -> CodeType:
        file = self.get_filename(fullname)
        source = self.get_data(file)
        self._own.note_source(file, source)
        try:
            code: CodeType = self.source_to_code(source, file)
        except SyntaxError as error:
            error.filename = error.filename or file  # Python names none where a file is no text
            raise
        return code

    def exec_module(self, module: ModuleType) -> None:
        self._own.adopt(module)
        try:
            super().exec_module(module)
        except BaseException as error:
            self._own.abandon(module, error)
            raise

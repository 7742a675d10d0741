"""What a learner chose once and for all: plain mode, an editor, what is switched off, whom to trust.

It must not know who asks. That a choice cannot be saved is no error: it then holds for this session.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from pathlib import Path

from routelab.learner.statefile import Damaged, Document, StateFile, in_silence

SWITCHES = ("completion", "bottom-line", "highlighting")


class Settings:
    """The choices, kept in a file; without a path they are a guest's, and forgotten at the end.

    `waiting` is called with the file's path as soon as another process is found to hold it.
    """

    def __init__(self, path: Path | None, waiting: Callable[[Path], object] = in_silence) -> None:
        self._file = None if path is None else StateFile(path, _check, waiting)
        self._document: Document = {}
        if self._file is not None:
            try:
                self._document = self._file.read().document
            except OSError:  # unreadable is like not there: nothing in it is worth stopping a lesson
                self._document = {}

    @property
    def plain(self) -> bool:
        """Whether plain mode was chosen."""
        return self._document.get("plain") is True

    @property
    def editor(self) -> str | None:
        """The command of the editor that was chosen."""
        chosen = self._document.get("editor")
        return chosen if isinstance(chosen, str) else None

    @property
    def language(self) -> str | None:
        """The language that was chosen."""
        chosen = self._document.get("language")
        return chosen if isinstance(chosen, str) else None

    def choose_language(self, name: str) -> bool:
        """Remember a language; False where that could not be saved."""
        return self._change(lambda document: document.update(language=name))

    def is_on(self, switch: str) -> bool:
        """Tell whether completion, bottom-line or highlighting is on."""
        return switch not in self._document.get("off", ())

    def trusts(self, content: str) -> bool:
        """Tell whether code of this content hash may run."""
        return content in self._document.get("trusted", {})

    def choose_plain(self, plain: bool) -> bool:
        """Remember plain mode; False where that could not be saved."""
        return self._change(lambda document: document.update(plain=plain))

    def choose_editor(self, command: str) -> bool:
        """Remember an editor; False where that could not be saved."""
        return self._change(lambda document: document.update(editor=command))

    def turn(self, switch: str) -> bool:
        """Turn one on or off, and return whether it is on now."""
        off = set(self._document.get("off", ())) ^ {switch}
        self._change(lambda document: document.update(off=sorted(off)))
        return switch not in off

    def trust(self, contents: Mapping[str, Path]) -> bool:
        """Remember that the learner said yes to code, by its hash; False where that could not be saved."""
        said = {content: str(folder) for content, folder in contents.items()}
        return self._change(lambda document: document.setdefault("trusted", {}).update(said))

    def _change(self, change: Callable[[Document], None]) -> bool:
        change(self._document)
        if self._file is None:
            return True
        try:
            self._document = self._file.change(change).document
        except OSError:
            return False
        return True


def _check(document: Document) -> None:
    off, trusted = document.get("off", []), document.get("trusted", {})
    texts = isinstance(off, list) and all(isinstance(name, str) for name in off)
    if not texts or not isinstance(trusted, dict):
        raise Damaged("not the settings of routelab")

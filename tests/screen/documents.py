"""HTML as a browser reads it, for tests: elements with their attributes, and the text that one sees."""

from __future__ import annotations

from html.parser import HTMLParser

_VOID = ("meta",)


class Document(HTMLParser):
    """Reads a document; `tags` are its elements in order, `shown` is the text outside style and script."""

    def __init__(self, text: str) -> None:
        super().__init__()
        self.tags: list[tuple[str, dict[str, str]]] = []
        self.ends: list[str] = []
        self.shown = ""
        self.inside: dict[str, str] = {"style": "", "script": ""}
        self._open: list[str] = []
        self.feed(text)
        self.close()
        assert self._open == [], "an element is not closed"

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.tags.append((tag, {name: value or "" for name, value in attrs}))
        if tag not in _VOID:
            self._open.append(tag)

    def handle_endtag(self, tag: str) -> None:
        assert self._open.pop() == tag

    def handle_data(self, data: str) -> None:
        where = self._open[-1] if self._open else ""
        if where in self.inside:
            self.inside[where] += data
        else:
            self.shown += data

    def handle_comment(self, data: str) -> None:
        raise AssertionError(f"a comment: {data!r}")

    def names(self) -> set[str]:
        return {tag for tag, _ in self.tags}

    def attributes(self, name: str) -> list[str]:
        return [found[name] for _, found in self.tags if name in found]

"""Links and forms of a page, as a browser would find them in its HTML.

It reads text, and knows no app; HTML that is broken gives what can be read of it.
"""

from __future__ import annotations

from functools import lru_cache
from html.parser import HTMLParser
from typing import NamedTuple
from urllib.parse import urljoin, urlsplit

_UNSENT = ("submit", "button", "image", "reset")


class Field(NamedTuple):
    """A field of a form: its name, its kind, what stands in it, and what can be chosen."""

    name: str
    kind: str
    value: str = ""
    options: tuple[str, ...] = ()


class Form(NamedTuple):
    """A form, with the path that it is sent to."""

    path: str
    method: str
    multipart: bool
    fields: tuple[Field, ...]

    @property
    def has_password(self) -> bool:
        """Whether something is asked for that only its owner knows."""
        return any(field.kind == "password" or "pass" in field.name.casefold() for field in self.fields)

    @property
    def has_hidden(self) -> bool:
        """Whether it holds values that the page put there, and no visitor sees."""
        return any(field.kind == "hidden" for field in self.fields)


class PageLinks(NamedTuple):
    """What a page leads to: paths of the same site, with their queries, and forms."""

    links: tuple[str, ...]
    files: tuple[str, ...]
    forms: tuple[Form, ...]


@lru_cache(maxsize=64)  # whoever looks at an app comes back to each of its pages, most often as it was
def read_page(text: str, path: str) -> PageLinks:
    """Read a page that was found at a path."""
    reader = _Reader(path)
    reader.feed(text)
    reader.close()
    reader.end_form()
    return PageLinks(
        tuple(dict.fromkeys(reader.links)), tuple(dict.fromkeys(reader.files)), tuple(reader.forms)
    )


class _Reader(HTMLParser):
    def __init__(self, path: str) -> None:
        super().__init__(convert_charrefs=True)
        self._path = path
        self.links: list[str] = []
        self.files: list[str] = []
        self.forms: list[Form] = []
        self._form: Form | None = None
        self._select: tuple[str, list[str]] | None = None

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        given = {name: value or "" for name, value in attrs}
        match tag:
            case "a" if "href" in given:
                self.links += self._local(given["href"])
            case "link" | "img" | "script":
                self.files += self._local(given.get("href") or given.get("src") or "#")
            case "form":
                self.end_form()
                action = next(iter(self._local(given.get("action") or self._path)), "")
                method = given.get("method", "get").upper()
                multipart = given.get("enctype", "").casefold() == "multipart/form-data"
                self._form = Form(action, method, multipart, ()) if action else None
            case "input" | "textarea" if given.get("name") and given.get("type", "text") not in _UNSENT:
                kind = tag if tag == "textarea" else given.get("type", "text").casefold()
                self._add(Field(given["name"], kind, given.get("value", "")))
            case "select" if given.get("name"):
                self._select = (given["name"], [])
            case "option" if self._select is not None and given.get("value"):
                self._select[1].append(given["value"])
            case _:
                pass

    def handle_endtag(self, tag: str) -> None:
        if tag == "form":
            self.end_form()
        elif tag == "select" and self._select is not None:
            name, options = self._select
            self._add(Field(name, "select", options=tuple(options)))
            self._select = None

    def end_form(self) -> None:
        if self._form is not None:
            self.forms.append(self._form)
            self._form = None

    def _add(self, field: Field) -> None:
        if self._form is not None:
            self._form = self._form._replace(fields=(*self._form.fields, field))

    def _local(self, address: str) -> list[str]:
        """Return the path that an address leads to from here; nothing for another site, or this very page."""
        try:
            parts = urlsplit(urljoin(f"http://site{self._path}", address.strip()))
        except ValueError:
            return []
        if parts.netloc != "site" or not parts.path.startswith("/") or address.startswith("#"):
            return []
        return [f"{parts.path}?{parts.query}" if parts.query else parts.path]

"""Which language a file is written in, by the name of its ending, as Pygments names it.

It knows names alone: what nobody can colour is shown as it is.
"""

from __future__ import annotations

from pathlib import PurePath

_LANGUAGES = {
    ".py": "python",
    ".html": "html+jinja",
    ".htm": "html+jinja",
    ".jinja": "html+jinja",
    ".jinja2": "html+jinja",
    ".j2": "html+jinja",
    ".toml": "toml",
    ".json": "json",
    ".css": "css",
    ".js": "javascript",
    ".sql": "sql",
}


def language_of(file: str) -> str:
    """Return the language of a file's text; "" where it is not known."""
    return _LANGUAGES.get(PurePath(file).suffix.lower(), "")

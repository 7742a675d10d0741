"""Python for the browser: the one version of Pyodide that sites are made with, from a folder or an address.

It holds files against their digests and asks no address; what else a site is made of is told in `parcel`.
"""

from __future__ import annotations

import json
import re
from base64 import b64encode
from collections.abc import Mapping
from hashlib import sha256
from pathlib import Path
from typing import NamedTuple

from routelab.errors import RoutelabError

PYODIDE = "314.0.7"
"""The version of Pyodide that the course was tried with."""

PINNED = {
    "pyodide.mjs": "bx1g979Sm+swDw9HmDySHTmCNjZAuiCvDjjv3dvGYQk=",
    "pyodide.asm.mjs": "983I7OgGeM63EvjmXr5tOoMgOhgMOZhl9JYSoFFpNjU=",
    "pyodide.asm.wasm": "zDbjyrBP38mmP/E+tS6uK5Eb9GwCXMeygfOUvT3h1eY=",
    "python_stdlib.zip": "+hlX5XdwaPxPdDf5bYYK4vvpwZcyugbITgBOwW3X3Xo=",
    "pyodide-lock.json": "XcL8EZEIvBSMdFfchudnW1yH4cr9QgucNMHq73s2wBA=",
}
"""Its files, with the SHA-256 of each in base64: what a browser runs is what was tried."""

_ADDRESS = re.compile(
    r"https://[a-z0-9.-]+(?::[0-9]+)?/[\w./@-]*|http://(?:127\.0\.0\.1|localhost)(?::[0-9]+)?/[\w./@-]*"
)


class NoPyodide(RoutelabError):
    """There is no Pyodide where one was named, or not the one that is needed."""

    def __init__(self, folder: str, problem: str) -> None:
        super().__init__(
            f"{folder!r} {problem}; unpack the npm package pyodide@{PYODIDE} somewhere, and name its folder"
        )


class Pyodide(NamedTuple):
    """Where the page finds it: its own `files`, by their names, or those of an address."""

    where: str
    files: Mapping[str, bytes]

    @property
    def far(self) -> dict[str, str]:
        """Name what comes from elsewhere, by its address, and what it has to be: "sha256-..."."""
        if self.files:
            return {}
        return {f"{self.where}{name}": f"sha256-{digest}" for name, digest in PINNED.items()}

    def allowed_in(self, page: bytes) -> bytes:
        """Let the page's policy allow that one origin more, if any, and only for what Pyodide is."""
        if self.files:
            return page
        origin = "/".join(self.where.split("/")[:3]).encode()
        for part in (b"script-src 'self' 'wasm-unsafe-eval'", b"connect-src 'self'"):
            assert page.count(part) == 1
            page = page.replace(part, part + b" " + origin)
        return page

    @property
    def script(self) -> bytes:
        """Say both in JavaScript."""
        where, pinned = json.dumps(self.where), json.dumps(self.far)
        return f"export const WHERE = {where};\nexport const PINNED = {pinned};\n".encode()


def pyodide_at(typed: str) -> Pyodide:
    """Take the files of a folder, or an address. Raises RoutelabError."""
    if "://" not in typed:
        return Pyodide("./pyodide/", {f"pyodide/{name}": it for name, it in _files(Path(typed)).items()})
    if _ADDRESS.fullmatch(typed) is None or not typed.endswith("/"):
        raise RoutelabError(
            f"{typed!r} is not an address for Pyodide; it begins with https://, ends with /, "
            "and names the folder of its files"
        )
    return Pyodide(typed, {})


def _files(folder: Path) -> dict[str, bytes]:
    missing = [name for name in ("package.json", *PINNED) if not (folder / name).is_file()]
    if missing:
        raise NoPyodide(str(folder), f"is not Pyodide: it has no {missing[0]}")
    try:
        version = json.loads((folder / "package.json").read_text(encoding="utf-8"))["version"]
    except (ValueError, KeyError, TypeError):
        raise NoPyodide(str(folder), "is not Pyodide: its package.json names no version") from None
    if version != PYODIDE:
        raise NoPyodide(str(folder), f"is Pyodide {version}, and {PYODIDE} is needed")
    return {name: _file(folder, name, digest) for name, digest in PINNED.items()}


def _file(folder: Path, name: str, digest: str) -> bytes:
    try:
        content = (folder / name).read_bytes()
    except OSError as error:
        raise NoPyodide(str(folder), f"has a {name} that cannot be read: {error.strerror}") from None
    if b64encode(sha256(content).digest()).decode() != digest:
        raise NoPyodide(
            str(folder), f"is an incomplete copy, or was changed: {name} is not that of {PYODIDE}"
        )
    return content

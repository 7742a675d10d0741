"""What a site is made of: the page, Python for the browser, routelab with what it needs, and the lessons.

It copies files and packs them, and runs none; how the page works is its own business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from routelab import bundled
from routelab.errors import RoutelabError
from routelab.lessons.explanation import FOLDER as EXPLANATIONS
from routelab.lessons.files import everything

PYODIDE = "314.0.7"
"""The version of Pyodide that the course was tried with."""

_PYODIDE = ("pyodide.mjs", "pyodide.asm.mjs", "pyodide.asm.wasm", "python_stdlib.zip", "pyodide-lock.json")
_PACKAGES = (
    "werkzeug", "jinja2", "markupsafe", "itsdangerous", "markdown_it", "mdurl", "pygments",
)  # fmt: skip
_KINDS = (".py", ".css", ".js", ".json", ".txt", ".typed")  # a part that was compiled does not run elsewhere
_PAGE = (
    "index.html", "site.css", "site.js", "store.js", "python.js", "editor.js", "scene.js", "worker.js",
)  # fmt: skip
_OFFLINE = "offline.js"
_MARK = ".routelab-site"
_LESSONS = PurePosixPath("routelab/lessons/bundled")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip; the same parts give the same bytes


class NoPyodide(RoutelabError):
    """There is no Pyodide where one was named, or not the one that is needed."""

    def __init__(self, folder: str, problem: str) -> None:
        self.folder, self.problem = folder, problem
        super().__init__(
            f"{folder!r} {problem}; unpack the npm package pyodide@{PYODIDE} somewhere, and name its folder"
        )


class CannotWriteSite(RoutelabError):
    """The site cannot be written there."""

    def __init__(self, folder: str, problem: str) -> None:
        self.folder, self.problem = folder, problem
        super().__init__(f"{folder!r} {problem}; name a folder that is new, empty, or a site of routelab's")


def write_site(folder: Path, lessons: Iterable[Path], pyodide: Path) -> int:
    """Write a site over one that is there; return its size in bytes.

    Raises NoPyodide and CannotWriteSite.
    """
    _check_pyodide(pyodide)
    _check_folder(folder)
    files = {
        **{name: _page(name) for name in _PAGE},
        **{f"pyodide/{name}": (pyodide / name).read_bytes() for name in _PYODIDE},
        "python.zip": _packed(_parts(lessons)),
    }
    files[_OFFLINE] = _offline(files)
    try:
        for name, content in files.items():
            (folder / name).parent.mkdir(parents=True, exist_ok=True)
            (folder / name).write_bytes(content)
        (folder / _MARK).write_text("made by routelab web\n", encoding="utf-8")
    except OSError as error:
        raise CannotWriteSite(str(folder), f"cannot be written: {error.strerror or error}") from None
    return sum(map(len, files.values()))


def _check_pyodide(pyodide: Path) -> None:
    missing = [name for name in ("package.json", *_PYODIDE) if not (pyodide / name).is_file()]
    if missing:
        raise NoPyodide(str(pyodide), f"is no Pyodide: it has no {missing[0]}")
    try:
        version = json.loads((pyodide / "package.json").read_text(encoding="utf-8"))["version"]
    except (ValueError, KeyError, TypeError):
        raise NoPyodide(str(pyodide), "is no Pyodide: its package.json names no version") from None
    if version != PYODIDE:
        raise NoPyodide(str(pyodide), f"is Pyodide {version}, and {PYODIDE} is needed")


def _check_folder(folder: Path) -> None:
    try:
        taken = folder.exists() and not (
            folder.is_dir() and ((folder / _MARK).is_file() or not any(folder.iterdir()))
        )
    except OSError as error:
        raise CannotWriteSite(str(folder), f"cannot be written: {error.strerror or error}") from None
    if taken:
        raise CannotWriteSite(str(folder), "holds something else")


def _page(name: str) -> bytes:
    here = Path(__file__).parent
    content = (here / "site" / name).read_bytes()
    if name == "site.css":
        return (here.parent / "screen" / "html" / "page.css").read_bytes() + content
    return content


def _parts(lessons: Iterable[Path]) -> Iterator[tuple[PurePosixPath, Path]]:
    """Name each file of the packages and the lessons, and where it lies."""
    for name in (*_PACKAGES, "routelab"):
        spec = find_spec(name)
        assert spec is not None, f"{name} is not installed"
        for place in spec.submodule_search_locations or ():
            yield from _package(name, Path(place))
    root = bundled.lessons_folder()
    for beside in ("glossary.toml", "demos/*.demo", f"{EXPLANATIONS}/*.md"):
        for source in sorted(root.glob(beside)):
            yield _LESSONS.joinpath(*source.relative_to(root).parts), source
    for folder in (*lessons, root / bundled.PLAYGROUND):
        for path, source in everything(folder).items():
            yield _LESSONS / folder.resolve().name / path, source


def _package(name: str, root: Path) -> Iterator[tuple[PurePosixPath, Path]]:
    for source in sorted(root.rglob("*")):
        path = PurePosixPath(name, *source.relative_to(root).parts)
        if source.is_file() and source.suffix in _KINDS and not path.is_relative_to(_LESSONS):
            yield path, source


def _packed(parts: Iterable[tuple[PurePosixPath, Path]]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for path, source in parts:
            member = ZipInfo(str(path), date_time=_EARLIEST)
            member.compress_type = ZIP_DEFLATED
            archive.writestr(member, source.read_bytes(), compresslevel=9)
    return packed.getvalue()


def _offline(files: Mapping[str, bytes]) -> bytes:
    """Write the script that keeps the site for visits without a network, under a name for what is in it."""
    content = sha256()
    for name, each in sorted(files.items()):
        content.update(name.encode() + each)
    version, names = json.dumps(content.hexdigest()[:16]), json.dumps(sorted(files))
    head = f"const version = {version};\nconst files = {names};\n"
    return head.encode() + (Path(__file__).parent / "site" / _OFFLINE).read_bytes()

"""What a site is made of: the page, Python for the browser, routelab with what it needs, and the lessons.

It copies files and packs them, and runs none; how the page works is its own business.
"""

from __future__ import annotations

import json
from collections.abc import Iterable, Iterator, Mapping
from hashlib import sha256
from importlib import metadata
from importlib.util import find_spec
from io import BytesIO
from pathlib import Path, PurePosixPath
from zipfile import ZIP_DEFLATED, ZipFile, ZipInfo

from routelab import bundled
from routelab.errors import RoutelabError
from routelab.lessons.explanation import FOLDER as EXPLANATIONS
from routelab.lessons.files import everything
from routelab.lessons.findings import TEACHER_FILE
from routelab.web.fitness import PACKAGES
from routelab.web.highlighters import is_needed, needed_lexers
from routelab.web.names import portable
from routelab.web.pyodide import Pyodide
from routelab.wholefile import write_all

_KINDS = (".py", ".css", ".js", ".json", ".txt", ".typed")  # a part that was compiled does not run elsewhere
_PAGE = (
    "index.html", "icon.svg", "site.css", "site.js", "log.js", "prompt.js", "editor.js", "scene.js",
    "store.js", "python.js", "worker.js", "compiled.js",
)  # fmt: skip
_OFFLINE = "offline.js"
_PROJECTS = {"markdown_it": "markdown-it-py"}  # where a package is not called as its project
_MARK, _MARKED = ".routelab-site", b"made by routelab web\n"
_LESSONS = PurePosixPath("routelab/lessons/bundled")
_EARLIEST = (1980, 1, 1, 0, 0, 0)  # of a zip; the same parts give the same bytes


class CannotWriteSite(RoutelabError):
    """The site cannot be written there."""

    def __init__(self, folder: str, problem: str) -> None:
        super().__init__(f"{folder!r} {problem}; name a folder that is new, empty, or a site of routelab's")


def write_site(folder: Path, lessons: Iterable[Path], pyodide: Pyodide) -> int:
    """Write a site over one that is there; return its size in bytes. Raises CannotWriteSite."""
    _check_folder(folder)
    files = {name: _page(name) for name in _PAGE}
    files["index.html"] = pyodide.allowed_in(files["index.html"])
    files |= {"python.zip": _packed(_parts(lessons)), "pyodide.js": pyodide.script, **pyodide.files}
    files[_OFFLINE] = _offline(files, pyodide.far)
    try:
        write_all({folder / name: content for name, content in files.items()} | {folder / _MARK: _MARKED})
    except OSError as error:
        raise CannotWriteSite(str(folder), f"cannot be written: {error.strerror or error}") from None
    return sum(map(len, files.values()))


def _check_folder(folder: Path) -> None:
    name = folder.resolve().name
    if name and not portable(name):
        raise CannotWriteSite(str(folder), "has a name that Windows does not accept")
    try:
        taken = folder.exists() and not (
            folder.is_dir() and ((folder / _MARK).is_file() or not any(folder.iterdir()))
        )
    except OSError as error:
        raise CannotWriteSite(str(folder), f"cannot be written: {error.strerror or error}") from None
    if taken:
        raise CannotWriteSite(str(folder), "has something else in it")


def _page(name: str) -> bytes:
    here = Path(__file__).parent
    content = (here / "site" / name).read_bytes()
    if name == "site.css":
        return (here.parent / "screen" / "html" / "page.css").read_bytes() + content
    return content


def _parts(lessons: Iterable[Path]) -> Iterator[tuple[PurePosixPath, bytes]]:
    """Name each file of the packages and the lessons, and what is in it."""
    for name in (*PACKAGES, "routelab"):
        spec = find_spec(name)
        assert spec is not None, f"{name} is not installed"
        for place in spec.submodule_search_locations or ():
            yield from _package(name, Path(place))
    for name in PACKAGES:
        yield _said_of(name)
    root = bundled.lessons_folder()
    for beside in ("glossary*.toml", "demos/*.demo", f"{EXPLANATIONS}/*.md"):
        for source in sorted(root.glob(beside)):
            yield _LESSONS.joinpath(*source.relative_to(root).parts), source.read_bytes()
    for folder in (*lessons, root / bundled.PLAYGROUND):
        for path, source in everything(folder).items():
            if path != TEACHER_FILE:  # no learner's
                yield _LESSONS / folder.resolve().name / path, source.read_bytes()


def _package(name: str, root: Path) -> Iterator[tuple[PurePosixPath, bytes]]:
    lexers = needed_lexers(root) if name == "pygments" else frozenset[str]()
    for source in sorted(root.rglob("*")):
        path = PurePosixPath(name, *source.relative_to(root).parts)
        wanted = source.suffix in _KINDS and not path.is_relative_to(_LESSONS) and is_needed(path, lexers)
        if wanted and source.is_file():
            yield path, source.read_bytes()


def _said_of(package: str) -> tuple[PurePosixPath, bytes]:
    """Write down name and version, as an installer does: Werkzeug's own version is asked for there."""
    name = _PROJECTS.get(package, package)
    version = metadata.version(name)
    said = f"Metadata-Version: 2.1\nName: {name}\nVersion: {version}\n"
    return PurePosixPath(f"{name.replace('-', '_')}-{version}.dist-info/METADATA"), said.encode()


def _packed(parts: Iterable[tuple[PurePosixPath, bytes]]) -> bytes:
    packed = BytesIO()
    with ZipFile(packed, "w") as archive:
        for path, content in parts:
            member = ZipInfo(str(path), date_time=_EARLIEST)
            member.compress_type = ZIP_DEFLATED
            archive.writestr(member, content, compresslevel=9)
    return packed.getvalue()


def _offline(files: Mapping[str, bytes], far: Mapping[str, str]) -> bytes:
    """Write the script that keeps the site for visits without a network, under a name for what is in it."""
    content = sha256()
    for name, each in sorted(files.items()):
        content.update(name.encode() + each)
    version, names = json.dumps(content.hexdigest()[:16]), json.dumps(sorted(files))
    head = f"const version = {version};\nconst files = {names};\nconst far = {json.dumps(far)};\n"
    return head.encode() + (Path(__file__).parent / "site" / _OFFLINE).read_bytes()

"""An experiment as a link: an app's files and one request, behind the `#` of a site's address.

What stands there never reaches a server. A link may come from anybody: what is in one is text of a bounded
size, and nothing here runs it.
"""

from __future__ import annotations

import json
import zlib
from base64 import b64decode, urlsafe_b64encode
from binascii import Error as NotBase64
from collections.abc import Iterable, Mapping
from hashlib import sha256
from pathlib import Path, PurePosixPath
from typing import NamedTuple
from urllib.parse import quote, unquote

from routelab.errors import RoutelabError
from routelab.regularfile import TooLarge, read_text
from routelab.web.names import portable

MOST_FILES = 20
MOST_BYTES = 60_000  # of all files together, unpacked
MOST_LINK = 16_000  # characters: mail programs and chats pass on some more
MOST_REQUEST = 2_000  # characters
_MOST_UNPACKED = 7 * MOST_BYTES  # bytes of JSON, which writes a character as six at most
_APP, _REQUEST = "app=", "request="
_TEXTS = (".py", ".html", ".txt", ".css", ".js", ".json", ".sql", ".md", ".xml", ".csv")
_BESIDE = ("templates", "static")


class Experiment(NamedTuple):
    """Files by their paths, the one that is the app, and a request line; "" for none."""

    files: Mapping[str, str]
    main: str
    request: str = ""

    @property
    def digest(self) -> str:
        """A name for what is in it."""
        said = json.dumps([sorted(self.files.items()), self.main])
        return sha256(said.encode()).hexdigest()[:12]


class CannotShare(RoutelabError):
    """An experiment does not become a link."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"this cannot be shared as a link: {problem}")


class BadLink(RoutelabError):
    """A link holds no experiment."""

    def __init__(self, problem: str) -> None:
        super().__init__(f"this link has no experiment that can be run: {problem}; ask for a new one")


def files_of(target: Path) -> Experiment:
    """Gather an app's files: of a folder its code, templates and static texts, of a file what lies beside it.

    Hidden files are left out: secrets lie there. Raises CannotShare.
    """
    if target.is_dir():
        main = next((name for name in ("wsgi.py", "app.py") if (target / name).is_file()), None)
        if main is None:
            raise CannotShare(f"{str(target)!r} has neither wsgi.py nor app.py; name the file of the app")
        folder, found = target, [*target.glob("*.py"), *target.glob("*.sql")]
    elif target.is_file():
        folder, main, found = target.parent, target.name, [target]
    else:
        raise CannotShare(f"there is no file and no folder {str(target)!r}")
    for beside in _BESIDE:
        found += sorted(it for it in (folder / beside).rglob("*") if it.is_file())
    return experiment(main, {it.relative_to(folder).as_posix(): it for it in sorted(found)})


def experiment(main: str, files: Mapping[str, Path], request: str = "") -> Experiment:
    """Read files for a link; those that are hidden, or no text, are left out. Raises CannotShare."""
    texts: dict[str, str] = {}
    for name, path in files.items():
        if any(part.startswith((".", "__pycache__")) for part in PurePosixPath(name).parts):
            continue
        if name != main and PurePosixPath(name).suffix not in _TEXTS:
            continue
        try:
            texts[name] = read_text(path, most=MOST_BYTES)
        except TooLarge:
            raise CannotShare(f"{name} has more than {MOST_BYTES} bytes") from None
        except UnicodeDecodeError:
            raise CannotShare(f"{name} is not text in UTF-8") from None
        except OSError as error:
            raise CannotShare(f"{name} cannot be read: {error.strerror}") from None
    return Experiment(files=texts, main=main, request=request)


def fragment_of(shared: Experiment) -> str:
    """Return what follows the `#` of a link. Raises CannotShare."""
    problem = _problem(shared)
    if problem is not None:
        raise CannotShare(problem)
    said = json.dumps({"main": shared.main, "files": dict(shared.files)}, ensure_ascii=False)
    packed = urlsafe_b64encode(zlib.compress(said.encode(), 9)).decode().rstrip("=")
    fragment = f"{_APP}{packed}&{_REQUEST}{quote(shared.request, safe='/')}"
    if len(fragment) > MOST_LINK:
        raise CannotShare(
            f"the link would have {len(fragment)} characters, and at most {MOST_LINK} are allowed"
        )
    return fragment


def is_experiment(fragment: str) -> bool:
    """Tell whether what follows the `#` means to be an experiment, right or wrong."""
    return fragment.startswith((_APP, _REQUEST))


def read_fragment(fragment: str) -> Experiment:
    """Read what `fragment_of` wrote, or what somebody else did. Raises BadLink."""
    if len(fragment) > MOST_LINK:
        raise BadLink(f"it has more than {MOST_LINK} characters")
    parts = dict(_parts(fragment))
    try:
        packed = parts["app"]
        unpacking = zlib.decompressobj()
        padded = packed + "=" * (-len(packed) % 4)
        text = unpacking.decompress(b64decode(padded, b"-_", validate=True), _MOST_UNPACKED)
        if unpacking.unconsumed_tail or not unpacking.eof:
            raise BadLink("it is cut off, or too large")
        said = json.loads(text.decode())
        files, main = said["files"], said["main"]
        whole = isinstance(files, dict) and isinstance(main, str)
        if not whole or not all(isinstance(it, str) for pair in files.items() for it in pair):
            raise BadLink("it is damaged")
    except (KeyError, TypeError, ValueError, NotBase64, zlib.error, RecursionError):
        raise BadLink("it is damaged") from None
    shared = Experiment(files=files, main=main, request=unquote(parts.get("request", "")))
    problem = _problem(shared)
    if problem is not None:
        raise BadLink(problem)
    return shared


def _parts(fragment: str) -> Iterable[tuple[str, str]]:
    for part in fragment.split("&"):
        name, _, value = part.partition("=")
        yield name, value


def _problem(shared: Experiment) -> str | None:
    """Say what is wrong with an experiment, wherever it came from."""
    if shared.main not in shared.files or not shared.main.endswith(".py"):
        return "the file of the app is not in it"
    if len(shared.files) > MOST_FILES:
        return f"it has {len(shared.files)} files, and at most {MOST_FILES} are allowed"
    if sum(len(text.encode(errors="replace")) for text in shared.files.values()) > MOST_BYTES:
        return f"its files have more than {MOST_BYTES} bytes"
    bad = next((name for name in shared.files if not portable(name)), None)
    if bad is not None:
        return f"{bad[:80]!r} is not a file name on every system"
    if any(str(above) in shared.files for name in shared.files for above in PurePosixPath(name).parents):
        return "one of its files is also a folder"
    if any(_is_half(text) for text in shared.files.values()):
        return "one of its files has half a character"
    if len(shared.request) > MOST_REQUEST:
        return f"its request has more than {MOST_REQUEST} characters"
    if any(not it.isprintable() for it in shared.request):
        return "its request is more than one line"
    return None


def _is_half(text: str) -> bool:
    try:
        text.encode()
    except UnicodeEncodeError:
        return True
    return False

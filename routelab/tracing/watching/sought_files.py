"""Which file was looked for: read from the frames of the function that did not find it, or from its response.

What else has the file's name is found out when the request is over. Of a function that takes the 404 itself
nothing comes out: both engines ask Werkzeug's `send_from_directory`, and what that makes its error with is
watched as long as a request is traced, so no frame of ours stands in a traceback that the app may show.
"""

from __future__ import annotations

import os
import sys
from collections.abc import Callable, Iterator
from pathlib import Path
from traceback import walk_tb
from types import FrameType
from typing import Any, TypeAlias
from urllib.parse import unquote, urlsplit

import werkzeug.utils

from routelab.routing.outcome import Outcome
from routelab.tracing.facts import Call, Note
from routelab.tracing.sought import OtherFile, SoughtFile
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.watching.code.files import differs_in_case, in_time, same_name, seen_from_app
from routelab.tracing.watching.code.sources import Sources, is_static_view
from routelab.tracing.watching.recorder import Recorder
from routelab.tracing.watching.replacing import Replacing

_FROM_DIRECTORY = werkzeug.utils.send_from_directory.__code__
_SEND_FILE = werkzeug.utils.send_file.__code__
# Of Python's own library and Werkzeug's: they call `open` for the app.
_OPENERS = ("pathlib.py", "_local.py", os.path.join("werkzeug", "datastructures", "file_storage.py"))  # noqa: PTH118
# Takes the frame of the function that did not find a file; whose request it is, it knows itself.
Missed: TypeAlias = Callable[[FrameType], None]


def sought_in_vain(error: BaseException, sources: Sources) -> SoughtFile | None:
    """Read which file was not found off the frames that an exception came through."""
    frames = tuple(frame for frame, _ in walk_tb(error.__traceback__))
    for frame in frames:
        if frame.f_code is _FROM_DIRECTORY:
            return _in_directory(frame.f_locals, frames, sources)
        if frame.f_code is _SEND_FILE and isinstance(error, OSError):
            known = frame.f_locals
            if known.get("path"):
                path = os.fspath(known["path"])
                return SoughtFile(
                    name=str(known["path_or_file"]),
                    path=seen_from_app(path, sources),
                    found=False,
                    is_folder=Path(path).is_dir(),
                )
    if isinstance(error, FileNotFoundError) and isinstance(error.filename, str) and frames:
        return _opened(error.filename, frames[-1], sources)
    return None


def missed_in(frame: FrameType, sources: Sources) -> SoughtFile | None:
    """Read which file was not found off the frame of `send_from_directory`, which is about to say so."""
    if frame.f_code is not _FROM_DIRECTORY:
        return None
    return _in_directory(frame.f_locals, (frame,), sources)


def sought_and_found(returned: Any, sources: Sources) -> SoughtFile | None:
    """Read which file is in a response that `send_file` made."""
    if not getattr(returned, "direct_passthrough", False):
        return None
    body = getattr(returned, "response", None)
    body = getattr(body, "iterable", body)  # of a range that was asked for
    path = getattr(getattr(body, "file", None), "name", None)
    if not isinstance(path, (str, Path)):
        return None
    return SoughtFile(name=Path(path).name, path=seen_from_app(str(path), sources), found=True)


def tell_of_files(recorder: Recorder) -> None:
    """Add what else has the names of the files that were looked for."""
    in_time(_tell, recorder)


OTHER_FILES = "what else has the name of a file", tell_of_files


def ends_like_a_file(path: str) -> bool:
    """Tell whether the last part of a path may be the name of a file."""
    return "." in path.rpartition("/")[2]


def _asks_for_a_file(recorder: Recorder) -> bool:
    """Tell whether there is no rule for a path that ends like the name of a file."""
    if recorder.routed.error is None or recorder.routed.explanation is None or recorder.context is None:
        return False
    named = ends_like_a_file(recorder.context.request.path)
    return named and recorder.routed.explanation.outcome is Outcome.NOT_FOUND


def _tell(recorder: Recorder) -> None:
    for place, step in recorder.steps.made():
        if isinstance(step, (ViewStep, HookStep)):
            call = _with_others(recorder, step.call, static=isinstance(step, ViewStep) and step.builtin)
            if call is not step.call:
                recorder.steps.fill(place, step.replace(call=call))
        elif isinstance(step, ErrorStep) and step.handler is not None:
            handler = _with_others(recorder, step.handler, static=False)
            if handler is not step.handler:
                recorder.steps.fill(place, step.replace(handler=handler))
    if _asks_for_a_file(recorder):
        recorder.notes.add(*_notes(recorder))


def _in_directory(
    known: dict[str, Any], frames: tuple[FrameType, ...], sources: Sources
) -> SoughtFile | None:
    directory, name, path = os.fspath(known["directory"]), os.fspath(known["path"]), known.get("path_str")
    root = known["kwargs"].get("_root_path")
    directory = directory if root is None else os.path.join(root, directory)  # noqa: PTH118  (as Werkzeug does)
    folder = seen_from_app(directory, sources)
    if path is None:
        return SoughtFile(name=name, folder=folder, path=f"{folder}/{name}", found=False, refused=True)
    if frames[-1].f_code is not _FROM_DIRECTORY:
        return None  # it was found, and something else failed
    return SoughtFile(
        name=name,
        folder=folder,
        path=seen_from_app(path, sources),
        found=False,
        is_folder=Path(path).is_dir(),
        no_folder=not Path(directory).is_dir(),
    )


def _opened(filename: str, innermost: FrameType, sources: Sources) -> SoughtFile | None:
    """Describe what `open` did not find; None where it may have been a program, or of a library's own."""
    file = innermost.f_code.co_filename
    if sources.own_file(file) is None and not file.endswith(_OPENERS):
        return None
    here = str(Path.cwd())
    whole = Path(here, filename)
    return SoughtFile(
        name=filename,
        folder=seen_from_app(str(whole.parent), sources),
        path=seen_from_app(str(whole), sources),
        found=False,
        no_folder=not whole.parent.is_dir(),
        started=None if Path(filename).is_absolute() else seen_from_app(here, sources),
    )


def _with_others(recorder: Recorder, call: Call, *, static: bool) -> Call:
    sought = call.sought
    if sought is None or sought.refused or (sought.found and not static):
        return call
    others = tuple(_others(recorder, sought))
    if sought.found:
        # Flask's own view found it: another file of this name matters where this one hides it.
        others = tuple(other for other in others if other.goes_to is not None)
    return call if not others else call.replace(sought=sought.replace(others=others))


def _others(recorder: Recorder, sought: SoughtFile) -> Iterator[OtherFile]:
    told = set()
    for endpoint, rule, folder in _static_folders(recorder):
        name = _filename(recorder, sought)
        path = Path(folder, name)
        shown = seen_from_app(str(path), recorder.sources)
        if path.is_file() and shown != sought.path and shown not in told:
            told.add(shown)
            url, goes_to = _url(recorder, endpoint, name)
            yield OtherFile(file=shown, endpoint=endpoint, rule=rule, url=url, goes_to=goes_to)
    if sought.found:
        return
    for file in same_name(str(Path(recorder.sources.folder, sought.path)), recorder.sources):
        if file not in told:
            case = differs_in_case(file, sought.path)
            yield OtherFile(file=file, case=case, url=None if case else _url_of_file(recorder, file))


def _url_of_file(recorder: Recorder, file: str) -> str | None:
    """Return the URL of a file in a static folder, where that leads to it."""
    whole = Path(recorder.sources.folder, file)
    for endpoint, _, folder in _static_folders(recorder):
        if whole.is_relative_to(folder):
            url, goes_to = _url(recorder, endpoint, whole.relative_to(folder).as_posix())
            return url if goes_to is None else None
    return None


def _filename(recorder: Recorder, sought: SoughtFile) -> str:
    """Return the name as the rule of a static folder has it: of a file that was found, what was asked for."""
    arguments = getattr(recorder.request, "view_args", None) or {}
    asked = arguments.get("filename")
    return asked if sought.found and isinstance(asked, str) else sought.name


def _static_folders(recorder: Recorder) -> Iterator[tuple[str, str, str]]:
    """Yield (endpoint, rule, folder) of each view of Flask's own for files."""
    app = recorder.app
    for endpoint, rule in {str(rule.endpoint): rule.rule for rule in app.url_map.iter_rules()}.items():
        view = app.view_functions.get(endpoint)
        if view is None or not is_static_view(view):
            continue
        blueprint = endpoint.rpartition(".")[0]
        owner = app.blueprints.get(blueprint) if blueprint else app
        if owner is not None and owner.static_folder is not None:
            yield endpoint, rule, owner.static_folder


def _url(recorder: Recorder, endpoint: str, name: str) -> tuple[str | None, str | None]:
    """Return the URL that `url_for` builds for a static file, and who gets it where that is another."""
    try:
        adapter = recorder.context.url_adapter
        url = adapter.build(endpoint, {"filename": name})
        parts = urlsplit(url)
        if parts.netloc:
            return url, None  # on another host, which this router was not bound to
        root = adapter.script_name.rstrip("/")
        found = adapter.match(unquote(parts.path)[len(root) :], method="GET")[0]
    except Exception:  # a rule with other variables, for example
        return None, None
    return url, None if found == endpoint else str(found)


def _notes(recorder: Recorder) -> Iterator[Note]:
    """Tell of files that have the name of a path for which there is no rule."""
    path = recorder.context.request.path
    sources = recorder.sources
    folders = {folder: endpoint for endpoint, _, folder in _static_folders(recorder)}
    for file in same_name(str(Path(sources.folder, "-", path.rpartition("/")[2])), sources):
        whole = Path(sources.folder, file)
        for folder, endpoint in folders.items():
            if whole.is_relative_to(folder):
                url, goes_to = _url(recorder, endpoint, whole.relative_to(folder).as_posix())
                if url is not None and goes_to is None:
                    yield Note(
                        code="file_elsewhere", text=f"{file} has that name: its URL is {url}", file=file
                    )
                break
        else:
            if any(whole.is_relative_to(each) for each in _template_folders(recorder)):
                yield Note(
                    code="file_elsewhere",
                    text=f"{file} has that name; Flask sends no template by itself: a view has to render it",
                    file=file,
                )


def _template_folders(recorder: Recorder) -> Iterator[str]:
    app = recorder.app
    for owner in (app, *app.iter_blueprints()):
        yield from getattr(owner.jinja_loader, "searchpath", ())


def _before(original: Any, missed: Missed) -> Any:
    def make_error(*args: Any, **kwargs: Any) -> Any:
        missed(sys._getframe(1))
        return original(*args, **kwargs)

    return make_error


# Where an error is made for a file that is not in its folder.
SENDING = Replacing(werkzeug.utils, "NotFound", _before)

"""What can be typed where an app is loaded: ask its router, read its code, save a trace, set a header.

Each word is a function of the place and what was typed behind it. It knows no lesson.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Sequence
from pathlib import Path

from routelab.cookies import CookieJar
from routelab.headers import lower_names
from routelab.lessons.tasks.answer import ToCopy
from routelab.nearest import nearest
from routelab.regularfile import read_text
from routelab.requestline.errors import RequestLineError
from routelab.requestline.parsing import parse
from routelab.requestline.quoting import quote, split
from routelab.requestline.urlfor import parse_build_words
from routelab.requestline.writing import to_curl
from routelab.session.app_place import NOTHING_SENT, AppPlace, correction, read_request
from routelab.session.choices import Completion, endpoints, header_names, paths, those, variables
from routelab.session.commands import Command
from routelab.session.lines import METHODS
from routelab.session.reply import (
    SAVED_AS,
    Ask,
    DecisionShown,
    Listing,
    Message,
    MessageKind,
    Mode,
    OpenEditor,
    Reply,
    RoutesShown,
    SaveTrace,
    SourceShown,
    saying,
)
from routelab.tracing.phrases import count
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.trace import Trace

_EDITOR = re.compile(r"(?:VISUAL|EDITOR)\s*[=:]?\s*(?P<command>.*)", re.IGNORECASE | re.DOTALL).fullmatch
_LEAVING = {
    "nano": "In nano, Ctrl-S saves and Ctrl-X leaves.",
    "vim": "In vim, i begins to write; Esc, then :wq and Enter, saves and leaves.",
    "vi": "In vi, i begins to write; Esc, then :wq and Enter, saves and leaves.",
}
LEFT = saying("Left as it is.")


def show_routes(place: AppPlace, rest: str = "") -> Reply:
    """List the rules: all, those that a path fits, or those with a word in them."""
    lab = place.sandbox.lab
    table = lab.routes()
    if not rest:
        return Reply(items=(RoutesShown(table=table),))
    found = lab.find_routes(table, rest)
    if not found:
        total = count(len(table.routes), "rule")
        left_out = "".join(f" Note: {said}." for said in lab.routes_left_out(rest))
        return saying(f"None of {total} has {rest!r} in it or fits it; routes lists all.{left_out}")
    return Reply(items=(RoutesShown(table=table.replace(routes=found, notes=())),))


def _match(place: AppPlace, rest: str) -> Reply:
    """Ask the router alone."""
    sandbox = place.sandbox
    verbose, asked = _verbose(rest)
    request = read_request(asked) if asked else sandbox.last_request
    if request is None:
        return saying("Which request? For example: match GET /")
    if isinstance(request, Reply):
        return request.replace(line=request.line and f"match {request.line}")
    sandbox.refresh()
    decision = sandbox.lab.match(request, all_candidates=verbose)
    shown = DecisionShown(lab=sandbox.lab, request=request, decision=decision, everything=verbose)
    return Reply(items=(shown,))


def _verbose(rest: str) -> tuple[bool, str]:
    """Take `-v` away from either end."""
    words = rest.split(" ")
    for place in (0, -1):
        if words[place] in ("-v", "--verbose"):
            del words[place]
            return True, " ".join(words).strip()
    return False, rest


def _build(place: AppPlace, rest: str) -> Reply:
    """Show how a URL is built, of words as the command line has them."""
    if not rest:
        return saying("Which endpoint? For example: build home, or url_for('home')")
    try:
        return place.build(parse_build_words(split(rest)))
    except RequestLineError as error:
        return correction(error)


def _source(place: AppPlace, rest: str) -> Reply:
    """Show the code that ran, or that of an endpoint."""
    sandbox = place.sandbox
    sandbox.refresh()
    if rest:
        return _source_of(place, rest)
    ran = None if sandbox.last is None else _view_in(sandbox.last)
    return _main_source(place) if ran is None else Reply(items=(ran,))


def _view_in(trace: Trace) -> SourceShown | None:
    """Show the view that ran, where it is in a file of the app's own."""
    view = trace.first(ViewStep)
    if view is None or not view.source:
        return None
    place = view.call.place
    if place.file is None:
        return None
    return SourceShown(file=place.file, first=view.call.first_line or 1, lines=view.source)


def _main_source(place: AppPlace) -> Reply:
    file = place.main_file
    if file is None:
        return saying("This app has no file of its own to show.")
    try:
        text = read_text(file, "replace")
    except OSError as error:
        way_out = " reset puts it back." if place.mode is Mode.LESSON else ""
        said = f"{file} cannot be read: {error.strerror}.{way_out}"
        return saying(said, MessageKind.WRONG)
    return Reply(items=(SourceShown(file=file.name, first=1, lines=tuple(text.splitlines())),))


def _source_of(place: AppPlace, endpoint: str) -> Reply:
    lab = place.sandbox.lab
    found = lab.view_source(endpoint)
    if found is None:
        near = nearest(endpoint, {rule.endpoint for rule in lab.known_rules()})
        hint = f" Did you mean {near}?" if near else " routes lists them."
        return saying(f"There is no endpoint {endpoint!r}.{hint}")
    if found.place.file is None or found.first_line is None:
        return saying(f"{endpoint} is not in the app's own files.")
    return Reply(items=(SourceShown(file=found.place.file, first=found.first_line, lines=found.source),))


def _edit(place: AppPlace, rest: str) -> Reply:
    """Open one of the app's files."""
    if not rest:
        return _opened(place, place.main_file)
    files = place.own_files
    found = [name for name in files if name == rest] or [name for name in files if name.endswith(f"/{rest}")]
    if found:
        return _opened(place, files[found[0]])
    near = nearest(rest, files)
    text = f"There is no file {rest!r} in the app." + (" This is the nearest:" if near else "")
    return saying(text, line=f"edit {near}" if near else "", understood=False)


def _opened(place: AppPlace, file: Path | None) -> Reply:
    """Open a file; an editor in the terminal that nobody chose is asked for once, and remembered."""
    if file is None:
        return saying("This app has no file of its own to edit.")
    learner, path = place.learner, Message(text=f"{place.file_is}: {file}")
    offered = learner.editors.offered(learner.settings.editor)
    if offered is None:
        return Reply(items=(path,), action=OpenEditor(file=file))

    def yes() -> Reply:
        learner.settings.choose_editor(offered)
        return Reply(action=OpenEditor(file=file))

    asked = f"Open it in {offered}, from now on? (y/n)   {_LEAVING.get(offered, '')}".rstrip()
    other = Message(
        text=f"Open the file in an editor of your own, or choose one: {learner.editors.to_choose}"
    )
    return Reply(items=(path, Message(text=asked)), then=Ask(yes=yes, no=Reply(items=(other,))))


def _last_trace(place: AppPlace, *, stepwise: bool = False, full: bool = False) -> Reply:
    """Show the last trace once more."""
    trace = place.sandbox.last
    if trace is None:
        return NOTHING_SENT
    return Reply(items=(place.shown(trace).replace(full=full, stepwise=stepwise),))


def _save(place: AppPlace, rest: str) -> Reply:
    """Write the last trace to a file, over one that is there only after a yes."""
    trace = place.sandbox.last
    if trace is None:
        return NOTHING_SENT
    try:
        file = Path(rest).expanduser()
        there = file.exists()
    except (OSError, ValueError, RuntimeError):  # too long, with a NUL, of a user who is not there
        return saying(f"{rest!r} is not a file name.", understood=False)
    if file.suffix not in SAVED_AS:
        text = "Which file? Its name ends with .html, .svg or .json."
        return saying(text, line="save trace.html", understood=False)
    saving = Reply(action=SaveTrace(trace=trace, file=file))
    if not there:
        return saving
    question = Message(text=f"{rest} is there already. Write over it? (y/n)")
    return Reply(items=(question,), then=Ask(yes=lambda: saving, no=LEFT))


def _set_header(place: AppPlace, rest: str) -> Reply:
    """Send a header along with all requests."""
    if (editor := _EDITOR(rest)) is not None:
        return _choose_editor(place, editor["command"].strip("'\" "))
    name, colon, value = rest.partition(":")
    if not name.strip() or not colon:
        return saying("Write it as in: set X-Token:1")
    header = (name.strip(), value.strip())
    try:
        parse(f"GET / {quote(f'{header[0]}:{header[1]}')}")
    except RequestLineError as error:
        return correction(error)
    place.sandbox.set_header(*header)
    until = "while this page is open" if place.mode is Mode.LESSON else "until unset"
    return saying(f"{header[0]}: {header[1]} is sent with every request {until}.")


def _choose_editor(place: AppPlace, command: str) -> Reply:
    """Remember an editor: `set EDITOR=nano` is what a shell has for that, and no header."""
    if not command:
        return saying(f"Write it as in: {place.learner.editors.to_choose}")
    if not place.learner.editors.has(command):
        return saying(f"There is no program {command!r} on this machine.")
    place.learner.settings.choose_editor(command)
    return saying(f"edit opens files in {command} from now on.")


def _unset_header(place: AppPlace, rest: str) -> Reply:
    """Stop sending it."""
    name = rest.strip().rstrip(":")
    if not name:
        place.sandbox.clear_headers()
        return saying("No header is set any more.")
    was_set = place.sandbox.unset_header(name)
    return saying(f"{name} is {'no longer' if was_set else 'not'} set.")


def _cookies(place: AppPlace, rest: str) -> Reply:
    """Show or forget the cookies."""
    lab = place.sandbox.lab
    if rest.casefold() in ("clear", "forget"):
        lab.cookies = CookieJar(lab.cookies.policy)
        return saying("All cookies are forgotten.")
    rows = tuple((cookie.key, f"{cookie.value}, for {cookie.path}") for cookie in lab.cookies)
    if not rows:
        return saying("There are no cookies: no response has set one.")
    return Reply(
        items=(Listing(title="Cookies, sent where their path fits (cookies clear forgets them):", rows=rows),)
    )


def _as_curl(place: AppPlace, rest: str) -> Reply:
    """Write the last request as a curl command."""
    sandbox = place.sandbox
    if rest.casefold() not in ("", "curl"):
        return saying("Write it as in: as curl", line="as curl")
    if sandbox.last_request is None or sandbox.last is None:
        return NOTHING_SENT
    request = sandbox.last_request
    kept = sandbox.last.request.header("Cookie")
    if kept is not None and "cookie" not in lower_names(request.headers):
        request = request.replace(headers=(*request.headers, ("Cookie", kept)))
    return Reply(items=(ToCopy(typed=to_curl(request)),))


def _may_follow_match(place: AppPlace, before: Sequence[str], last: str) -> Iterator[Completion]:
    if len(before) == 1 and not last.startswith("/"):
        yield from those(((method, "") for method in METHODS), last, ignore_case=True)
    yield from paths(place.sandbox.known_routes, last)


def _endpoint_or_variable(place: AppPlace, before: Sequence[str], last: str) -> Iterator[Completion]:
    routes = place.sandbox.known_routes
    yield from those(endpoints(routes) if len(before) == 1 else variables(routes, before[1]), last)


# In the order in which help shows them; a lesson has words of its own between the two.
APP_WORDS: tuple[Command[AppPlace], ...] = (
    Command(
        usage="routes [WORD]",
        summary="list the app's rules in the order of decision; with WORD, those that have it or fit it",
        run=show_routes,
    ),
    Command(
        usage="match [-v] [METHOD] PATH",
        summary="ask the router only; -v shows all rules",
        rare=True,
        run=_match,
        completes=_may_follow_match,
    ),
    Command(
        usage="build ENDPOINT [NAME=VALUE ...]",
        summary="show how a URL is built",
        rare=True,
        run=_build,
        completes=_endpoint_or_variable,
    ),
    Command(
        usage="source [ENDPOINT]",
        summary="show the code that ran, or that of an endpoint",
        rare=True,
        run=_source,
        completes=_endpoint_or_variable,
    ),
    Command(
        usage="again",
        summary="send the last request again, whatever its method",
        rare=True,
        run=lambda place, _: place.send_again(),
    ),
    Command(
        usage="step",
        summary="play the last trace step by step",
        run=lambda place, _: _last_trace(place, stepwise=True),
    ),
    Command(
        usage="full",
        summary="show all steps of the last trace",
        run=lambda place, _: _last_trace(place, full=True),
    ),
    Command(
        usage="save FILE",
        summary="write the last trace to a file: trace.html to be played, .svg or .json",
        rare=True,
        run=_save,
    ),
    Command(
        usage="edit [FILE]",
        summary="open the app, or one of its files, in your editor; set EDITOR=nano chooses one",
        run=_edit,
        aliases=("open",),
    ),
    Command(
        usage="run",
        summary="run the checks of the task, or start the app afresh",
        run=lambda place, _: place.restart(),
        aliases=("check", "restart"),
    ),
)


REQUEST_WORDS: tuple[Command[AppPlace], ...] = (
    Command(
        usage="set Name:value",
        summary="send a header with every request",
        rare=True,
        run=_set_header,
        completes=lambda _place, _, last: header_names(last),
    ),
    Command(
        usage="unset [Name]",
        summary="stop sending it, or all of them",
        rare=True,
        run=_unset_header,
        completes=lambda place, _, last: those(((name, "") for name in place.sandbox.header_names), last),
    ),
    Command(
        usage="cookies [clear]",
        summary="show the cookies that are kept, or forget them",
        run=_cookies,
        rare=True,
    ),
    Command(usage="as curl", summary="print the last request as a curl command", run=_as_curl, rare=True),
)

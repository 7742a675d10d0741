"""Commands about the app under experiment: its router, its source, the last request, headers and cookies.

Each is a function from the session and what follows the word to a reply; it must not know lessons' tasks.
"""

from __future__ import annotations

from dataclasses import replace
from difflib import get_close_matches
from typing import TYPE_CHECKING

from routelab.session.reply import (
    BuildShown,
    DecisionShown,
    LineToCopy,
    Listing,
    Reply,
    RoutesShown,
    Says,
    SourceShown,
    Tone,
    TraceShown,
)
from routelab.session.requests import half_right, not_understood, read_request
from routelab.session.where import Where

if TYPE_CHECKING:
    from routelab.requestline.urlfor import UrlFor
    from routelab.session.session import Session
    from routelab.tracing.records import Trace

_NOTHING_SENT = Reply(items=(Says(text="No request was sent yet. For example: GET /"),))


def routes(session: Session, _rest: str) -> Reply:
    """List the rules."""
    from routelab import asking

    return Reply(items=(RoutesShown(table=asking.routes(session.bench.lab)),))


def match(session: Session, rest: str) -> Reply:
    """Ask the router alone."""
    from routelab import asking

    bench = session.bench
    verbose, asked = _verbose(rest)
    request = read_request(asked) if asked else bench.last_request
    if request is None:
        return Reply(items=(Says(text="Which request? For example: match GET /"),))
    if isinstance(request, Reply):
        return request._replace(line=request.line and f"match {request.line}")
    bench.refresh()
    decision = asking.match(bench.lab, request, all_candidates=verbose or bench.tells_all)
    shown = DecisionShown(lab=bench.lab, request=request, decision=decision, everything=verbose)
    return Reply(items=(shown,))


def _verbose(rest: str) -> tuple[bool, str]:
    """Take `-v` away from either end."""
    words = rest.split(" ")
    for place in (0, -1):
        if words[place] in ("-v", "--verbose"):
            del words[place]
            return True, " ".join(words).strip()
    return False, rest


def build(session: Session, rest: str) -> Reply:
    """Show how a URL is built, of words as the command line has them."""
    from routelab.requestline import RequestLineError
    from routelab.requestline.quoting import split
    from routelab.requestline.urlfor import parse_build_words

    if not rest:
        return Reply(items=(Says(text="Which endpoint? For example: build home, or url_for('home')"),))
    try:
        return _built(session, parse_build_words(split(rest)))
    except RequestLineError as error:
        return half_right(error)


def url_for(session: Session, typed: str) -> Reply:
    """Show how a URL is built, of the call of url_for that was typed."""
    from routelab.requestline import RequestLineError
    from routelab.requestline.urlfor import parse_url_for

    if session.here is Where.LIST:
        return not_understood("start a lesson first: Enter does")
    try:
        return _built(session, parse_url_for(typed))
    except RequestLineError as error:
        return half_right(error)


def _built(session: Session, wanted: UrlFor) -> Reply:
    from routelab import asking

    session.bench.refresh()
    return Reply(items=(BuildShown(wanted=wanted, explanation=asking.build(session.bench.lab, wanted)),))


def source(session: Session, rest: str) -> Reply:
    """Show the code that ran, or that of an endpoint."""
    bench = session.bench
    bench.refresh()
    if rest:
        return _source_of(session, rest)
    ran = None if bench.last is None else _view_in(bench.last)
    return _main_source(session) if ran is None else Reply(items=(ran,))


def _view_in(trace: Trace) -> SourceShown | None:
    """Show the view that ran, where it is in a file of the app's own."""
    from routelab.tracing.records import ViewStep

    view = next((step for step in trace.steps if isinstance(step, ViewStep)), None)
    if view is None or not view.source:
        return None
    place = view.call.place
    if place.file is None:
        return None
    return SourceShown(file=place.file, first=_first_line(place.line, view.source), lines=view.source)


def _main_source(session: Session) -> Reply:
    file = session.main_file
    if file is None:
        return Reply(items=(Says(text="This app has no file of its own to show."),))
    try:
        text = file.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        way_out = " reset puts it back." if session.here is Where.LESSON else ""
        said = f"{file} cannot be read: {error.strerror}.{way_out}"
        return Reply(items=(Says(text=said, tone=Tone.WRONG),))
    return Reply(items=(SourceShown(file=file.name, first=1, lines=tuple(text.splitlines())),))


def _source_of(session: Session, endpoint: str) -> Reply:
    lab = session.bench.lab
    views = lab.app.app.view_functions
    if endpoint not in views:
        near = get_close_matches(endpoint, views, n=1)
        hint = f" Did you mean {near[0]}?" if near else " routes lists them."
        return Reply(items=(Says(text=f"There is no endpoint {endpoint!r}.{hint}"),))
    place, lines = lab.sources.place(views[endpoint]), lab.sources.lines(views[endpoint])
    if place.file is None:
        return Reply(items=(Says(text=f"{endpoint} is not in the app's own files."),))
    return Reply(items=(SourceShown(file=place.file, first=_first_line(place.line, lines), lines=lines),))


def _first_line(def_line: int | None, lines: tuple[str, ...]) -> int:
    """Return the number of the first line: decorators stand above the line of the `def`."""
    above = next((n for n, line in enumerate(lines) if line.lstrip().startswith(("def ", "async def "))), 0)
    return (def_line or 1) - above


def edit(session: Session, rest: str) -> Reply:
    """Open one of the app's files."""
    if not rest:
        return session.edit(session.main_file)
    files = session.bench.files()
    found = [name for name in files if name == rest] or [name for name in files if name.endswith(f"/{rest}")]
    if found:
        return session.edit(files[found[0]])
    near = get_close_matches(rest, files, n=1)
    text = f"There is no file {rest!r} in the app." + (" This is the nearest:" if near else "")
    return Reply(items=(Says(text=text),), line=f"edit {near[0]}" if near else "", understood=False)


def last_trace(session: Session, *, stepwise: bool = False, full: bool = False) -> Reply:
    """Show the last trace once more."""
    trace = session.bench.last
    if trace is None:
        return _NOTHING_SENT
    shown = session.shown(trace)
    return Reply(items=(TraceShown(trace=trace, show=shown.show, full=full, stepwise=stepwise),))


def set_header(session: Session, rest: str) -> Reply:
    """Send a header along with all requests."""
    from routelab.requestline import RequestLineError, parse
    from routelab.requestline.quoting import quote

    name, colon, value = rest.partition(":")
    if not name.strip() or not colon:
        return Reply(items=(Says(text="Write it as in: set X-Token:1"),))
    header = (name.strip(), value.strip())
    try:
        parse(f"GET / {quote(f'{header[0]}:{header[1]}')}")
    except RequestLineError as error:
        return half_right(error)
    session.bench.set_header(*header)
    until = "while this page is open" if session.here is Where.LESSON else "until unset"
    return Reply(items=(Says(text=f"{header[0]}: {header[1]} goes along with every request {until}."),))


def unset_header(session: Session, rest: str) -> Reply:
    """Stop sending it."""
    name = rest.strip().rstrip(":")
    if not name:
        session.bench.clear_headers()
        return Reply(items=(Says(text="No header is set any more."),))
    was_set = session.bench.unset_header(name)
    return Reply(items=(Says(text=f"{name} is {'no longer' if was_set else 'not'} set."),))


def cookies(session: Session, rest: str) -> Reply:
    """Show or forget the cookies."""
    from routelab.cookies import CookieJar

    lab = session.bench.lab
    if rest.casefold() in ("clear", "forget"):
        lab.cookies = CookieJar()
        return Reply(items=(Says(text="All cookies are forgotten."),))
    rows = tuple((cookie.key, f"{cookie.value}, for {cookie.path}") for cookie in lab.cookies)
    if not rows:
        return Reply(items=(Says(text="There are no cookies: no response has set one."),))
    return Reply(
        items=(
            Listing(
                title="Cookies, sent along where their path fits (cookies clear forgets them):", rows=rows
            ),
        )
    )


def as_curl(session: Session, rest: str) -> Reply:
    """Write the last request as a curl command."""
    from routelab.requestline import to_curl

    bench = session.bench
    if rest.casefold() not in ("", "curl"):
        return Reply(items=(Says(text="Write it as in: as curl"),), line="as curl")
    if bench.last_request is None or bench.last is None:
        return _NOTHING_SENT
    request = bench.last_request
    if not any(name.lower() == "cookie" for name, _ in request.headers):
        kept = tuple(pair for pair in bench.last.request.headers if pair[0].lower() == "cookie")
        request = replace(request, headers=(*request.headers, *kept))
    return Reply(items=(LineToCopy(text=to_curl(request)),))

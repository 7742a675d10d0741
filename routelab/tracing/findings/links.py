"""Findings on URLs that the app makes: redirects, and what url_for could not build."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urljoin, urlsplit

from routelab.routing.wording import listed
from routelab.tracing.findings.finding import Detected, named
from routelab.tracing.phrases import one_line
from routelab.tracing.steps.error import ErrorStep
from routelab.tracing.steps.hook import HookStep, When
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.response import ResponseStep
from routelab.tracing.steps.view import ViewStep

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

_FUNCTION = re.compile(r"/?<function (?:\S+\.)?(\w+)(?: at |>)")
_ENDPOINT = re.compile(r"for endpoint '([^']+)'")
_FOLLOWED = (301, 302, 303, 307, 308)
_MANY_HOPS = 20  # browsers give up after as many
_PAGES = 4  # of a circle
_FILE = re.compile(r"\.(html?|css|js|png|jpe?g|svg|ico)$")


def leads_nowhere(step: ResponseStep, trace: Trace) -> Detected | None:
    """Find where a redirect to this app leads to a path for which there is no rule."""
    written = trace.response.header("Location") if trace.response is not None else None
    function = _FUNCTION.match(unquote(written or ""))
    if function is not None:
        return Detected(
            f"redirect was given the function {function[1]}, not a URL: write "
            f"redirect(url_for({function[1]!r})), where that is its endpoint.",
            {"function": function[1]},
        )
    if step.leads_nowhere is None:
        return None
    seen = "" if written == step.leads_nowhere else f", which is {step.leads_nowhere} as seen from this page"
    relative = (
        ""
        if written is None or written.startswith(("/", "http"))
        else (" A path without a slash in front counts from the folder of the page.")
    )
    return Detected(
        f"The redirect leads to {written}{seen}, and no rule fits that.{relative}",
        {"location": written, "path": step.leads_nowhere},
    )


def to_itself(_step: ResponseStep, trace: Trace) -> Detected | None:
    """Find where a redirect leads to the very request that it answers, or back to it again and again."""
    return _at_once(trace) or _in_a_circle(trace)


def _in_a_circle(trace: Trace) -> Detected | None:
    """Find where the redirects that were followed led nowhere but to the same few pages."""
    hops = (trace, *trace.redirects)
    last = hops[-1].response
    if len(hops) < _MANY_HOPS or last is None or last.status not in _FOLLOWED:
        return None
    tail = [_page(it) for it in hops[-_MANY_HOPS:]]
    period = next((it for it in range(1, _PAGES + 1) if tail[it:] == tail[:-it]), None)
    if period is None:
        return None
    pages = [path for _, _, path in tail[-period:]]
    where = f"at {pages[0]}" if period == 1 else f"going round between {listed(tuple(sorted(pages)), 'and')}"
    before, after = hops[-1 - period].request, hops[-1].request
    changes = (
        *(("another query",) if before.query_string != after.query_string else ()),
        *(("another cookie",) if before.header("Cookie") != after.header("Cookie") else ()),
    )
    new = f", each time with {listed(changes, 'and')}" if changes else ""
    who = "it" if period == 1 else "one of them"
    return Detected(
        f"After {len(trace.redirects)} redirects the client is still {where}{new}, and gives up: in the end "
        f"{who} has to answer without a redirect.",
        {"pages": [*sorted(pages)]},
    )


def _page(trace: Trace) -> tuple[str, str | None, str]:
    return trace.request.method, trace.request.header("Host"), trace.request.path


def _at_once(trace: Trace) -> Detected | None:
    response = trace.response
    if response is None or response.status not in _FOLLOWED:
        return None
    to = response.header("Location")
    method = trace.request.method
    if not to or (method not in ("GET", "HEAD") and response.status < 307):
        return None
    host = trace.request.header("Host") or "localhost"
    here = urlsplit(f"{trace.request.scheme}://{host}{trace.request.path}")
    target = urlsplit(urljoin(here.geturl(), to))
    same = (target.netloc, target.path, target.query) == (here.netloc, here.path, trace.request.query_string)
    # Behind a proxy the client may be at https, and the app not know it.
    schemes = (here.scheme, (trace.request.header("X-Forwarded-Proto") or "").lower())
    if not same or target.scheme not in schemes or response.header("Set-Cookie") is not None:
        return None  # the next request brings the cookie along, and may be answered otherwise
    who = next(filter(_answered_early, trace.each(HookStep)), None) or trace.first(ViewStep)
    by = "" if who is None else f" in {named(who.call.place)}"
    hook = " It runs before every request: let this path through." if isinstance(who, HookStep) else ""
    return Detected(
        f"The redirect{by} leads to {to}, where this request is already, so the client goes round and round."
        f"{hook}",
        {"location": to},
    )


def _answered_early(step: HookStep) -> bool:
    returned = step.call.returned
    return step.when is When.BEFORE_REQUEST and returned is not None and not returned.is_none


def not_built(step: ErrorStep, trace: Trace) -> Detected | None:
    """Find where url_for could not build a URL."""
    if step.exception != "BuildError":
        return None
    asked = _ENDPOINT.search(step.message)
    meant = "" if asked is None else _meant(asked[1], trace)
    return Detected(
        f"url_for failed: {one_line(step.message)}{meant and f' {meant}'}", {"message": step.message}
    )


def _meant(endpoint: str, trace: Trace) -> str:
    """Say what was taken for an endpoint: a path, a file, the name of a function that has another."""
    match = trace.first(MatchStep)
    known = () if match is None else match.candidates
    if "/" in endpoint:
        rule = next((it.candidate for it in known if it.candidate.rule == endpoint), None)
        is_of = "" if rule is None else f": that of {endpoint} is {rule.endpoint!r}"
        return f"url_for takes an endpoint, by default the name of a view function, not a path{is_of}."
    if _FILE.search(endpoint):
        way = (
            ""
            if endpoint.endswith("html")
            else f": url_for('static', filename={endpoint!r}) is that of a file"
        )
        return f"url_for takes an endpoint, by default the name of a view function, not a file{way}."
    other = next((it for it in known if it.place.function == endpoint), None)
    if other is None or endpoint in (it.candidate.endpoint for it in known):
        return ""
    own = other.candidate.endpoint
    why = "" if "." in own else ": a decorator without functools.wraps, or endpoint=, gave it that"
    return f"The view {named(other.place)} has the endpoint {own!r}{why}."

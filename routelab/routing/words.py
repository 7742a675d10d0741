"""Say in plain English what routing found: one sentence for each fact, without a full stop.

Pure functions from records to text; they know neither terminal nor Werkzeug.
"""

from typing import assert_never
from urllib.parse import quote

from routelab.routing.candidate import Candidate
from routelab.routing.converter_words import listed, quoted
from routelab.routing.decision import Outcome, RedirectCause
from routelab.routing.explanation import MatchExplanation
from routelab.routing.nearby import Change
from routelab.routing.obstacle import MethodDiffers, Refused, SlashDiffers, SlashFault
from routelab.routing.obstacle_words import (
    ONE_METHOD,
    is_odd,
    method_name,
    method_word,
    methods_words,
    obstacle_words,
    plain,
)
from routelab.routing.redirect import USUAL_METHODS, Author, Redirect
from routelab.routing.suggestion import Suggestion
from routelab.routing.walk import At, BackedUp, BeganAgain, LookedUp, Reached, Step, Tried

NOT_RELIABLE = "The explanation of this one is not reliable; the result is Werkzeug's own"


def candidate_words(candidate: Candidate) -> str:
    """Say how a rule fared: "fits", or why it did not win."""
    match candidate.obstacles:
        case (SlashDiffers(fault=SlashFault.MISSING), MethodDiffers(method=method, allowed=allowed), *_):
            only = methods_words(allowed)
            return f"fits with a slash at the end, but only for {only}; so {method} is not redirected there"
        case (first, *_):
            return obstacle_words(first)
        case _:
            return "fits"


def outcome_words(explanation: MatchExplanation) -> str:
    """Say in one sentence what the router decided, and when the story behind it cannot be told."""
    said = _outcome_words(explanation)
    return said if explanation.reliable else f"{said}. {NOT_RELIABLE}"


def _outcome_words(explanation: MatchExplanation) -> str:
    asked, outcome = explanation.asked, explanation.outcome
    match outcome:
        case Outcome.MATCHED:
            return f"{plain(explanation.rule or '')} fits, and its endpoint is {explanation.endpoint}"
        case Outcome.REDIRECT if explanation.redirect is not None:
            return redirect_words(explanation.redirect)
        case Outcome.REDIRECT:
            return f"the router redirects to {plain(explanation.redirect_to or '')}"
        case Outcome.NOT_FOUND:
            return _not_found_words(explanation)
        case Outcome.METHOD_NOT_ALLOWED:
            allowed = ", ".join(map(method_word, explanation.allowed_methods))
            refused = _refusal_words(explanation)
            before = f"{refused}; what fits besides it does not take {asked.method}" if refused else ""
            return before or f"the path fits, but not for {asked.method}; allowed: {allowed}"
        case Outcome.WEBSOCKET_MISMATCH:
            return "the path fits, but one of rule and request is for WebSocket and the other is not"
        case Outcome.RAISED:
            return _failure_words(explanation)
        case _:
            assert_never(outcome)


def _not_found_words(explanation: MatchExplanation) -> str:
    refused = _refusal_words(explanation)
    if refused:
        return f"no rule is left: {refused}"
    if not explanation.reliable:
        return "no rule fits"
    total, reach = explanation.rules_total, explanation.walk.reach
    segments = explanation.asked.segments[1:]
    beginning = f"/{plain('/'.join(segments[: reach + 1]))}"
    if reach == 0:
        return f"no rule fits: {_none_of(total, 'begin', 'begins')} with {beginning}"
    if reach < len(segments):
        return f"no rule fits: {_none_of(total, 'go', 'goes')} on as {beginning} does"
    return f"no rule fits: {_none_of(total, 'end', 'ends')} where this path ends"


def _none_of(total: int, one: str, many: str) -> str:
    return f"the only one does not {one}" if total == 1 else f"of {total} rules none {many}"


def _refusal_words(explanation: MatchExplanation) -> str:
    for candidate in explanation.looked_at:
        match candidate.obstacles:
            case (Refused(error=None) as refused,):
                return f"in {plain(candidate.rule)}, {obstacle_words(refused)}"
            case _:
                continue
    return ""


def _failure_words(explanation: MatchExplanation) -> str:
    name = type(explanation.error).__name__
    for candidate in explanation.looked_at:
        match candidate.obstacles:
            case (Refused() as failed,):
                return f"in {plain(candidate.rule)}, {obstacle_words(failed)}"
            case ():
                return f"{plain(candidate.rule)} fits, and what came after raised {name}"
            case _:
                continue
    return f"matching raised {name}"


def redirect_words(redirect: Redirect) -> str:
    """Say why the router redirects, where to, and for which methods only."""
    rule, target = plain(redirect.rule), plain(redirect.url)
    taken = tuple(method for method in USUAL_METHODS if method not in redirect.spared)
    only = f"; only for {methods_words(taken)}" if redirect.spared else ""
    match redirect.cause:
        case RedirectCause.SLASH:
            why = f"{rule} ends in a slash and the path does not"
        case RedirectCause.MERGED_SLASHES:
            why = f"the path fits {rule} once its slashes in a row are made one"
        case RedirectCause.DEFAULTS:
            why = f"the value is the default that {plain(redirect.canonical or 'another rule')} stands for"
        case RedirectCause.ALIAS:
            why = f"{rule} is an alias of {plain(redirect.canonical or 'another rule')}"
        case RedirectCause.REDIRECT_TO:
            why = f"{rule} has redirect_to"
        case _:
            assert_never(redirect.cause)
    return f"{why}, so the router redirects to {target}{only}"


def author_words(author: Author) -> str:
    """Say which methods a rule allows, and which of them came by themselves."""
    asides = [ONE_METHOD] if any(map(is_odd, author.methods)) else []
    if author.added:
        come = "comes" if len(author.added) == 1 else "come"
        asides.append(f"{listed(author.added, 'and')} {come} with it")
    methods = ", ".join(map(method_name, author.methods))
    return f"{methods} ({'; '.join(asides)})" if asides else methods


def suggestion_words(suggestion: Suggestion) -> str:
    """Give a request that would match, as it is typed, with its endpoint."""
    path = quote(suggestion.path, safe="!$&'()*+,/:;=@") or "/"
    return f"{suggestion.method} {path} would match: {suggestion.endpoint}"


def change_words(suggestion: Suggestion) -> str:
    """Say how a suggested request differs from the one that was asked."""
    wish = suggestion.wish
    match wish.change:
        case Change.METHOD:
            return f"{wish.method} instead of {wish.was}"
        case Change.SLASH_ADDED:
            return "with a slash at the end"
        case Change.SLASH_DROPPED:
            return "without the slash at the end"
        case Change.SLASHES_MERGED:
            return "with one slash for each run of slashes"
        case Change.DECODED:
            return "with the percent-encoding undone"
        case Change.TEXT | Change.VALUE:
            return f"{quoted(wish.now)} instead of {quoted(wish.was)}"
        case Change.SEGMENT_DROPPED:
            return f"without /{plain(wish.was)}"
        case Change.SEGMENT_ADDED:
            return f"with /{plain(wish.now)} added"
        case Change.ENDPOINT:
            return f"{quoted(wish.was)} is the name of an endpoint, and this is its rule's path"
        case Change.REDIRECTED:
            return "where the redirect leads"
        case _:
            assert_never(wish.change)


def step_words(step: Step) -> str:
    """Say what the search did in one step."""
    match step:
        case LookedUp(segment=0, text=text, found=found):
            host = f"host {quoted(text)}" if text else "no subdomain"
            return f"{host}: {'there are rules for it' if found else 'no rule names it'}"
        case LookedUp(text="", found=found):
            return f"a slash at the end: {'a rule has it' if found else 'no rule has it here'}"
        case LookedUp(segment=segment, text=text, found=found):
            where = "among the fixed texts" if found else "not among the fixed texts"
            return f"segment {segment}, {quoted(text)}: {where}"
        case Tried(segment=segment, text=text, pattern=pattern, fits=fits):
            return f"segment {segment}, {quoted(text)}: {'fits' if fits else 'does not fit'} {_bare(pattern)}"
        case Reached(rule=rule, at=At.END):
            return f"reached {plain(rule)}"
        case Reached(rule=rule, at=At.MISSING_SLASH):
            return f"reached {plain(rule)}, which wants one more slash"
        case Reached(rule=rule):
            return f"reached {plain(rule)}, which has no slash at the end"
        case BackedUp(segment=segment):
            return f"a dead end: back to segment {segment}"
        case BeganAgain(path=path):
            return f"nothing found: once more, with slashes merged, for {plain(path) or 'the empty path'}"
        case _:
            assert_never(step)


def _bare(pattern: str) -> str:
    r"""Show a pattern without the group that Werkzeug puts around it: "(?P<__werkzeug_0>\d+)\Z" as "\d+"."""
    inside = pattern.removeprefix("(?P<__werkzeug_0>").removesuffix(r"\Z").removesuffix(")")
    return inside if pattern == f"(?P<__werkzeug_0>{inside})\\Z" and "__werkzeug_" not in inside else pattern

"""Say what stands between a request and a rule, in words that a beginner understands.

Pure functions from obstacles to text, without a full stop; they know neither terminal nor Werkzeug.
"""

from string import ascii_letters, digits
from typing import assert_never

from routelab.routing.converter_words import counted, listed, misfit_words, quoted, refusal_words
from routelab.routing.obstacle import (
    Advantage,
    BuildOnly,
    ConverterDiffers,
    Ending,
    HostDiffers,
    MethodDiffers,
    Obstacle,
    Outranked,
    Refused,
    SchemeDiffers,
    SearchEnded,
    SlashDiffers,
    SlashFault,
    SubdomainDiffers,
    TextDiffers,
    TooLong,
    TooShort,
)

ONE_METHOD = "one method, as written"
_TOKEN = frozenset(f"!#$%&'*+-.^_`|~{digits}{ascii_letters}")


def obstacle_words(obstacle: Obstacle) -> str:
    """Say what stands between a request and a rule."""
    match obstacle:
        case TextDiffers():
            return _text_words(obstacle)
        case ConverterDiffers():
            return _converter_words(obstacle)
        case Refused():
            return _refused_words(obstacle)
        case TooShort(wanted=wanted):
            count = counted(wanted.count("/"), "segment")
            return f"{count} too few: the rule goes on with {wanted}"
        case TooLong(extra=extra):
            return f"{counted(extra.count('/'), 'segment')} too many: {plain(extra)}"
        case SlashDiffers(fault=fault):
            return _slash_words(fault)
        case MethodDiffers(allowed=allowed):
            return f"fits, but only for {methods_words(allowed)}"
        case HostDiffers(wanted=wanted, got=got):
            return f"is for the host {quoted(wanted)}; this request is for {quoted(got)}"
        case SubdomainDiffers():
            return _subdomain_words(obstacle)
        case SchemeDiffers(rule_is_websocket=True):
            return "is for WebSocket only; this is an ordinary HTTP request"
        case SchemeDiffers():
            return "is for ordinary HTTP; this is a WebSocket request"
        case BuildOnly():
            return "is there for building URLs only (build_only); it never matches"
        case Outranked():
            return _outranked_words(obstacle)
        case SearchEnded():
            return _ended_words(obstacle)
        case _:
            assert_never(obstacle)


def _text_words(obstacle: TextDiffers) -> str:
    wanted, got = obstacle.wanted, obstacle.got
    if "?" in wanted:
        return (
            f'the rule has a "?" in its text {quoted(wanted)}, and a path never has one: '
            "what follows ? in a URL is the query string, and rules do not see it"
        )
    if "<" in wanted:
        return f"{quoted(got)} does not fit {quoted(wanted)}"
    if wanted[:1] == "{" or wanted[:1] == ":":
        name = wanted.strip("{}:")
        return f"{quoted(got)} is not the fixed text {quoted(wanted)}; a variable would be <{name}>"
    if wanted.casefold() == got.casefold():
        return f"{quoted(got)} is not {quoted(wanted)}: capital and small letters differ"
    return f"{quoted(got)} is not {quoted(wanted)}"


def _converter_words(obstacle: ConverterDiffers) -> str:
    if len(obstacle.variables) == 1:
        return misfit_words(obstacle.variables[0], obstacle.got)
    return f"{quoted(obstacle.got)} does not have the form {plain(obstacle.form)}"


def _refused_words(obstacle: Refused) -> str:
    if obstacle.error is None:
        return f"{refusal_words(obstacle.variable, obstacle.got)}, and a refusal ends the search"
    who = obstacle.variable.written if obstacle.variable else "one of its converters"
    return (
        f"{who} failed on {quoted(obstacle.got)}: {obstacle.error}"
        if obstacle.got
        else (f"fits, but what came next raised {obstacle.error}")
    )


def _slash_words(fault: SlashFault) -> str:
    match fault:
        case SlashFault.MISSING:
            return "fits with a slash at the end"
        case SlashFault.EXTRA:
            return "fits without the slash at the end, and the router takes none away"
        case SlashFault.DOUBLED:
            return "fits once the slashes in a row are made one"
        case _:
            assert_never(fault)


def _subdomain_words(obstacle: SubdomainDiffers) -> str:
    if obstacle.got == "<invalid>":
        return "the request's host does not end in the server name, so no rule of this app fits it"
    got = f"is for {quoted(obstacle.got)}" if obstacle.got else "has none"
    if not obstacle.wanted:
        return f"is for no subdomain; this request {got}"
    return f"is for the subdomain {quoted(obstacle.wanted)}; this request {got}"


def _outranked_words(obstacle: Outranked) -> str:
    by = plain(obstacle.by)
    match obstacle.advantage:
        case Advantage.FIXED_TEXT if "<" not in obstacle.by:
            return f"would fit, but {by} is fixed text and fixed text is tried first"
        case Advantage.FIXED_TEXT:
            return (
                f"would fit, but {by} has the fixed text {quoted(obstacle.theirs)} where this rule has "
                f"{plain(obstacle.ours)}, and fixed text is tried first"
            )
        case Advantage.MORE_FIXED_TEXT:
            return (
                f"would fit, but {by} has more fixed text in segment {obstacle.segment}, so it is tried first"
            )
        case Advantage.MORE_VARIABLES:
            return (
                f"would fit, but {by} has more variables in segment {obstacle.segment}, so it is tried first"
            )
        case Advantage.CONVERTER:
            return f"would fit, but {plain(obstacle.theirs)} of {by} is tried before {plain(obstacle.ours)}"
        case Advantage.USED_FIRST:
            return (
                f"would fit, but {plain(obstacle.theirs)} of {by} weighs the same as "
                f"{plain(obstacle.ours)}, and the one that a rule used first at this place is tried first"
            )
        case Advantage.REGISTERED_FIRST:
            return f"would fit, but {by} ({obstacle.endpoint}) has the same shape and was registered first"
        case Advantage.SLASH:
            return f"would fit if one slash were forgiven, but {by} fits the path as it is"
        case _:
            assert_never(obstacle.advantage)


def _ended_words(obstacle: SearchEnded) -> str:
    by = plain(obstacle.by)
    match obstacle.ending:
        case Ending.SLASH_REDIRECT:
            return f"never reached: the slash redirect of {by} ended the search"
        case Ending.REFUSAL:
            said = refusal_words(obstacle.variable, obstacle.got)
            return f"never reached: {said} in {by}, and a refusal ends the search"
        case Ending.FAILURE:
            return f"never reached: a failure in {by} ended the search"
        case _:
            assert_never(obstacle.ending)


def methods_words(methods: tuple[str, ...]) -> str:
    """Name the methods that somebody chose: HEAD comes with GET, OPTIONS comes from Flask."""
    chosen = tuple(m for m in methods if not (m == "HEAD" and "GET" in methods) and m != "OPTIONS")
    return listed(tuple(map(method_word, chosen or methods)), "and") or "no method at all"


def method_name(method: str) -> str:
    """Show a method bare, and in quotes what no client can send as one: "GET, POST"."""
    return quoted(method) if is_odd(method) else method


def method_word(method: str) -> str:
    """Show a method, and say of an odd one that it is one."""
    return f"{method_name(method)} ({ONE_METHOD})" if is_odd(method) else method


def is_odd(method: str) -> bool:
    """Tell whether a name is no token (RFC 9110, 5.6.2), as a method must be."""
    return not method or not _TOKEN.issuperset(method)


def plain(text: str) -> str:
    """Show a rule or path bare, with what cannot be printed escaped."""
    return "".join(c if c.isprintable() else c.encode("unicode_escape").decode() for c in text)

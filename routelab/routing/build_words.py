"""Say in plain English how a URL was built: why each rule was taken or not, and what became of the values.

Pure functions from records to text, without a full stop; they know neither terminal nor Werkzeug.
"""

from typing import assert_never

from routelab.routing.built import BackMatch, BuildExplanation, BuildVerdict, Considered, SkipReason
from routelab.routing.converter_words import counted, listed, quoted
from routelab.routing.decision import Outcome
from routelab.routing.obstacle_words import method_name, methods_words, plain


def considered_words(considered: Considered, explanation: BuildExplanation) -> str:
    """Say why a rule was taken or passed over."""
    if considered.verdict is BuildVerdict.TAKE:
        return _take_words(explanation)
    names = listed(considered.names, "and")
    match considered.reason:
        case SkipReason.MISSING:
            return (
                f"needs {names}, and was given no value for {'it' if len(considered.names) == 1 else 'them'}"
            )
        case SkipReason.METHOD:
            takes = methods_words(considered.methods or ())
            return f"takes only {takes}, and rules for {explanation.method} come first"
        case SkipReason.DEFAULT_DIFFERS:
            return f"stands for {names}={considered.wanted} only"
        case SkipReason.REFUSED:
            return f"its converter refused the value of {names}"
        case SkipReason.FAILED:
            return f"its converter failed on the value of {names}: {plain(considered.error)}"
        case SkipReason.OTHER_HOST:
            return "is for another host, and rules of this host come first"
        case SkipReason.NOT_REACHED | None:
            return "was not reached: the first rule that can be built is taken"
        case _:
            assert_never(considered.reason)


def _take_words(explanation: BuildExplanation) -> str:
    names = tuple(value.name for value in explanation.path_values)
    has = f"has a value for {listed(names, 'and')}" if names else "needs no value"
    if explanation.default_names:
        has = f"stands for the value of {listed(explanation.default_names, 'and')}"
    takes = f" and takes {explanation.method}" if explanation.method is not None else ""
    return has + takes


def result_words(explanation: BuildExplanation) -> str:
    """Say in one sentence what came out, or why nothing did and what to do."""
    if explanation.url is not None:
        return f"built {plain(explanation.url)}"
    if not explanation.rules:
        return _no_endpoint_words(explanation)
    if any(each.reason is SkipReason.FAILED for each in explanation.rules):
        return f"no URL: {type(explanation.error).__name__}: {plain(str(explanation.error))}"
    if explanation.missing:
        missing = listed(explanation.missing, "and")
        have = "has" if len(explanation.missing) == 1 else "have"
        none = tuple(name for name in explanation.missing if name in explanation.none_names)
        were_none = f" ({_none_words(none)})" if none else ""
        return f"no URL: {missing} {have} no value{were_none}{_misnamed_words(explanation)}"
    return f"no URL: none of {counted(len(explanation.rules), 'rule')} can be built from these values"


def _misnamed_words(explanation: BuildExplanation) -> str:
    if not explanation.unused_names:
        return ""
    names = explanation.unused_names
    return f"; {listed(names, 'and')} {'is no variable' if len(names) == 1 else 'are no variables'} of it"


def _none_words(names: tuple[str, ...]) -> str:
    one = len(names) == 1
    return f"{listed(names, 'and')} {'was' if one else 'were'} None, which counts as not given"


def _no_endpoint_words(explanation: BuildExplanation) -> str:
    name = getattr(explanation.endpoint, "__name__", str(explanation.endpoint))
    if explanation.nearest is None:
        return f"no URL: there is no endpoint {quoted(name)}"
    nearest = quoted(str(explanation.nearest))
    if name.startswith("/"):
        return f"no URL: {quoted(name)} is a URL, not an endpoint; its endpoint is {nearest}"
    return f"no URL: there is no endpoint {quoted(name)}; the nearest is {nearest}"


def leading_dot_words(endpoint: str) -> str:
    """Say what the dot before an endpoint means."""
    name = plain(endpoint)
    return f".{name} means {name} in a view of no blueprint; in a blueprint's view, {name} of that blueprint"


def values_words(explanation: BuildExplanation) -> tuple[str, ...]:
    """Say for each value where it went."""
    return (
        *(
            f"{value.name}={value.value!r} went into the path as {plain(value.text) or 'nothing'}"
            for value in explanation.path_values
        ),
        *(f"{name} is what the rule stands for, so it is not written" for name in explanation.default_names),
        *(
            f"{name} is no variable of the rule, so it went into the query string"
            for name in explanation.query_names
        ),
        *(f"{name} is no variable of the rule, and was left out" for name in explanation.ignored_names),
        *(_none_words((name,)) for name in explanation.none_names),
    )


def back_words(back: BackMatch) -> str:
    """Say whether the built URL leads back to the rule: Werkzeug does not check that."""
    asked = f"{method_name(back.method)} {plain(back.path)}"
    if back.same:
        return f"{asked} matches back: {back.endpoint}"
    match back.outcome:
        case Outcome.MATCHED if back.differing:
            return f"{asked} leads back, but with another value of {listed(back.differing, 'and')}"
        case Outcome.MATCHED:
            return f"{asked} does not lead back: {plain(back.rule or '')} ({back.endpoint}) takes it"
        case Outcome.REDIRECT:
            return f"{asked} does not match back at once: the router redirects it"
        case Outcome.METHOD_NOT_ALLOWED:
            return f"{asked} does not match back: no rule that fits takes {back.method}"
        case _:
            return f"{asked} does not match back: no rule fits; building does not check the values"

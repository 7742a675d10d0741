"""How a URL was built: what became of the values and of each rule, with the words for it.

It is facts alone, with values as text; building.py finds them, and asks Werkzeug.
"""

from __future__ import annotations

from typing import assert_never

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.outcome import Outcome
from routelab.routing.wording import (
    all_methods_words,
    counted,
    listed,
    method_name,
    plain,
    quoted,
    typed_path,
)


class BuildVerdict(OneOf):
    """Whether the URL was built from a rule."""

    TAKE = "take"
    SKIP = "skip"


class SkipReason(OneOf):
    """Why the URL was not built from a rule."""

    METHOD = "method"  # rules that take the method are asked first
    MISSING = "missing"  # a variable has no value
    DEFAULT_DIFFERS = "default_differs"  # the rule stands for one value, and another was given
    REFUSED = "refused"  # a converter refused a value (ValidationError)
    FAILED = "failed"  # a converter raised something else: that ends the building
    OTHER_HOST = "other_host"  # with host matching, rules of the current host come first
    NOT_REACHED = "not_reached"  # an earlier rule was taken


class ConsideredRule(Record):
    """One rule of the endpoint, taken (then without a reason) or passed over.

    `names` are the variables that the reason is about, or those of a rule that was taken; `default_names`
    those whose value the taken rule stands for. `method` is that for which rules were chosen, None for any.
    """

    json_told = ("text",)

    rule: str
    methods: tuple[str, ...] | None
    verdict: BuildVerdict
    reason: SkipReason | None
    names: tuple[str, ...] = ()
    default_names: tuple[str, ...] = ()
    method: str | None = None
    wanted: str = ""  # the default that differs, as Python writes it
    error: str = ""  # what a converter raised, "ValueError: ..."

    @property
    def text(self) -> str:
        """Say why the rule was taken or passed over."""
        names = listed(self.names, "and")
        match self.reason:
            case None:
                return self._taken()
            case SkipReason.MISSING:
                return f"needs {names}, and was given no value for {'it' if len(self.names) == 1 else 'them'}"
            case SkipReason.METHOD:
                takes = all_methods_words(self.methods or ())
                return f"accepts only {takes}, and rules for {self.method} come first"
            case SkipReason.DEFAULT_DIFFERS:
                return f"stands for {names}={plain(self.wanted)} only"
            case SkipReason.REFUSED:
                return f"its converter rejected the value of {names}"
            case SkipReason.FAILED:
                return f"its converter failed on the value of {names}: {plain(self.error)}"
            case SkipReason.OTHER_HOST:
                return "is for another host, and rules of this host come first"
            case SkipReason.NOT_REACHED:
                return "was not reached: the first rule that can be built is taken"
        assert_never(self.reason)

    def _taken(self) -> str:
        has = f"has a value for {listed(self.names, 'and')}" if self.names else "needs no value"
        if self.default_names:
            has = f"stands for the value of {listed(self.default_names, 'and')}"
        takes = f" and accepts {self.method}" if self.method is not None else ""
        return has + takes


class PathValue(Record):
    """A value that went into the path, or into the host (`in_host`): in Python, and as it is there."""

    name: str
    value: str
    text: str
    in_host: bool = False

    @property
    def words(self) -> str:
        """Say where it went: "user_id=42 went into the path as 42"."""
        where = "host" if self.in_host else "path"
        return f"{self.name}={plain(self.value)} went into the {where} as {plain(self.text) or 'nothing'}"


class BuildFailure(Record):
    """What the building raised."""

    type: str
    message: str


class BackMatch(Record):
    """What a real match of the built URL says. `same` is whether it leads back, with the same arguments.

    `differing` are the arguments that come out otherwise, where the endpoint is the same. `host` is the URL's
    own, None where it has none and stays on the host that it was built for. `unreachable` says why no request
    reaches the rule at all. `websocket`: the rule is for WebSockets, so that is how it was asked for.
    """

    json_told = ("text",)

    method: str
    path: str
    outcome: Outcome
    rule: str | None = None
    endpoint: str | None = None
    same: bool = False
    differing: tuple[str, ...] = ()
    host: str | None = None
    unreachable: str | None = None
    websocket: bool = False

    @property
    def text(self) -> str:
        """Say whether the built URL leads back to the rule: Werkzeug does not check that."""
        on = f" on {plain(self.host)}" if self.host else ""
        opened = " as a WebSocket" if self.websocket else ""
        asked = f"{method_name(self.method)} {typed_path(self.path)}{on}{opened}"
        if self.same:
            return f"{asked} matches back: {plain(self.endpoint or '')}"
        match self.outcome:
            case Outcome.MATCHED if self.differing:
                return f"{asked} leads back, but with another value of {listed(self.differing, 'and')}"
            case Outcome.MATCHED:
                taker = f"{plain(self.rule or '')} ({plain(self.endpoint or '')})"
                return f"{asked} does not lead back: {taker} takes it"
            case Outcome.REDIRECT:
                return f"{asked} does not match back at once: the router redirects it"
            case Outcome.METHOD_NOT_ALLOWED:
                return f"{asked} does not match back: no rule that fits takes {self.method}"
            case Outcome.NOT_TRIED:
                return f"{asked} does not lead back: the app refuses that host before any rule is looked at"
            case _ if self.unreachable is not None:
                return f"{asked} does not match back: the rule {self.unreachable}"
            case _:
                return f"{asked} does not match back: no rule fits; building does not check the values"


class BuildExplanation(Record):
    """What `MapAdapter.build` made of an endpoint and values, and why.

    `url` is what it returned and `error` what it raised; one of them is None. `rules` are those of the
    endpoint, in the order in which they are considered. Where the story does not lead to the same URL,
    `reliable` is False. `middleware` names what stands before the app, outermost first: in a request it may
    change what the URL is built from. `root` is APPLICATION_ROOT, where the URL begins with that.
    `failed_before` names a function of the app's that was to give values, and raised `error`.
    """

    json_told = ("text", "sentences")

    endpoint: str
    method: str | None  # for which rules were chosen; None when a rule for any method had to do
    url: str | None
    error: BuildFailure | None
    rules: tuple[ConsideredRule, ...] = ()
    path_values: tuple[PathValue, ...] = ()
    query_names: tuple[str, ...] = ()  # values that are no variables, so they went into the query string
    default_names: tuple[str, ...] = ()  # values that are the rule's own defaults, so they are not written
    none_names: tuple[str, ...] = ()  # values that were None, which counts as not given
    missing: tuple[str, ...] = ()  # of the rule that misses least, when nothing could be built
    unused_names: tuple[str, ...] = ()  # given, and no variable of the rule that misses least
    nearest: str | None = None  # an endpoint that may have been meant
    back: BackMatch | None = None
    reliable: bool = True
    middleware: tuple[str, ...] = ()
    root: str | None = None
    failed_before: str | None = None

    @property
    def text(self) -> str:
        """Say in one sentence what came out, or why nothing did and what to do."""
        if self.url is not None:
            return f"built {plain(self.url)}"
        if self.error is not None and self.failed_before is not None:
            return f"no URL: {self.failed_before} raised {self.error.type}: {plain(self.error.message)}"
        if not self.rules:
            return self._no_endpoint()
        if self.error is not None and any(each.reason is SkipReason.FAILED for each in self.rules):
            return f"no URL: {self.error.type}: {plain(self.error.message)}"
        if self.missing:
            have = "has" if len(self.missing) == 1 else "have"
            none = tuple(name for name in self.missing if name in self.none_names)
            were_none = f" ({_none_words(none)})" if none else ""
            return f"no URL: {listed(self.missing, 'and')} {have} no value{were_none}{self._misnamed()}"
        return f"no URL: none of {counted(len(self.rules), 'rule')} can be built from these values"

    def _no_endpoint(self) -> str:
        name = quoted(self.endpoint)
        if self.nearest is None:
            return f"no URL: there is no endpoint {name}"
        if self.endpoint.startswith("/"):
            return f"no URL: {name} is a URL, not an endpoint; its endpoint is {quoted(self.nearest)}"
        return f"no URL: there is no endpoint {name}; the nearest is {quoted(self.nearest)}"

    def _misnamed(self) -> str:
        names = self.unused_names
        if not names:
            return ""
        what = "is not a variable" if len(names) == 1 else "are not variables"
        return f"; {listed(names, 'and')} {what} of it"

    @property
    def sentences(self) -> tuple[str, ...]:
        """Say for each value where it went."""
        return (
            *(value.words for value in self.path_values),
            *(f"{name} is what the rule stands for, so it is not written" for name in self.default_names),
            *(
                f"{name} is not a variable of the rule, so it went into the query string"
                for name in self.query_names
            ),
            *(_none_words((name,)) for name in self.none_names),
        )

    @property
    def root_words(self) -> str | None:
        """Say where the beginning of the URL comes from that no rule has; None where there is none."""
        if self.root is None:
            return None
        return (
            f"it begins with {plain(self.root)}, which is APPLICATION_ROOT: in a request it begins with what "
            "the server says (SCRIPT_NAME), which is nothing unless the app is mounted there"
        )


def _none_words(names: tuple[str, ...]) -> str:
    one = len(names) == 1
    return f"{listed(names, 'and')} {'was' if one else 'were'} None, which counts as not given"


def leading_dot_words(endpoint: str) -> str:
    """Say what the dot before an endpoint means."""
    name = plain(endpoint)
    return f".{name} means {name} in a view of no blueprint; in a blueprint's view, {name} of that blueprint"

"""What an audit of a map can find: one record for each kind, with the words for it.

A new finding is one class here, and its detector: in conflicts.py where it is about which rule wins, else in
auditing.py. It is facts alone; where a view function stands is for the caller.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.domain import Barrier, Unreachable
from routelab.routing.obstacle import Obstacle, Outranked
from routelab.routing.variable import Variable, nothing_words
from routelab.routing.wording import listed, methods_words, plain, quoted, typed_path, unaskable


class FindingCode(OneOf):
    """The codes by which findings are ignored.

    1.. is about which rule wins, 2.. about how a rule is written, 3.. about how it came into the table.
    """

    NEVER_WINS = "R101"
    TWICE = "R102"
    ORDER_DECIDES = "R103"
    REORDERED = "R104"
    REFUSAL_HIDES = "R105"
    SAME_VIEW = "R106"
    NAME_FOR_BUILDING = "R107"
    QUERY_IN_RULE = "R201"
    FOREIGN_VARIABLE = "R202"
    ODD_METHOD = "R203"
    SLASH_WITHOUT_GET = "R204"
    GLUED_PREFIX = "R205"
    NO_VIEW = "R206"
    NO_HOST = "R207"
    UNREACHABLE = "R208"
    NOT_CALLABLE = "R209"
    ARGUMENTS_DIFFER = "R210"
    NEVER_TYPED = "R211"
    LIMITS_EXCLUDE_ALL = "R212"
    PATTERN_NEEDS_SLASH = "R213"
    METHOD_LACKING = "R214"
    REPEATED_PREFIX = "R215"
    REBOUND = "R303"


class Level(OneOf):
    """How much a finding matters, the gravest first."""

    ERROR = "error"  # what was written does not work
    WARNING = "warning"  # it may not do what was meant
    INFO = "info"  # a pattern of Flask's own, or of a library's: good to know

    @property
    def number(self) -> int:
        """Count the levels, the gravest from 0."""
        return list(Level).index(self)


class NamedRule(Record):
    """A rule as an audit names it."""

    rule: str
    endpoint: str
    methods: tuple[str, ...] | None

    @property
    def text(self) -> str:
        """Name it: "/user/<name> (show_user)"."""
        return f"{plain(self.rule)} ({plain(self.endpoint)})"


class ExampleRequest(Record):
    """A request that was made up for a rule, and fits it. `domain` is its host or subdomain."""

    method: str
    path: str
    domain: str
    websocket: bool

    @property
    def text(self) -> str:
        """Write it as it is typed: "GET /user/alice on api"."""
        return f"{self.method} {typed_path(self.path)}" + (f" on {plain(self.domain)}" if self.domain else "")


class AuditFinding(Record):
    """One thing that was found, about the rule `about`."""

    json_inline = ("about",)
    json_told = ("name", "text")
    code: ClassVar[FindingCode]
    usual_level: ClassVar[Level]

    about: NamedRule

    def __init_subclass__(cls, *, code: FindingCode, level: Level = Level.ERROR) -> None:
        super().__init_subclass__()
        cls.code, cls.usual_level = code, level
        cls.json_tag = ("code", code.value)

    @property
    def name(self) -> str:
        """The code as a word."""
        return self.code.name.lower()

    @property
    def level(self) -> Level:
        """How much it matters."""
        return self.usual_level

    @property
    @abstractmethod
    def text(self) -> str:
        """Say what was found, with the rule as its subject."""
        raise NotImplementedError


class NeverWins(AuditFinding, code=FindingCode.NEVER_WINS):
    """None of the requests that were made up for the rule reached it."""

    tried: int
    example: ExampleRequest
    winner: NamedRule
    why: Obstacle | None  # what the rule lost the example by

    @property
    def text(self) -> str:
        lost = f"{self.example.text} goes to {self.winner.text}"
        said = f"no URL of {self.tried} tried reaches it: {lost}"
        if self.why is None:
            return said
        it = "it " if isinstance(self.why, Outranked) else ""
        return f"{said}; {it}{self.why.words}"


class RegisteredTwice(AuditFinding, code=FindingCode.TWICE):
    """An earlier rule of the same shape takes the same methods."""

    first: NamedRule
    shared: tuple[str, ...]  # the methods of both; () when one takes any

    @property
    def text(self) -> str:
        methods = f" for {methods_words(self.shared)}" if self.shared else ""
        return f"is not reached{methods}: {self.first.text} has the same shape and was registered first"


class OrderDecides(AuditFinding, code=FindingCode.ORDER_DECIDES, level=Level.WARNING):
    """Two rules fit one request, and only the order of registration decides between them.

    It is about the one that loses.
    """

    winner: NamedRule
    example: ExampleRequest

    @property
    def text(self) -> str:
        return (
            f"fits {self.example.text} as {self.winner.text} does; their converters weigh the same, so the "
            "one that a rule used first at this place is tried first"
        )


class Reordered(AuditFinding, code=FindingCode.REORDERED, level=Level.WARNING):
    """A rule that has nothing to do with the request makes the later of two rules win.

    It is about the one that was registered first, and loses.
    """

    winner: NamedRule
    cause: NamedRule
    example: ExampleRequest

    @property
    def text(self) -> str:
        return (
            f"was registered before {self.winner.text} and yet loses {self.example.text} to it, since "
            f"{self.cause.text} used the same converter at this place earlier"
        )


class RefusalHides(AuditFinding, code=FindingCode.REFUSAL_HIDES, level=Level.WARNING):
    """A converter refuses a value that another rule would take, and the refusal ends the search."""

    hidden: NamedRule
    example: ExampleRequest
    value: str

    @property
    def text(self) -> str:
        return (
            f"rejects {quoted(self.value)}, and a rejection ends the search: {self.example.text} is "
            f"not found, though {self.hidden.text} would take it"
        )


class SameView(AuditFinding, code=FindingCode.SAME_VIEW, level=Level.INFO):
    """Another rule wins the rule's requests, and the same function answers with the same arguments."""

    winner: NamedRule

    @property
    def text(self) -> str:
        return f"is for the same function as {self.winner.text}, which wins the requests that fit both"


class NameForBuilding(AuditFinding, code=FindingCode.NAME_FOR_BUILDING, level=Level.INFO):
    """A rule without a view function, whose requests go to an earlier one: a name for url_for."""

    first: NamedRule

    @property
    def text(self) -> str:
        name = quoted(self.about.endpoint)
        return f"gives {name} a URL for url_for; its requests go to {self.first.text}, registered first"


class QueryInRule(AuditFinding, code=FindingCode.QUERY_IN_RULE):
    """The rule has a question mark: it waits for one in the path, which no ordinary URL has."""

    @property
    def text(self) -> str:
        return "has a question mark; the query string is not part of the path, so no ordinary URL fits"


class NeverTyped(AuditFinding, code=FindingCode.NEVER_TYPED):
    """The rule has what the path of no ordinary URL has: a "#", or an encoded letter."""

    fixed: str

    @property
    def text(self) -> str:
        return f"{unaskable(self.fixed)}: no ordinary URL fits"


class LimitsExcludeAll(AuditFinding, code=FindingCode.LIMITS_EXCLUDE_ALL):
    """A converter's limits leave no value: "int(min=9, max=3)"."""

    variable: Variable

    @property
    def text(self) -> str:
        return f"has a variable {plain(self.variable.name)}: {nothing_words(self.variable)}"


class PatternNeedsSlash(AuditFinding, code=FindingCode.PATTERN_NEEDS_SLASH):
    """A converter's pattern needs a slash, and the converter is given one segment at a time."""

    variable: Variable

    @property
    def text(self) -> str:
        return f"has a variable {plain(self.variable.name)}: {nothing_words(self.variable)}"


class ForeignVariable(AuditFinding, code=FindingCode.FOREIGN_VARIABLE, level=Level.WARNING):
    """Fixed text that is a variable in other frameworks: "{id}", ":id"."""

    fixed: str

    @property
    def text(self) -> str:
        name = self.fixed.strip("{}:")
        return f"has the fixed text {quoted(self.fixed)}; a variable is written <{plain(name)}>"


class OddMethod(AuditFinding, code=FindingCode.ODD_METHOD):
    """A method that no client sends: "GET, POST" in one string, or single letters."""

    odd: tuple[str, ...]

    @property
    def text(self) -> str:
        odd = listed(tuple(map(quoted, self.odd)), "and")
        if self.odd == ("*",):
            return (
                'has the method "*", which no client sends: there is no such sign for all methods; list them'
            )
        if all(len(method) == 1 for method in self.odd):
            return f"has methods of one letter, {odd}: a list of strings was meant, not one string"
        return f"has the method {odd}, which no client sends; several methods are several strings in the list"


class SlashWithoutGet(AuditFinding, code=FindingCode.SLASH_WITHOUT_GET, level=Level.INFO):
    """A rule that ends in a slash and does not take GET: without the slash GET is a 404, not a 405."""

    @property
    def text(self) -> str:
        rule = self.about.rule
        return (
            f"does not accept GET, so GET {plain(rule.rstrip('/'))} is a 404 where GET {plain(rule)} is a 405"
        )


class GluedPrefix(AuditFinding, code=FindingCode.GLUED_PREFIX, level=Level.WARNING):
    """The rule begins with its blueprint's prefix, and goes on without a slash."""

    prefix: str

    @property
    def text(self) -> str:
        return f"begins with {plain(self.prefix)} as its blueprint does, but continues without a slash"


class RepeatedPrefix(AuditFinding, code=FindingCode.REPEATED_PREFIX, level=Level.WARNING):
    """The rule has the prefix of its blueprint twice: the rule as it was written begins with it, too."""

    prefix: str

    @property
    def text(self) -> str:
        return (
            f"begins with {plain(self.prefix)} twice: what is in the blueprint's url_prefix is not written "
            "in the rules once more"
        )


class MethodLacking(AuditFinding, code=FindingCode.METHOD_LACKING):
    """The rule accepts methods that the class of its view does not have.

    `view_class` is a MethodView, which calls its own method of the request method's name.
    """

    view_class: str
    lacking: tuple[str, ...]

    @property
    def text(self) -> str:
        methods = listed(tuple(map(plain, self.lacking)), "and")
        names = listed(tuple(f"{plain(method.lower())}()" for method in self.lacking), "and")
        return f"accepts {methods}, and {plain(self.view_class)} has no {names}, so such a request is a 500"


class NoView(AuditFinding, code=FindingCode.NO_VIEW):
    """The endpoint has no view function, so a match ends in a 500."""

    @property
    def text(self) -> str:
        return f"has the endpoint {quoted(self.about.endpoint)}, and there is no view function for it"


class NoHost(AuditFinding, code=FindingCode.NO_HOST):
    """The map matches hosts, and the rule names none, so no request to a host reaches it."""

    @property
    def text(self) -> str:
        return Unreachable(barrier=Barrier.NO_HOST, domain="", host_matching=True).words


class NotReached(AuditFinding, code=FindingCode.UNREACHABLE):
    """No request reaches the rule, for the host or subdomain that it is for."""

    why: Unreachable

    @property
    def text(self) -> str:
        return self.why.words


class NotCallable(AuditFinding, code=FindingCode.NOT_CALLABLE):
    """What stands in the place of the view function cannot be called: a module of the same name, for example.

    `function` is one of the same name in that module.
    """

    kind: str
    value: str
    function: str | None = None

    @property
    def text(self) -> str:
        article = "an" if self.kind[:1].lower() in "aeiou" else "a"
        said = f"has {article} {self.kind} for its view, {plain(self.value)}, and that cannot be called"
        return f"{said}; the function {plain(self.function)} is in it" if self.function else said


class ArgumentsDiffer(AuditFinding, code=FindingCode.ARGUMENTS_DIFFER):
    """The view does not take what the rule gives it, or wants more.

    `by_position` it would take, though not by name, as Flask hands them on. `between` are decorators around
    that function, which may hand it other arguments than they get.
    """

    function: str
    not_taken: tuple[str, ...] = ()
    by_position: tuple[str, ...] = ()
    missing: tuple[str, ...] = ()
    between: tuple[str, ...] = ()

    @property
    def level(self) -> Level:
        return Level.WARNING if self.between else Level.ERROR

    @property
    def text(self) -> str:
        function = plain(self.function)
        said = []
        if self.not_taken:
            it = "it" if len(self.not_taken) == 1 else "them"
            has = "the variable" if len(self.not_taken) == 1 else "the variables"
            said.append(f"has {has} {_listed_names(self.not_taken)}, and {function}() does not take {it}")
        if self.by_position:
            lead = "it" if said else f"{function}()"
            how = "by position alone, and Flask hands variables on by name"
            said.append(f"{lead} takes {_listed_names(self.by_position)} {how}")
        if self.missing:
            has_no = "no such variable" if len(self.missing) == 1 else "no such variables"
            lead = "it" if said else f"{function}()"
            said.append(f"{lead} needs {_listed_names(self.missing)}, and the rule has {has_no}")
        if self.between:
            names = listed(tuple(f"@{plain(name)}" for name in self.between), "and")
            return f"{'; '.join(said)}, unless {names} changes that"
        return f"{'; '.join(said)}, so the call raises TypeError"


class Rebound(AuditFinding, code=FindingCode.REBOUND, level=Level.WARNING):
    """A decorator stands above the route, so Flask has the function below it.

    `function` is the view's name, which in the file belongs to `wrapper`, at `where` ("auth.py:12").
    """

    function: str
    wrapper: str
    where: str | None = None

    @property
    def text(self) -> str:
        at = f" at {plain(self.where)}" if self.where else ""
        return (
            f"has a decorator above its route: in the file {plain(self.function)} is "
            f"{plain(self.wrapper)}(){at}, and Flask registered the function below it, so the wrapper does "
            "not run for this route; put the route on top"
        )


def _listed_names(names: tuple[str, ...]) -> str:
    return listed(tuple(map(plain, names)), "and")

"""How a URL was built: the records of one `MapAdapter.build` and of each rule that it considered.

They hold facts alone; building.py makes them.
"""

from dataclasses import dataclass
from enum import Enum
from typing import Any

from routelab.routing.decision import Outcome


class BuildVerdict(Enum):
    """Whether the URL was built from a rule."""

    TAKE = "take"
    SKIP = "skip"


class SkipReason(Enum):
    """Why the URL was not built from a rule."""

    METHOD = "method"  # rules that take the method are asked first
    MISSING = "missing"  # a variable has no value
    DEFAULT_DIFFERS = "default_differs"  # the rule stands for one value, and another was given
    REFUSED = "refused"  # a converter refused a value (ValidationError)
    FAILED = "failed"  # a converter raised something else: that ends the building
    OTHER_HOST = "other_host"  # with host matching, rules of the current host come first
    NOT_REACHED = "not_reached"  # an earlier rule was taken


@dataclass(frozen=True, slots=True, kw_only=True)
class Considered:
    """One rule of the endpoint. `names` are the variables that the reason is about."""

    rule: str
    methods: tuple[str, ...] | None
    verdict: BuildVerdict
    reason: SkipReason | None
    names: tuple[str, ...] = ()
    wanted: str = ""  # the default that differs, as Python writes it
    error: str = ""  # what a converter raised, "ValueError: ..."


@dataclass(frozen=True, slots=True, kw_only=True)
class PathValue:
    """A value that went into the host or path, as text."""

    name: str
    value: Any
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class BackMatch:
    """What a real match of the built URL says. `same` is whether it leads back, with the same arguments.

    `differing` are the arguments that come out otherwise, where the endpoint is the same.
    """

    method: str
    path: str
    outcome: Outcome
    rule: str | None
    endpoint: Any
    same: bool
    differing: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class BuildExplanation:
    """What `MapAdapter.build` made of an endpoint and values, and why.

    `url` is what it returned and `error` what it raised; one of them is None. `rules` are those of the
    endpoint, in the order in which they are considered. Where the story does not lead to the same URL,
    `reliable` is False.
    """

    endpoint: Any
    method: str | None  # for which rules were chosen; None when a rule for any method had to do
    url: str | None
    error: Exception | None
    rules: tuple[Considered, ...]
    path_values: tuple[PathValue, ...]
    query_names: tuple[str, ...]  # values that are no variables, so they went into the query string
    ignored_names: tuple[str, ...]  # the same, with append_unknown=False
    default_names: tuple[str, ...]  # values that are the rule's own defaults, so they are not written
    none_names: tuple[str, ...]  # values that were None, which counts as not given
    missing: tuple[str, ...]  # of the rule that misses least, when nothing could be built
    unused_names: tuple[str, ...]  # given, and no variable of the rule that misses least
    nearest: Any  # an endpoint that may have been meant, else None
    back: BackMatch | None
    reliable: bool

    @property
    def rule(self) -> str | None:
        """The rule that was taken."""
        return next((each.rule for each in self.rules if each.verdict is BuildVerdict.TAKE), None)

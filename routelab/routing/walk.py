"""The walk of one search through the router's states, step by step, with the words for each step.

It is facts alone; events.py reads them from what was observed.
"""

from __future__ import annotations

from abc import abstractmethod
from typing import ClassVar, assert_never

from routelab.oneof import OneOf
from routelab.record import Record
from routelab.routing.wording import plain, quoted


class SearchStep(Record):
    """One step of a search. Segment 0 is the host or subdomain."""

    json_told = ("words",)
    kind: ClassVar[str]

    def __init_subclass__(cls, *, kind: str) -> None:
        super().__init_subclass__()
        cls.kind = kind
        cls.json_tag = ("step", kind)

    @property
    def reach(self) -> int:
        """How many segments of the path some rule could take, as far as this step shows."""
        return 0

    @property
    @abstractmethod
    def words(self) -> str:
        """Say what the search did."""
        raise NotImplementedError


class LookedUp(SearchStep, kind="looked_up"):
    """Fixed text was looked for."""

    segment: int
    text: str
    found: bool

    @property
    def reach(self) -> int:
        return self.segment if self.found and self.text else 0

    @property
    def words(self) -> str:
        if self.segment == 0:
            host = f"host {quoted(self.text)}" if self.text else "no subdomain"
            return f"{host}: {'there are rules for it' if self.found else 'no rule names it'}"
        if not self.text:
            return f"a slash at the end: {'a rule has it' if self.found else 'no rule has it here'}"
        where = "among the fixed segments" if self.found else "not among the fixed segments"
        return f"segment {self.segment}, {quoted(self.text)}: {where}"


class Tried(SearchStep, kind="tried"):
    """A pattern was held against the text of a segment, or against all the rest of the path."""

    segment: int
    text: str
    pattern: str  # the regular expression
    fits: bool

    @property
    def reach(self) -> int:
        return self.segment if self.fits else 0

    @property
    def words(self) -> str:
        verb = "fits" if self.fits else "does not fit"
        return f"segment {self.segment}, {quoted(self.text)}: {verb} {plain(_bare(self.pattern))}"


def _bare(pattern: str) -> str:
    r"""Show a pattern without the group that Werkzeug puts around it: "(?P<__werkzeug_0>\d+)\Z" as "\d+"."""
    inside = pattern.removeprefix("(?P<__werkzeug_0>").removesuffix(r"\Z").removesuffix(")")
    return inside if pattern == f"(?P<__werkzeug_0>{inside})\\Z" and "__werkzeug_" not in inside else pattern


class PathEnd(OneOf):
    """Where the matcher stood when it asked a rule."""

    END = "end"  # the path and the rule ended together
    MISSING_SLASH = "missing_slash"  # the rule wants one more slash
    EXTRA_SLASH = "extra_slash"  # the path has one slash more: asked only of rules that are not strict


class Reached(SearchStep, kind="reached"):
    """A rule was asked about method and scheme."""

    rule: str
    at: PathEnd

    @property
    def words(self) -> str:
        match self.at:
            case PathEnd.END:
                return f"reached {plain(self.rule)}"
            case PathEnd.MISSING_SLASH:
                return f"reached {plain(self.rule)}, which needs one more slash"
            case PathEnd.EXTRA_SLASH:
                return f"reached {plain(self.rule)}, which has no slash at the end"
        assert_never(self.at)


class BackedUp(SearchStep, kind="backed_up"):
    """A dead end: the search went back to try something else at this segment."""

    segment: int

    @property
    def words(self) -> str:
        return f"a dead end: back to segment {self.segment}"


class BeganAgain(SearchStep, kind="began_again"):
    """Nothing was found, so the search began again with slashes merged."""

    path: str

    @property
    def words(self) -> str:
        path = plain(self.path) or "the empty path"
        return f"nothing found: once more, with slashes merged, for {path}"


class Walk(Record):
    """One search, step by step."""

    steps: tuple[SearchStep, ...]

    @property
    def reach(self) -> int:
        """How many segments of the path, at most, some rule could take."""
        return max((step.reach for step in self.steps), default=0)

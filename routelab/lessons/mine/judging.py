"""What a page asks of the learner's own app, held against what a look at it found, and what is said of that.

    some = "page with an int variable", expect = ["status == 200"]
    Your app has 1 rule: `/` (home). It does not have an int variable. <what next, in the author's words>

It must not know how a page is read, nor how its result is shown.
"""

from __future__ import annotations

import re
from collections.abc import Callable, Iterable, Iterator
from contextlib import contextmanager
from pathlib import Path
from typing import Self

from routelab.errors import RoutelabError
from routelab.filestates import files_as_they_are
from routelab.lab import Lab
from routelab.lessons.expectation import Expectation, Predicate
from routelab.lessons.judging import AppChecked, Result, all_hold, holds, judge_all
from routelab.lessons.mine.found import FoundThing, Looked
from routelab.lessons.mine.keptfiles import KeptFiles
from routelab.lessons.mine.look import Known, Look
from routelab.lessons.mine.subjects import Subject
from routelab.lessons.prose import Text, plain
from routelab.lessons.told import not_yet
from routelab.lessons.words import untold_reasons
from routelab.oneof import OneOf
from routelab.record import Record
from routelab.tracing.facts import Escaped, Note, Raised
from routelab.tracing.phrases import count
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.trace import Trace

# Seconds for each request: a view of the learner's own may hash a password, or make a table.
_TIME_LIMIT = 5.0

_ERROR = re.compile(r"\b\w+Error\b").findall


class Quantity(OneOf):
    """Of how many of the things that are found it has to be true."""

    SOME = "some"  # of one at least
    EVERY = "every"  # of all, and there is one


class MineCheck(Record):
    """What a page asks: something of every thing that is found, or of `least` of them, or a number of lines.

    `wants` says it to the learner, and `say` what to do next where it is not so. `lines` is set in the place
    of a subject. `points` and `hidden` are as with the checks of an edit.
    """

    line: int
    wants: Text
    say: Text
    subject: Subject | None = None
    quantity: Quantity = Quantity.SOME
    least: int = 1
    expect: tuple[Expectation, ...] = ()
    lines: int | None = None
    points: int | None = None
    hidden: bool = False


class MineResult(Record):
    """What became of one: `found` says what was looked at and found.

    `absent`: there was nothing of what was looked for. `elsewhere`: it is there, and an exception that the
    check's own words are not about kept it from passing.
    """

    check: MineCheck
    passed: bool
    found: str
    reasons: tuple[str, ...] = ()
    absent: bool = False
    elsewhere: bool = False


class AppResult(AppChecked):
    """What became of all of them; `broken` tells why the app does not load, `notes` are on the app itself."""

    checks: tuple[MineResult, ...] = ()
    notes: tuple[Note, ...] = ()
    broken: Trace | None = None

    @property
    def passed(self) -> bool:
        """Whether everything that was asked is so."""
        asked = bool(self.checks) and all(each.passed for each in self.checks)
        return self.problem is None and self.broken is None and asked

    @property
    def failed_traces(self) -> tuple[Trace, ...]:
        """The trace that tells why nothing could be looked at, where that is so."""
        return () if self.broken is None else (self.broken,)


def judge_app(
    checks: Iterable[MineCheck],
    app: Callable[[], Lab],
    seconds: float = _TIME_LIMIT,
    folder: Path | None = None,
) -> AppResult:
    """Ask all of it; each kind of thing is looked for in an app that was loaded for it.

    `folder` has the app's files, where the lab's own name of it means nothing here.
    """
    with Looks(app, seconds, folder) as looks:
        return judge_looked_at(checks, looks)


def judge_looked_at(checks: Iterable[MineCheck], looks: Looks) -> AppResult:
    """Ask all of it of an app that is looked at for more than this."""
    asked = tuple(checks)
    try:
        for check in sorted(asked, key=looks.effort):
            looks.look_for(check)
        return AppResult(checks=tuple(map(looks.judge, asked)), notes=looks.notes)
    except _Broken as broken:
        return AppResult(broken=broken.trace)
    except RoutelabError as error:
        return AppResult(problem=error)


def fails_any(checks: Iterable[MineCheck], looks: Looks) -> bool:
    """Tell whether anything that is asked is not so, without asking for more than that takes."""
    known_first = sorted(checks, key=looks.effort)
    try:
        return any(not looks.judge(check).passed for check in known_first)
    except (_Broken, RoutelabError):
        return True


class _Broken(Exception):
    def __init__(self, trace: Trace) -> None:
        self.trace = trace


class Looks:
    """Looks at one app: what changes nothing shares one, and whatever sends a form has its own.

    `seconds` is the time limit of each request, `folder` has the app's files, where the lab's own name of it
    means nothing here. An app that is `trusted` has its files put back where it changed them, and is loaded
    anew otherwise. Ends with its `with` block.
    """

    def __init__(
        self,
        app: Callable[[], Lab],
        seconds: float = _TIME_LIMIT,
        folder: Path | None = None,
        *,
        trusted: bool = False,
    ) -> None:
        self._app, self._seconds, self._folder, self._trusted = app, seconds, folder, trusted
        self._found: dict[str, Looked] = {}
        self._shared: Look | None = None
        self._copied = True  # as far as is known
        self.notes: tuple[Note, ...] = ()
        self._known = Known()

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._let_go()

    def _let_go(self) -> None:
        if self._shared is not None:
            self._shared.lab.close()
            self._shared = None

    def effort(self, check: MineCheck) -> int:
        """Tell what a check takes: nothing where it was looked for before, most where a copy is altered."""
        subject = check.subject
        return 0 if subject is None or subject.name in self._found else 1 + subject.alters

    def judge(self, check: MineCheck) -> MineResult:
        """Hold what a check asks against what is found."""
        self.look_for(check)
        if check.subject is None:
            return _counted(check, self._reading.written.lines)
        return judged(check, self._found[check.subject.name])

    def look_for(self, check: MineCheck) -> None:
        """Look for what a check asks, unless it was looked for before."""
        subject = check.subject
        if subject is not None and subject.name not in self._found:
            self._found[subject.name] = self._look(subject)

    def _look(self, subject: Subject) -> Looked:
        if not subject.alters:
            return subject.look(self._reading)
        with self._apart() as look:
            return subject.look(look)

    @contextmanager
    def _apart(self) -> Iterator[Look]:
        """Give an app that may be altered: a copy of the shared one, where there can be a copy."""
        if self._copied:
            reading = self._reading
            as_they_were = self._whether_unchanged(reading.folder)
            copy = reading.lab.copy()
            if copy is not None:
                with copy:
                    yield reading.in_copy(copy)
                # A copy leaves the app as it was, and its files perhaps not.
                if not as_they_were():
                    self._let_go()
                return
            self._copied = False
        # The files are copied anew for it, so the app that is shared has to be gone.
        self._let_go()
        with self._loaded() as lab:
            yield self._look_at(lab)

    def _whether_unchanged(self, folder: Path) -> Callable[[], bool]:
        """Give what tells later whether the files are what they are now, where need be again."""
        if self._trusted:
            return KeptFiles(folder).put_back
        files = files_as_they_are(str(folder))
        return lambda: files is not None and files_as_they_are(str(folder)) == files

    @property
    def _reading(self) -> Look:
        if self._shared is None:
            self._shared = self._look_at(self._loaded())
        return self._shared

    def _look_at(self, lab: Lab) -> Look:
        return Look(lab, self._seconds, self._known, self._folder)

    def _loaded(self) -> Lab:
        lab = self._app()
        if lab.failure is None:
            self.notes = lab.app.notes
            return lab
        with lab:
            raise _Broken(lab.send("GET /", suggestions=False))


def judged(check: MineCheck, looked: Looked) -> MineResult:
    """Hold what was found against a check."""
    things = looked.things
    if not things:
        return MineResult(check=check, passed=False, found=looked.nothing, absent=True)
    fulfilled = [thing for thing in things if not check.expect or _fulfils(thing, check.expect)]
    failed = [thing for thing in things if thing not in fulfilled]
    if check.quantity is Quantity.EVERY and failed:
        return _not_so(check, failed[0], "")
    if not fulfilled:
        nearest = max(things, key=lambda thing: _worth_telling(thing, check.expect))
        which = "this one fails" if _thing_fails(nearest) else "this came closest"
        several = f"{len(things)} were tried, and {which}:"
        return _not_so(check, nearest, "" if len(things) == 1 else several)
    fulfilled = _of_different_views(fulfilled) if check.least > 1 else fulfilled
    if len(fulfilled) < check.least:
        so_far = f"{', '.join(thing.said for thing in fulfilled)}: that is {len(fulfilled)} of {check.least}"
        fails = next(filter(_thing_fails, failed), None)
        if fails is not None:
            return _not_so(check, fails, f"{so_far}.")
        return MineResult(check=check, passed=False, found=f"{so_far}.")
    shown = ", ".join(thing.said for thing in fulfilled[: check.least])
    return MineResult(check=check, passed=True, found=shown)


def _of_different_views(things: Iterable[FoundThing]) -> list[FoundThing]:
    """Keep one thing of each view: two rules of one function are one page."""
    found: dict[object, FoundThing] = {}
    for thing in things:
        match = None if thing.trace is None else thing.trace.last_hop.first(MatchStep)
        found.setdefault(thing.said if match is None else match.endpoint, thing)
    return list(found.values())


def _worth_telling(thing: FoundThing, expect: tuple[Expectation, ...]) -> tuple[object, ...]:
    """Rank what is not what was asked for: what fails first, of two as near what has a mistake."""
    has_mistake = thing.trace is not None and bool(thing.trace.last_hop.findings)
    return _thing_fails(thing), _nearness(thing, expect), has_mistake


def _thing_fails(thing: FoundThing) -> bool:
    return thing.trace is not None and _fails(thing.trace)


def _fails(trace: Trace) -> bool:
    response = trace.last_hop.response
    return response is None or response.status >= 500


def _not_so(check: MineCheck, thing: FoundThing, before: str) -> MineResult:
    trace = thing.trace
    if trace is None:
        return MineResult(check=check, passed=False, found=f"{thing.said} was found.")
    results = judge_all(check.expect, trace)
    said = not_yet(thing.said, trace, results)
    if thing.said not in said:
        said = f"{thing.said}: {said}"
    told: set[str] = set()
    reasons = tuple(it for each in results if not each.passed for it in untold_reasons(each, trace, told))
    if not reasons:  # a mistake that the page shows is the likeliest one
        reasons = tuple(finding.text for finding in trace.last_hop.findings[:1])
    found, elsewhere = f"{before} {said}".strip(), _is_elsewhere(check, trace, results)
    return MineResult(check=check, passed=False, found=found, reasons=reasons, elsewhere=elsewhere)


def _is_elsewhere(check: MineCheck, trace: Trace, results: Iterable[Result]) -> bool:
    """Tell whether it failed by an exception that the check's words do not name, nor ask about."""
    failed = [each for each in results if not each.passed]
    raised = {it.type for each in failed for it in each.causes if isinstance(it, Escaped | Raised)}
    if trace.last_hop.response is None or not _fails(trace) or not raised:
        return False
    named = set(_ERROR(plain(check.say)))
    if named:
        return raised.isdisjoint(named)
    return all(each.expectation.predicate is Predicate.EQUALS for each in failed)


def _fulfils(thing: FoundThing, expect: tuple[Expectation, ...]) -> bool:
    return thing.trace is not None and all_hold(expect, thing.trace)


def _nearness(thing: FoundThing, expect: tuple[Expectation, ...]) -> int:
    trace = thing.trace
    return -1 if trace is None else sum(holds(each, trace) for each in expect)


def _counted(check: MineCheck, lines: int) -> MineResult:
    assert check.lines is not None
    said = f"Your app has {count(lines, 'line')} of its own, not counting comments and blank lines"
    passed = lines >= check.lines
    found = f"{said}." if passed else f"{said}; {check.lines} are needed."
    return MineResult(check=check, passed=passed, found=found)

"""Tasks in the learner's own app: it has to have something, whatever they call it.

It must not know other kinds of tasks, where the learner's app lies, nor how it is looked at.
"""

from __future__ import annotations

from collections.abc import Iterator
from difflib import unified_diff
from pathlib import Path
from typing import Self

from routelab.language import say
from routelab.lessons.files import APP_FILE, EMPTY_APP, MINE
from routelab.lessons.findings import CheckRule
from routelab.lessons.mine.judging import Looks, MineCheck, Quantity, fails_any, judge_app, judge_looked_at
from routelab.lessons.mine.project import sample_files, sample_texts
from routelab.lessons.mine.subjects import SUBJECTS, Subject
from routelab.lessons.mine.themes import Theme
from routelab.lessons.tasks.answer import AuthorText, Changes, Sentence, Settled, Surveyed, TaskReply
from routelab.lessons.tasks.asking import Asked, Demonstrated, GivenAway, LookedFor, Told, YourTurn
from routelab.lessons.tasks.base import Apps, Brief, Prover, Task
from routelab.lessons.tasks.reading import TaskReader, author_text, expectations, points_beside
from routelab.lessons.tasks.running import AppFactory, ProvenApp
from routelab.lessons.tomlblock import TomlTable
from routelab.nearest import did_you_mean

_NO_SAMPLE = f"there is no {MINE}/ with an app that does it; put one there, as it is after this lesson"


class MineTask(Task):
    """Build something into one's own app; `sample` is an app that has it, `earlier` what it was before.

    `points` is what a grader gives for it, None where its checks have points of their own.
    """

    kind = "mine"
    about_own_app = True

    checks: tuple[MineCheck, ...]
    sample: Path
    earlier: Path | None
    theme: Theme
    points: int | None = 1

    @property
    def enter(self) -> str:
        return say("check it now")

    @classmethod
    def read(cls, table: TomlTable, brief: Brief, reader: TaskReader) -> Self | None:
        points, tables = table.number("points"), table.tables("check")
        checks = [_read_check(each) for each in tables]
        if not tables:
            table.complain("check", ": a mine task has at least one; write [[check]] with some and wants")
        readable = tuple(check for check in checks if check is not None)
        if not checks or len(readable) < len(checks):
            return None
        points = points_beside(table, points, [(check.points, check.hidden) for check in readable])
        sample, earlier = reader.samples
        theme = reader.theme
        return cls(brief=brief, checks=readable, sample=sample, earlier=earlier, theme=theme, points=points)

    @property
    def shown_checks(self) -> tuple[MineCheck, ...]:
        """The checks that the learner is told of."""
        return tuple(check for check in self.checks if not check.hidden)

    def check(self, apps: Apps) -> TaskReply:
        result = judge_app(self.shown_checks, apps.own)
        shown = Surveyed(result=result)
        if not result.passed:
            return TaskReply(parts=(shown,))
        return self.right("Right: your app has all of it.", shown)

    def asked(self) -> Iterator[Asked]:
        yield YourTurn(ask=self.brief.ask)
        yield LookedFor(rows=tuple(check.wants for check in self.shown_checks))

    def told(self) -> Iterator[Told]:
        yield GivenAway()
        yield AuthorText(text=self.brief.after)

    def demonstrated(self) -> Iterator[Demonstrated]:
        """Give nothing: there is no app of a class's own."""
        return iter(())

    def solution(self, _apps: Apps) -> TaskReply:
        """Show what a sample of the same theme gets in this lesson."""
        said = "There are many ways. In a sample app this is what the lesson adds:"
        changes = Changes(lines=tuple(self._growth()))
        return TaskReply(parts=(Sentence(text=said), changes), settled=Settled.BY_SOLUTION)

    def _growth(self) -> Iterator[str]:
        before = {} if self.earlier is None else sample_texts(sample_files(self.earlier), self.theme)
        after = sample_texts(sample_files(self.sample), self.theme)
        for name in sorted({*before, *after}):
            lines = (before.get(name, "").splitlines(), after.get(name, "").splitlines())
            yield from unified_diff(*lines, f"before/{name}", f"after/{name}", lineterm="")

    def prove(self, prover: Prover, _app: ProvenApp | None) -> None:
        """Prove that the sample has all of it, and neither what it was before nor an app without a route."""
        line = self.brief.line
        sample = sample_files(self.sample)
        if APP_FILE not in sample:
            prover.add(CheckRule.SOLUTION, line, _NO_SAMPLE)
            return
        earlier = self.earlier
        if earlier is not None and not fails_any(self.checks, prover.sample(sample_files(earlier))):
            problem = f"{earlier.parent.name}/{MINE}/ passes all checks already; ask for something new"
            prover.add(CheckRule.STARTER, line, problem)
        result = judge_looked_at(self.checks, prover.sample(sample))
        if result.broken is not None:
            prover.add(CheckRule.SOLUTION, line, f"{MINE}/: {result.broken.answer.text}; fix it")
        elif result.problem is not None:
            prover.add(CheckRule.SOLUTION, line, f"{MINE}/: {result.problem}; fix it")
        for each in result.checks:
            if not each.passed:
                problem = f"{MINE}/ does not do it ({each.found}); correct it or the check"
                prover.add(CheckRule.SOLUTION, each.check.line, problem)
        passed = prover.problem_in("nothing", EMPTY_APP, self._passed_by_nothing)
        if passed is not None:
            prover.add(CheckRule.EMPTY, line, passed)

    def _passed_by_nothing(self, empty: AppFactory) -> str | None:
        """Say so if all checks pass in an app without any route."""
        with Looks(empty) as looks:
            if fails_any(self.checks, looks):
                return None
        return "an app without any route passes all checks; add one that needs a route"


# Checks in TOML


def _read_check(table: TomlTable) -> MineCheck | None:
    asked = {quantity: table.text(quantity.value) for quantity in Quantity}
    lines, least = table.number("lines"), table.number("least") or 1
    wants, say = author_text(table, "wants", required=True), author_text(table, "say", required=True)
    points, hidden = table.number("points"), table.flag("hidden") or False
    given = [(quantity, name) for quantity, name in asked.items() if name is not None]
    expect_given = "expect" in table
    expect = expectations(table) if expect_given else ()
    table.finish()
    if len(given) + (lines is not None) != 1:
        table.complain("some", ": a check says one of some, every and lines")
        return None
    if not wants or not say or (expect_given and not expect):
        return None
    subject = None
    quantity = Quantity.SOME
    if given:
        quantity, name = given[0]
        subject = _subject(table, quantity.value, name)
        if subject is None:
            return None
    return MineCheck(
        line=table.line,
        wants=wants,
        say=say,
        subject=subject,
        quantity=quantity,
        least=least,
        expect=expect,
        lines=lines,
        points=points,
        hidden=hidden,
    )


def _subject(table: TomlTable, key: str, name: str) -> Subject | None:
    found = SUBJECTS.get(name)
    if found is None:
        hint = did_you_mean(name, SUBJECTS, f"it is one of {', '.join(SUBJECTS)}")
        table.complain(key, f": there is no {name!r} to look for; {hint}", about=name)
    return found

"""Tasks to try: the learner sends any request that does what is asked.

It must not know other kinds of tasks.
"""

from __future__ import annotations

from collections.abc import Iterator
from functools import partial
from typing import Self

from routelab.language import say
from routelab.lessons import words
from routelab.lessons.expectation import Expectation
from routelab.lessons.findings import CheckRule
from routelab.lessons.judging import Result, all_passed, judge_all, promised
from routelab.lessons.tasks.answer import AuthorText, NotYet, Sentence, Settled, TaskReply, ToCopy
from routelab.lessons.tasks.asking import Demonstrated, Told, TriedOut
from routelab.lessons.tasks.base import Apps, Brief, Prover, Task, TypedRequest
from routelab.lessons.tasks.reading import TaskReader, expectations
from routelab.lessons.tasks.running import ProvenApp
from routelab.lessons.tomlblock import TomlTable
from routelab.tracing.trace import Trace


class TryTask(Task):
    """Send any request that fulfils `expect`; `example` does, its last request being the one that counts."""

    kind = "try"

    expect: tuple[Expectation, ...]
    example: tuple[TypedRequest, ...]

    @classmethod
    def read(cls, table: TomlTable, brief: Brief, reader: TaskReader) -> Self | None:
        expect = expectations(table)
        example = reader.requests(table, "example", required=True)
        return cls(brief=brief, expect=expect, example=example) if expect and example else None

    @property
    def sent_first(self) -> tuple[TypedRequest, ...]:
        """What comes before: the learner's own request follows it."""
        return self.brief.before

    def take_request(self, trace: Trace) -> TaskReply:
        """Say whether a request did what was asked."""
        results = grade_try(self, trace)
        if all_passed(results):
            return self.right(say("Right."))
        unmet = NotYet(trace=trace, results=tuple(result for result in results if not result.passed))
        return TaskReply(parts=(unmet,))

    def told(self) -> Iterator[Told]:
        *first, last = self.example
        yield Sentence(text="For example, one after the other:" if first else "For example:")
        yield from (ToCopy(typed=request.typed) for request in self.example)
        yield TriedOut(before=(*self.brief.before, *first), request=last)
        yield AuthorText(text=self.brief.after)

    def demonstrated(self) -> Iterator[Demonstrated]:
        return (Demonstrated(request=request, before=self.brief.before) for request in self.example)

    def solution(self, _apps: Apps) -> TaskReply:
        """Show the requests that do what is asked; the one that counts is offered in the prompt."""
        *before, last = (request.typed for request in self.example)
        first = (Sentence(text=f"First: {line}") for line in before)
        parts = (*first, Sentence(text="This request does it:"))
        return TaskReply(parts=parts, settled=Settled.BY_SOLUTION, line=last)

    def answer(self, apps: Apps) -> str:  # noqa: ARG002 - no app is asked
        return say("For example: {request}", request=self.example[-1].typed)

    def prove(self, prover: Prover, app: ProvenApp | None) -> None:
        """Prove that the example does what is asked, twice."""
        if app is None:
            return
        line, shown = self.brief.line, ", ".join(repr(request.typed) for request in self.example)
        trace = app.proven(
            *self.example_run,
            partial(promised, self.expect),
            line=line,
            twice=shown,
        )
        failed = words.first_failure(grade_try(self, trace))
        if failed is not None:
            problem = f"the example {shown} does not fulfil {failed}; correct the example or `expect`"
            prover.add(CheckRule.EXAMPLE, line, problem)

    @property
    def example_run(self) -> tuple[tuple[TypedRequest, ...], TypedRequest]:
        """What is sent first, and the request that does what is asked."""
        *first, last = self.example
        return (*self.brief.before, *first), last


def grade_try(task: TryTask, trace: Trace) -> tuple[Result, ...]:
    """Grade the trace of a learner's request, sent with all candidates."""
    return judge_all(task.expect, trace)

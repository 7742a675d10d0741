"""Tasks to predict: the learner says what a request will give, before it is run.

It must not know other kinds of tasks.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from functools import partial
from math import isfinite
from string import ascii_lowercase
from typing import Any, Self

from routelab.errors import RoutelabError
from routelab.language import say
from routelab.lessons import words
from routelab.lessons.difference import same
from routelab.lessons.expectation import (
    Expectation,
    ExpectationError,
    Predicate,
    Question,
    expectation_text,
    literal,
    question_text,
)
from routelab.lessons.expectation_reading import read_expectation
from routelab.lessons.findings import CheckRule
from routelab.lessons.prose import Text
from routelab.lessons.query import Gives, Nothing, NotJson, Observation, Seen
from routelab.lessons.tasks.answer import AuthorText, Guess, Sent, Sentence, Settled, TaskReply
from routelab.lessons.tasks.asking import Asked, Choosing, Demonstrated, GivenAway, Told
from routelab.lessons.tasks.base import Apps, Brief, Prover, Task, TypedRequest
from routelab.lessons.tasks.reading import TaskReader, author_text, question
from routelab.lessons.tasks.running import AppFactory, ProvenApp, send_afresh
from routelab.lessons.tomlblock import TomlTable
from routelab.record import Json, Record
from routelab.tracing.phrases import sentence
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.trace import Trace

_NOT_YOURS = Sentence(text="This ran on the lesson's app; yours does not give the same.", aside=True)
_AROUND = "`'\".,!? "
_NO_SUCH = re.compile("^(none|nothing|nowhere)[,:] ")
_WORD = re.compile(r"""[\w./-]+|["'].*["']""").fullmatch


class Choice(Record):
    """One possible answer, and what is said to those who take it.

    `nothing` is the answer that there is no such thing; `label` is how the choice is shown.
    """

    label: str
    value: Json = None
    nothing: bool = False
    say: Text = ()


class Prediction(Record):
    """What a predicted request really gave; `right` is None where the answer is not among the choices."""

    trace: Trace
    answer: Observation
    right: Choice | None


class PredictTask(Task):
    """Say what a request will give, before it is run; which choice is right comes from running it."""

    kind = "predict"

    request: TypedRequest
    question: Question
    choices: tuple[Choice, ...]

    @property
    def enter(self) -> str:
        return say("show the question again")

    @classmethod
    def read(cls, table: TomlTable, brief: Brief, reader: TaskReader) -> Self | None:
        """Read `request`, `query`, the choices and the words for some of them."""
        request = reader.request(table)
        asked = question(table)
        choices = _choices(table, asked)
        if request is None or asked is None or not choices:
            return None
        return cls(brief=brief, request=request, question=asked, choices=choices)

    @property
    def instead_of_requests(self) -> str:
        return say(
            "Guess first; then it runs. Type a letter from a to {letter}, or the value itself.",
            letter=unsure_letter(self),
        )

    def take_line(self, typed: str, apps: Apps) -> TaskReply | None:
        """Take a guess, also once more; None for a line that is none."""
        if not typed.strip():
            return None
        choice = read_choice(self, typed)
        if choice is None and not is_unsure(self, typed):
            return None
        return self._told(choice, apps)

    def asked(self) -> Iterator[Asked]:
        yield Choosing(
            request=self.request.typed,
            after=words.sent_first(self.brief.before),
            ask=self.brief.ask,
            choices=(*_lettered(self), (unsure_letter(self), _unsure())),
        )

    @property
    def about(self) -> str:
        return self.request.typed

    def told(self) -> Iterator[Told]:
        """Give the answer, and what is said of the other choices."""
        yield GivenAway()
        yield from (AuthorText(text=it.say, label=f"Not {it.label}, because") for it in self.choices)

    def demonstrated(self) -> Iterator[Demonstrated]:
        yield Demonstrated(
            request=self.request,
            before=self.brief.before,
            choices=_lettered(self),
            answered=partial(_right_letter, self),
        )

    def solution(self, apps: Apps) -> TaskReply:
        return self._told(None, apps)

    def answer(self, apps: Apps) -> str:
        """Run the request, and return what it gives."""
        prediction = predict(self, apps.page)
        return "" if prediction.right is None else verdict_on(prediction, None)

    def prove(self, prover: Prover, app: ProvenApp | None) -> None:
        """Prove that the answer is among the choices, without words for wrong ones, twice."""
        if app is None:
            return
        line = self.brief.line
        trace = app.proven(
            self.brief.before,
            self.request,
            lambda trace: (predicted(self, trace).answer,),
            line=line,
            twice=question_text(self.question),
        )
        prediction = predicted(self, trace)
        if prediction.right is None:
            where = "with `nothing`" if isinstance(prediction.answer, Nothing) else "to choices"
            answer = words.observation_words(prediction.answer)
            problem = f"the answer is {answer}, and no choice says so; add it {where}"
            prover.add(CheckRule.PREDICTION, line, problem)
        elif prediction.right.say:
            problem = (
                f"{prediction.right.label} is the answer, so its words are never said; move them into `after`"
            )
            prover.add(CheckRule.PREDICTION, line, problem)

    def _told(self, choice: Choice | None, apps: Apps) -> TaskReply:
        """Run the request, and hold the guess against it; None is no guess at all."""
        prediction = predict(self, apps.page)
        own = _on_their_own(self, prediction, apps.edited)
        elsewhere = (_NOT_YOURS,) if own is None and apps.edited is not None else ()
        prediction = own or prediction
        right = choice is not None and prediction.right is choice
        seen = Sent(request=self.request.line, trace=prediction.trace, guess=_guess(self, choice, prediction))
        said = Sentence(text=verdict_on(prediction, choice), right=right)
        why = (AuthorText(text=choice.say),) if choice is not None and choice.say and not right else ()
        settled = Settled.BY_SOLUTION if choice is None else Settled.BY_LEARNER
        return TaskReply(parts=(seen, said, *elsewhere, *why, *self.after()), settled=settled)


# The answer


def predict(task: PredictTask, app: AppFactory) -> Prediction:
    """Run the request of a prediction in a fresh app, and find the choice that is right."""
    return predicted(task, send_afresh(app, task.brief.before, task.request))


def predicted(task: PredictTask, trace: Trace) -> Prediction:
    """Find the choice that a trace of a prediction's request makes right."""
    answer = task.question.query.observe(trace, task.question.argument)
    right = next((choice for choice in task.choices if _is_answer(choice, answer)), None)
    return Prediction(trace=trace, answer=answer, right=right)


def _on_their_own(task: PredictTask, prediction: Prediction, app: AppFactory | None) -> Prediction | None:
    """Run a prediction on the learner's own app; None where that does not give what the page's app does.

    So what they see is what they wrote, and nothing that they did to it makes the answer another.
    """
    try:
        own = None if app is None else predict(task, app)
    except RoutelabError:  # their app is gone, or is not one
        return None
    return own if own is not None and _outcome(own) == _outcome(prediction) else None


def _outcome(prediction: Prediction) -> tuple[Observation, str, str | None]:
    """Return the answer, the verdict and the rule that matched."""
    match = prediction.trace.first(MatchStep)
    return prediction.answer, prediction.trace.verdict, None if match is None else match.rule


def _right_letter(task: PredictTask, trace: Trace) -> str:
    right = predicted(task, trace).right
    return "" if right is None else ascii_lowercase[task.choices.index(right)]


def _is_answer(choice: Choice, answer: Observation) -> bool:
    match answer:
        case Nothing():
            return choice.nothing
        case Seen(value=value):
            return not choice.nothing and same(choice.value, value)
        case NotJson():
            return False


def verdict_on(prediction: Prediction, guess: Choice | None) -> str:
    """Return "Right: 404.", "You said 200; it is 404.", or without a guess "It is 404."."""
    right = prediction.right
    if right is guess and guess is not None:
        return say("Right: {answer}", answer=sentence(guess.label))
    if right is not None and not right.nothing:
        answer = sentence(_named(right))
        if guess is None:
            return say("It is {answer}", answer=answer)
        return say("You said {guess}; it is {answer}", guess=_named(guess), answer=answer)
    if right is None:
        if guess is None:
            return say("It is not among the choices: see the trace.")
        return say("You said {guess}; it is not among the choices: see the trace.", guess=_named(guess))
    # Its label is, or ends in, a clause of its own: "no view runs", "none, the header is missing".
    clause = sentence(_NO_SUCH.sub("", right.label))
    if guess is None:
        return words.capital(clause)
    return say("You said {guess}; {clause}", guess=_named(guess), clause=clause)


def _named(choice: Choice) -> str:
    """Return a choice's label within a sentence: in quotes, where it is more than a word."""
    quote = "'" if '"' in choice.label and "'" not in choice.label else '"'
    return choice.label if _WORD(choice.label) else f"{quote}{choice.label}{quote}"


# Guesses


def _guess(task: PredictTask, choice: Choice | None, prediction: Prediction) -> Guess:
    right = prediction.right
    return Guess(
        ask="".join(span.text for span in task.brief.ask),
        choices=_lettered(task),
        chosen="" if choice is None else ascii_lowercase[task.choices.index(choice)],
        own="" if choice is None else choice.label,
        answer="none of these" if right is None else right.label,
        said=verdict_on(prediction, choice),
        told_at=task.question.query.told_at,
    )


def unsure_letter(task: PredictTask) -> str:
    """Return the letter of the choice that the learner does not want to guess."""
    return ascii_lowercase[len(task.choices)]


def _lettered(task: PredictTask) -> tuple[tuple[str, str], ...]:
    """Return the letter and the label of each choice: ("a", "200")."""
    return tuple(zip(ascii_lowercase, (choice.label for choice in task.choices), strict=False))


def is_unsure(task: PredictTask, typed: str) -> bool:
    """Tell whether the learner asks to be shown."""
    return typed.strip(f"{_AROUND})").casefold() in (
        unsure_letter(task),
        _unsure().casefold(),
        "not sure",
        "show me",
        "no idea",
    )


def _unsure() -> str:
    """Return the choice of who does not want to guess."""
    return say("not sure, show me")


def read_choice(task: PredictTask, typed: str) -> Choice | None:
    """Find the choice that was typed, by letter or value, also in quotes or as a sentence ends."""
    return read_guess(task, typed) or read_guess(task, typed.strip(_AROUND))


def read_guess(task: PredictTask, typed: str) -> Choice | None:
    """Find the choice that was typed: its letter ("b", "B)") or its value; None for neither."""
    guess = typed.strip().casefold()
    letter = guess.rstrip(").")
    if len(letter) == 1 and letter in ascii_lowercase[: len(task.choices)]:
        return task.choices[ascii_lowercase.index(letter)]
    for choice in task.choices:
        forms = {choice.label.casefold()}
        if not choice.nothing:
            forms.add(json.dumps(choice.value, ensure_ascii=False).casefold())
        if guess in forms:
            return choice
    return None


# Choices in TOML


def _choices(table: TomlTable, asked: Question | None) -> tuple[Choice, ...]:
    """Read `choices` and `nothing`, then the [[choice]] tables that have words for some of them."""
    values = table.values("choices", required=True)
    bare = _only_text(values, asked)
    choices = [_choice(table, value, asked, bare=bare) for value in values]
    nothing = table.text("nothing")
    if nothing is not None:
        choices.append(Choice(label=nothing, nothing=True))
    for index, choice in enumerate(choices):
        if any(_same_choice(choice, earlier) for earlier in choices[:index]):
            table.complain("choices", f" has {choice.label} twice; make them distinct", CheckRule.UNIQUE)
    if values and len(choices) < 2:
        table.complain("choices", " has one choice only; write at least two")
    for said in table.tables("choice"):
        _add_words(said, choices)
    return tuple(choices)


def _choice(table: TomlTable, value: Any, asked: Question | None, *, bare: bool) -> Choice:
    if not _is_json(value):
        table.complain("choices", f": {value!r} is not a JSON value; write numbers, strings, true or false")
        return Choice(label=str(value))
    if asked is not None:
        expectation = Expectation(question=asked, predicate=Predicate.EQUALS, value=value)
        try:
            read_expectation(expectation_text(expectation))
        except ExpectationError as error:
            table.complain("choices", f": {error.problem}", CheckRule.EXPECTATION)
    return Choice(label=_label(value, bare=bare), value=value)


def _only_text(values: Iterable[Any], asked: Question | None) -> bool:
    """Tell whether all choices are text, and each is seen to be: "1" beside 1, or alone, is not."""
    if asked is not None and asked.query.gives is Gives.TEXT:
        return True
    return all(isinstance(value, str) and not _reads_as_json(value) for value in values)


def _reads_as_json(text: str) -> bool:
    try:
        json.loads(text)
    except ValueError:
        return False
    return True


def _label(value: Json, *, bare: bool) -> str:
    """Write a choice as it is shown: text without its quotes where that is `bare`."""
    if bare and isinstance(value, str) and value and value == " ".join(value.split()):
        return value
    return literal(value)


def _add_words(table: TomlTable, choices: list[Choice]) -> None:
    nothing, value = table.flag("nothing") or False, table.value("value")
    say = author_text(table, "say", required=True)
    table.finish()
    wanted = Choice(label="", value=value, nothing=nothing)
    for index, choice in enumerate(choices):
        if _same_choice(choice, wanted):
            choices[index] = choice.replace(say=say)
            return
    shown = "nothing" if nothing else repr(value)
    table.complain("value", f" {shown} is not among the choices; add it there, or correct it")


def _same_choice(one: Choice, other: Choice) -> bool:
    return one.nothing is other.nothing and same(one.value, other.value)


def _is_json(value: Any) -> bool:
    match value:
        case float():
            return isfinite(value)
        case str() | int():
            return True
        case list():
            return all(map(_is_json, value))
        case dict():
            return all(map(_is_json, value.values()))
        case _:
            return False

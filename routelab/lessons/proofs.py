"""What `routelab check` proves of a lesson, from its text and files to its tasks on each engine.

It gathers findings and prints nothing; what a task has to prove stands with its kind. The app runs in copies
of the lesson's files, never in the lesson's own folder.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping, Sequence
from contextlib import ExitStack
from functools import cached_property, partial
from pathlib import Path, PurePosixPath
from types import MappingProxyType
from typing import Self
from uuid import uuid4

from routelab.errors import RoutelabError
from routelab.lessons.facts import prove_fact
from routelab.lessons.files import (
    APP_FILE,
    EMPTY_APP,
    SOLUTION,
    Files,
    Project,
    project,
    stray_files,
)
from routelab.lessons.findings import CheckRule, Finding, Findings, languages_of
from routelab.lessons.judging import misspelt_method
from routelab.lessons.mine.judging import Looks
from routelab.lessons.query import Observation
from routelab.lessons.reading import in_language, read_lesson
from routelab.lessons.records import Lesson
from routelab.lessons.tasks.base import Prover
from routelab.lessons.tasks.running import AppFactory, ProvenApp, app_factory, copied_app
from routelab.lessons.teaching import TeacherNotes, read_notes
from routelab.lessons.words import observation_words
from routelab.record import Record
from routelab.regularfile import read_bytes
from routelab.tracing.trace import Trace
from routelab.wholefile import write_all
from routelab.workers import ReusedWorkers, WorkerSource

_MOST_SAMPLES = 4  # of two lessons on two engines


class Proof(Record):
    """What is wrong with a lesson, as far as running it on these engines tells.

    `lesson` is None where lesson.md cannot be read at all.
    """

    folder: Path
    lesson: Lesson | None
    engines: tuple[str, ...]
    findings: tuple[Finding, ...]

    @property
    def tasks(self) -> int:
        """How many tasks the lesson has."""
        return 0 if self.lesson is None else sum(page.task is not None for page in self.lesson.pages)


class Samples:
    """Samples of the app that learners build, each looked at for several proofs.

    What a lesson's sample must have, that of the lesson before must not: so each is asked twice. `scratch` is
    a folder for their copies. Ends with its `with` block.
    """

    def __init__(self, scratch: Path) -> None:
        self._scratch = scratch
        self._kept: dict[tuple[str, tuple[tuple[PurePosixPath, Path], ...]], Looks] = {}

    def __enter__(self) -> Self:
        return self

    def __exit__(self, *_error: object) -> None:
        self._let_go(0)

    def looks(self, files: Project, engine: str) -> Looks:
        """Give looks at an app of these files; until two others were asked for on this engine, the same."""
        key = engine, tuple(sorted(files.items()))
        looks = self._kept.pop(key, None)
        if looks is None:
            self._let_go(_MOST_SAMPLES - 1)
            copy = self._scratch / uuid4().hex
            looks = Looks(copied_app(lambda: files, copy, engine), trusted=True)
        self._kept[key] = looks
        return looks

    def _let_go(self, most: int) -> None:
        """Let the ones go that were not asked for since most others were."""
        while len(self._kept) > most:
            with self._kept.pop(next(iter(self._kept))):
                pass


def prove(
    folder: Path,
    engines: Sequence[str],
    scratch: Path,
    samples: Samples | None = None,
    reused: ReusedWorkers | None = None,
) -> Proof:
    """Prove a lesson on each engine; `scratch` is an empty folder for copies of its files.

    `samples` are those that lessons proven before had, and the next ones will have; `reused` gives workers
    that had other apps before. Where all holds there, and libraries are as they were before, it holds in
    processes that each app has for itself; else the lesson is proven in those.
    """
    reading = read_lesson(folder)
    found = [*reading.findings]
    if reading.lesson is not None:
        found += stray_files(reading.lesson, whole=not reading.findings)
        found += [it for name in languages_of(folder) for it in in_language(folder, name).sorted()]
        taught = read_notes(reading.lesson)
        found += taught.findings
        if (folder / APP_FILE).is_file():
            with Samples(scratch / "samples") as own, ReusedWorkers() as workers:
                run = partial(_on_each_engine, reading.lesson, taught.notes, engines, scratch, samples or own)
                found += (reused or workers).found(run)
    collected = Findings()
    for finding in found:
        collected.add(finding.promise, finding.line, finding.text, finding.file)
    return Proof(folder=folder, lesson=reading.lesson, engines=tuple(engines), findings=collected.sorted())


def lesson_pages(folders: Iterable[Path], proofs: Iterable[Proof] = ()) -> frozenset[str]:
    """Return the pages of lessons as they are gone to, by name, so that numbers may change.

    Those that were read for `proofs` are not read again.
    """
    read = {proof.folder.resolve(): proof.lesson for proof in proofs}
    found: set[str] = set()
    for folder in folders:
        lesson = read.get(folder.resolve()) or read_lesson(folder).lesson
        name = folder.name.partition("-")[2]
        found |= set() if lesson is None else {f"{name}/{page.id}" for page in lesson.pages}
    return frozenset(found)


def _on_each_engine(
    lesson: Lesson,
    notes: TeacherNotes | None,
    engines: Sequence[str],
    scratch: Path,
    samples: Samples,
    workers: WorkerSource,
) -> Iterable[Finding]:
    """Run a lesson on each engine; what not every one finds is said to be of those that do."""
    scratch /= uuid4().hex  # it may be done more than once
    provers: list[_EngineProver] = []
    with ExitStack() as opened:
        for number, engine in enumerate(engines, start=1):
            beside, follows = provers[0] if provers else None, number < len(engines)
            prover = _EngineProver(
                lesson, notes, engine, scratch / engine, samples, opened, workers, beside, follows=follows
            )
            prover.prove()
            provers.append(prover)
    per_engine = {prover.engine: prover.findings for prover in provers}
    for engine, findings in per_engine.items():
        for finding in findings:
            everywhere = all(finding in others for others in per_engine.values())
            yield finding if everywhere else finding.replace(text=f"{finding.text} (engine {engine})")


class _EngineProver(Prover):
    """Proves one lesson on one engine; `scratch` is an empty folder for the copies.

    The apps stay `opened`. `beside` proved the lesson on another engine before, and where one `follows`,
    what it proves is held against this.
    """

    def __init__(
        self,
        lesson: Lesson,
        notes: TeacherNotes | None,
        engine: str,
        scratch: Path,
        samples: Samples,
        opened: ExitStack,
        workers: WorkerSource,
        beside: Self | None,
        *,
        follows: bool,
    ) -> None:
        self._lesson, self._notes = lesson, notes
        self.engine = engine
        self._scratch, self._samples = scratch, samples
        self._found = Findings()
        self._sent: list[Trace] = []
        self._opened, self._beside, self._follows = opened, beside, follows
        self._workers = workers
        self._apps: dict[str, ProvenApp] = {}
        self._files: dict[Files, dict[PurePosixPath, bytes]] = {}  # read once: most copies differ in a file

    @property
    def findings(self) -> tuple[Finding, ...]:
        """What was found, here and by an engine that followed."""
        return self._found.sorted()

    def prove(self) -> None:
        """Run everything that can be run."""
        apps = {Files.STARTER: self._loaded_starter(), Files.SOLUTION: self.solution}
        for page in self._lesson.pages:
            if page.task is not None:
                page.task.prove(self, apps[page.files])
            for question in page.again:
                question.prove(self, apps[page.files])
            for fact in page.facts:
                prove_fact(fact, self, apps[page.files])
        for oral in () if self._notes is None else self._notes.questions:
            if oral.fact is not None:
                prove_fact(oral.fact, self, apps[oral.files])
        self._compare_codes()

    def _proven(
        self,
        name: str,
        files: Files,
        edited: Mapping[PurePosixPath, str] = MappingProxyType({}),
        *,
        inert: bool = False,
    ) -> ProvenApp:
        """Keep an app to the end; the codes that requests of pages show are noted."""
        proven = self._apps[name] = ProvenApp(
            app_factory(self._copy(name, files, edited), self.engine, self._workers),
            self._note,
            self._compare,
            inert=inert,
            follows=self._follows,
            beside=None if self._beside is None else self._beside._apps.get(name),
        )
        return self._opened.enter_context(proven)

    def _note(self, trace: Trace, line: int) -> None:
        """Keep what a block at `line` asked for, and look whether its method is a usual one misspelt."""
        self._sent.append(trace)
        if (problem := misspelt_method(trace)) is not None:
            self._found.add(CheckRule.REQUEST, line, problem)

    def _compare_codes(self) -> None:
        """Hold the findings that were seen against those that the lesson names."""
        hops = [hop for trace in self._sent for hop in (trace, *trace.redirects)]
        codes = {finding.code for hop in hops for finding in hop.findings}
        named = set(self._lesson.findings)
        for code in sorted(codes - named):
            problem = f"a request of the lesson shows {code}; correct it, or name it: findings = [{code!r}]"
            self._found.add(CheckRule.CODES, None, problem)
        for code in sorted(named - codes):
            problem = f"findings: no request of the lesson shows {code}; remove it"
            self._found.add(CheckRule.CODES, None, problem)

    def problem_in(
        self,
        name: str,
        edited: Mapping[PurePosixPath, str],
        look: Callable[[AppFactory], str | None],
    ) -> str | None:
        return look(app_factory(self._copy(name, Files.STARTER, edited), self.engine, self._workers))

    def sample(self, files: Project) -> Looks:
        return self._samples.looks(files, self.engine)

    def text_of(self, file: PurePosixPath) -> str | None:
        path = self._lesson.folder / file
        return read_bytes(path).decode("utf-8", "surrogateescape") if path.is_file() else None

    def add(self, promise: CheckRule, line: int, text: str, file: PurePosixPath | None = None) -> None:
        self._found.add(promise, line, text, file)

    def _compare(self, shown: str, line: int, one: Iterable[Observation], two: Iterable[Observation]) -> None:
        for first, second in zip(one, two, strict=True):
            if first != second:
                problem = (
                    f"{shown} gave {observation_words(first)} and then {observation_words(second)}; "
                    "ask for what does not depend on chance, clock or order"
                )
                self._found.add(CheckRule.SAME_TWICE, line, problem)

    @cached_property
    def started(self) -> ProvenApp:
        return self._proven("starter", Files.STARTER)

    @cached_property
    def empty(self) -> ProvenApp:
        return self._proven("empty", Files.STARTER, EMPTY_APP, inert=True)

    def _loaded_starter(self) -> ProvenApp | None:
        """Return the starter; None, and a finding, if it should load and does not."""
        app = self.started
        try:
            failure = app.failure()
        except RoutelabError as error:
            if not self._lesson.loads:  # an empty file, from which the learner writes the app
                return app
            self._found.add(CheckRule.LOADS, None, str(error), APP_FILE)
            return None
        if failure is not None and self._lesson.loads:
            step = failure.step
            what = f"{step.exception}: {step.message.partition(chr(10))[0]}"
            self._found.add(
                CheckRule.LOADS,
                step.line,
                f"the app does not load: {what}; fix it, or say loads = false in the first task",
                PurePosixPath(step.file or APP_FILE),
            )
            return None
        if failure is None and not self._lesson.loads:
            first = next(page.task for page in self._lesson.pages if page.task)
            self._found.add(
                CheckRule.LOADS,
                first.brief.line,
                "the task says loads = false, but app.py loads; remove the key, or break the app",
            )
        return app

    @cached_property
    def solution(self) -> ProvenApp | None:
        tasks = [page.task for page in self._lesson.pages if page.task is not None]
        edits = [task for task in tasks if task.edits_app]
        if not edits:
            return None
        if not (self._lesson.folder / SOLUTION).is_dir():
            self._found.add(
                CheckRule.SOLUTION,
                edits[0].brief.line,
                "there is no solution/ for this edit task; put the files there that fulfil it",
            )
            return None
        app = self._proven("solution", Files.SOLUTION)
        try:
            problem: object = app.failure()
        except RoutelabError as error:
            problem = error
        if problem is None:
            return app
        self._found.add(CheckRule.SOLUTION, None, f"{problem}; fix it", PurePosixPath(SOLUTION) / APP_FILE)
        return None

    def _copy(self, name: str, files: Files, edited: Mapping[PurePosixPath, str]) -> Path:
        """Write a copy of the lesson's files, some with another text, and return its folder."""
        folder = self._scratch / name
        if files not in self._files:
            sources = project(self._lesson.folder, files)
            self._files[files] = {path: read_bytes(source) for path, source in sources.items()}
        other = {path: text.encode("utf-8", "surrogateescape") for path, text in edited.items()}
        write_all({folder / path: content for path, content in (self._files[files] | other).items()})
        return folder

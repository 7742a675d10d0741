"""`routelab grade`: submissions in, points out.

It reads options, finds the submissions and writes the results; how they are judged is the business of
`grading`.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager
from datetime import UTC, datetime
from pathlib import Path
from typing import TypeAlias

from routelab.commands.options import seconds
from routelab.commands.parser import Parser
from routelab.errors import RoutelabError, UsageError
from routelab.grading.assignment import Assignment, assignment_of
from routelab.grading.cluster import ClusterRun, judge_on_cluster
from routelab.grading.confinement import Isolation, confinement
from routelab.grading.formats.base import Graded, ResultFormat
from routelab.grading.formats.kinds import FORMATS, JSON, TEXT
from routelab.grading.judging import Judged
from routelab.grading.records import SubmissionGrade, SubmissionVerdict
from routelab.grading.results import ResultFile, merged, writing
from routelab.grading.run import RunSetup, in_order, judge_all
from routelab.grading.runfolder import RunFolder
from routelab.grading.submissions import Submission, passed_over, shard_of, shared_names, submissions_in
from routelab.interpreter import interpreter
from routelab.lessons.tasks.running import TIME_LIMIT
from routelab.screen.telling import complain
from routelab.streams import columns
from routelab.version import VERSION
from routelab.wholefile import write_whole

Judge: TypeAlias = Callable[[Sequence[Submission]], Iterator[tuple[int, Judged]]]

NOT_PASSED, NOT_GRADED = 1, 3
_MEMORY = 1024  # megabytes
_USAGE = "[options] LESSON FOLDER ..."
_DESCRIPTION = """\
Grade submissions on a lesson's edit tasks: each runs in a process of its own,
apart from the judge and from the others. A folder is a submission, or contains
submissions, folders or zips.
"""


class Stopped(RoutelabError):
    """Ctrl-C ended the run; what was graded before it is written."""

    exit_code = 130

    def __init__(self, done: int, of: int, *, continued: bool) -> None:
        super().__init__(
            f"stopped when {done} of {of} were graded; "
            + (
                "the same command with --resume grades the rest"
                if continued
                else "with --format json and --output FILE, a stopped run can be continued by --resume"
            )
        )


def main(arguments: Sequence[str]) -> int:
    """Grade; return 0, 1 where --task is not passed, 3 where some could not be graded."""
    options = _options(arguments)
    chosen = FORMATS[options.format]
    assignment = assignment_of(options.lesson, options.task)
    if options.merge:
        grades, said = merged(tuple(map(Path, options.merge)), assignment)
        _say(said)
        _write(chosen, assignment, grades, options.output)
        return _exit_code(grades, options.task)
    submissions = _submissions(options)
    _refuse_many(chosen, len(submissions))
    counted = _Counted()
    try:
        with _judge(options, assignment) as judge:
            if chosen is JSON:
                _grade_to_json(assignment, submissions, judge, options, counted)
            else:
                _check_writable(options.output)
                _grade_at_once(chosen, assignment, submissions, judge, options, counted)
    except KeyboardInterrupt:
        continued = chosen is JSON and options.output is not None
        raise Stopped(counted.done, len(submissions), continued=continued) from None
    return counted.exit_code(options.task)


def _options(arguments: Sequence[str]) -> argparse.Namespace:
    parser = Parser("grade", _USAGE, _DESCRIPTION)
    _add_what_is_graded(parser)
    _add_results(parser)
    _add_how_it_runs(parser)
    options = parser.parse_args(arguments)
    if options.merge and options.folders:
        parser.error("--merge takes files of results, and grades no folder")
    if not options.merge and not options.folders:
        parser.error(
            f"name the lesson and then a folder to grade, as in: routelab grade {options.lesson} FOLDER"
        )
    if options.resume and (options.output is None or options.format != JSON.name):
        parser.error("--resume continues a file of results: give --format json and --output FILE")
    return options


def _add_what_is_graded(parser: Parser) -> None:
    parser.add_argument(
        "lesson", metavar="LESSON", help="a bundled lesson's number or name, or a lesson's folder"
    )
    parser.add_argument(
        "folders", nargs="*", metavar="FOLDER", help="a submission, or a folder of submissions"
    )
    parser.add_argument(
        "--task", metavar="ID", help="grade one task, by the id of its page; exit 1 if it is not passed"
    )
    parser.add_argument("--shard", type=_shard, default=(1, 1), metavar="I/N", help="grade part I of N only")


def _add_results(parser: Parser) -> None:
    parser.add_argument(
        "--format",
        choices=tuple(FORMATS),
        default=TEXT.name,
        metavar="FORMAT",
        help=f"how the results are written: {', '.join(FORMATS)} (default: text)",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="where they are written (default: here)")
    parser.add_argument(
        "--resume",
        action="store_true",
        help="continue the --output of a run that was stopped (with --format json)",
    )
    parser.add_argument(
        "--merge", nargs="+", metavar="FILE", help="put files of results together instead of grading"
    )


def _add_how_it_runs(parser: Parser) -> None:
    parser.add_argument(
        "--jobs",
        type=_number,
        default=os.cpu_count() or 1,
        metavar="N",
        help="how many at a time (default: one for each processor)",
    )
    parser.add_argument(
        "--scheduler", metavar="ADDRESS", help="give batches to a Dask cluster, as in tcp://10.0.0.1:8786"
    )
    parser.add_argument(
        "--isolation",
        choices=("auto", *(each.value for each in Isolation)),
        default="auto",
        help="what keeps submissions apart (default: bubblewrap where it works)",
    )
    parser.add_argument(
        "--timeout",
        type=seconds,
        default=TIME_LIMIT,
        metavar="SECONDS",
        help=f"for each request (default: {TIME_LIMIT:g})",
    )
    parser.add_argument(
        "--memory", type=_number, default=_MEMORY, metavar="MB", help=f"for each process (default: {_MEMORY})"
    )


def _number(text: str) -> int:
    if not text.isdecimal() or not 0 < int(text) < 10**6:
        raise argparse.ArgumentTypeError("give a whole number above 0")
    return int(text)


def _shard(text: str) -> tuple[int, int]:
    number, _, of = text.partition("/")
    if not (number.isdecimal() and of.isdecimal() and 0 < int(number) <= int(of)):
        raise argparse.ArgumentTypeError("give a part and how many there are, as in 2/8")
    return int(number), int(of)


def _refuse_many(chosen: ResultFormat, number: int) -> None:
    if chosen.one and number != 1:
        raise UsageError(
            f"--format {chosen.name} has room for one submission, and here are {number}; grade each by itself"
        )


def _submissions(options: argparse.Namespace) -> Sequence[Submission]:
    found = submissions_in(options.folders)
    _say(
        f"two submissions are called {plain!r}; that in {each.path} is {each.name!r} here"
        for each, plain in shared_names(found)
    )
    _say(
        f"{path}: not graded, it is neither a folder nor a zip, nor called like ann_app.py"
        for path in passed_over(options.folders, found)
    )
    return shard_of(found, *options.shard)


@contextmanager
def _judge(options: argparse.Namespace, assignment: Assignment) -> Iterator[Judge]:
    """Give what judges submissions: a cluster, or this machine."""
    if options.scheduler is not None:
        run = ClusterRun(
            lesson=str(assignment.folder),
            task=options.task,
            digest=assignment.digest,
            version=VERSION,
            isolation=options.isolation,
            memory=options.memory,
            seconds=options.timeout,
            hidden=tuple(str(Path(folder).resolve()) for folder in options.folders),
        )
        yield lambda submissions: judge_on_cluster(assignment, submissions, run, options.scheduler)
        return
    with closing(RunFolder()) as folder:
        scratch = folder.path
        confined = confinement(
            options.isolation,
            python=interpreter(None, os.environ),
            engine=assignment.engine,
            memory=options.memory,
            hidden=(assignment.folder, *map(Path, options.folders)),
            scratch=scratch,
        )
        setup = RunSetup(confined, scratch, options.timeout)
        yield lambda submissions: judge_all(assignment, submissions, setup, options.jobs)


def _grade_at_once(
    chosen: ResultFormat,
    assignment: Assignment,
    submissions: Sequence[Submission],
    judge: Judge,
    options: argparse.Namespace,
    counted: _Counted,
) -> None:
    """Write all results when the last is there, or, where Ctrl-C ends the run, those that are."""
    grades: list[SubmissionGrade] = []
    try:
        judged = counted.passing(in_order(judge(submissions)), len(submissions))
        grades.extend(each.grade for each in judged)  # what came before Ctrl-C stays
    except KeyboardInterrupt:
        if grades:
            _write(chosen, assignment, tuple(grades), options.output)
        raise
    _write(chosen, assignment, tuple(grades), options.output)


def _grade_to_json(
    assignment: Assignment,
    submissions: Sequence[Submission],
    judge: Judge,
    options: argparse.Namespace,
    counted: _Counted,
) -> None:
    """Write each line as soon as there is one: into a file as they come, into a pipe in order."""
    if options.output is None:
        for each in counted.passing(in_order(judge(submissions)), len(submissions)):
            sys.stdout.write(JSON.write(_graded(assignment, (each.grade,))))
            sys.stdout.flush()
        return
    names = [each.name for each in submissions]
    with ResultFile(Path(options.output), assignment, names, resume=options.resume) as file:
        for grade in file.kept:
            counted.add(grade)
        left = [each for each in submissions if each.name not in file.done]
        judged = judge(left)
        ordered = (each for _, each in judged) if file.takes_any_order else in_order(judged)
        for each in counted.passing(ordered, len(submissions)):
            file.add(each.grade)
        file.finish()


class _Counted:
    """What the exit code needs of the grades as they pass, and a line that counts them on a terminal."""

    def __init__(self) -> None:
        self.done = 0
        self._not_graded = self._not_passed = False

    def add(self, grade: SubmissionGrade) -> None:
        self.done += 1
        self._not_graded |= grade.verdict is not SubmissionVerdict.GRADED
        self._not_passed |= not grade.passed

    def passing(self, judged: Iterator[Judged], of: int) -> Iterator[Judged]:
        """Hand on what comes, say what there is to say of it, and count."""
        shown = sys.stderr.isatty()
        try:
            for each in judged:
                self.add(each.grade)
                if shown:
                    print(f"\r{self.done} of {of} graded\x1b[K", end="", file=sys.stderr, flush=True)
                _say(each.notes)
                yield each
        finally:
            if shown:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def exit_code(self, task: str | None) -> int:
        if self._not_graded:
            return NOT_GRADED
        return NOT_PASSED if task is not None and self._not_passed else 0


def _exit_code(grades: Sequence[SubmissionGrade], task: str | None) -> int:
    counted = _Counted()
    for grade in grades:
        counted.add(grade)
    return counted.exit_code(task)


def _graded(assignment: Assignment, grades: tuple[SubmissionGrade, ...]) -> Graded:
    return Graded(assignment, grades, os.environ, datetime.now(UTC))


def _check_writable(output: str | None) -> None:
    """Find out before the work, and not after it."""
    if output is not None:
        with writing(Path(output)), Path(output).open("a"):
            pass


def _write(
    chosen: ResultFormat, assignment: Assignment, grades: tuple[SubmissionGrade, ...], output: str | None
) -> None:
    _refuse_many(chosen, len(grades))
    graded = _graded(assignment, grades)
    if output is None:
        text = chosen.write(graded._replace(columns=columns()) if sys.stdout.isatty() else graded)
        sys.stdout.write(text)
        return
    text = chosen.write(graded)
    with writing(Path(output)):
        write_whole(Path(output), text.encode("utf-8", "backslashreplace"))


def _say(notes: Sequence[str] | Iterator[str]) -> None:
    for note in notes:
        complain(f"routelab: {note}")

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
from routelab.grading.formats.base import Graded
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
from routelab.wholefile import can_be_whole, write_whole
from routelab.wholenumber import whole_number

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
    """Ctrl-C ended the run; what was graded before it is written, for `--resume` into the file `left`."""

    exit_code = 130

    def __init__(self, done: int, of: int, left: Path | None) -> None:
        super().__init__(
            f"stopped when {done} of {of} were graded; "
            + (
                f"{left} has them, and the same command with --resume grades the rest"
                if left is not None
                else "with --format json and --output FILE, a stopped run can be continued by --resume"
            )
        )


def main(arguments: Sequence[str]) -> int:
    """Grade; return 0, 1 where --task is not passed, 3 where some could not be graded."""
    options = _options(arguments)
    assignment = assignment_of(options.lesson, options.task)
    results = _Results(options, assignment)
    if options.merge:
        grades, said = merged(tuple(map(Path, options.merge)), assignment)
        _say(said)
        results.take_all(grades)
    else:
        submissions = _submissions(options)
        results.refuse_many(len(submissions))
        try:
            with _judge(options, assignment) as judge:
                results.grade(submissions, judge)
        except KeyboardInterrupt:
            raise Stopped(results.done, len(submissions), results.left) from None
    return results.exit_code


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
    number = whole_number(text)
    if number is None or not 0 < number < 10**6:
        raise argparse.ArgumentTypeError("give a whole number above 0")
    return number


def _shard(text: str) -> tuple[int, int]:
    number, of = map(whole_number, text.partition("/")[::2])
    if number is None or of is None or not 0 < number <= of:
        raise argparse.ArgumentTypeError("give a part and how many there are, as in 2/8")
    return number, of


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


class _Results:
    """The grades of a run: counted for the exit code, and written as the options say."""

    def __init__(self, options: argparse.Namespace, assignment: Assignment) -> None:
        self._format = FORMATS[options.format]
        self._output: Path | None = None if options.output is None else Path(options.output)
        self._resume: bool = options.resume
        self._of_one_task = options.task is not None
        self._assignment = assignment
        self.done = 0
        self.left: Path | None = None  # where --resume finds what was graded
        self._not_graded = self._not_passed = False

    @property
    def exit_code(self) -> int:
        """What the grades that were counted come to."""
        if self._not_graded:
            return NOT_GRADED
        return NOT_PASSED if self._of_one_task and self._not_passed else 0

    def refuse_many(self, number: int) -> None:
        """Raise UsageError where the format has room for one submission, and there are more, or none."""
        if self._format.one and number != 1:
            raise UsageError(
                f"--format {self._format.name} has room for one submission, and here are {number}; "
                "grade each by itself"
            )

    def take_all(self, grades: tuple[SubmissionGrade, ...]) -> None:
        """Take grades that are there."""
        for grade in grades:
            self._count(grade)
        self._write(grades)

    def grade(self, submissions: Sequence[Submission], judge: Judge) -> None:
        """Have submissions judged, and write what comes."""
        if self._format is not JSON:
            self._grade_at_once(submissions, judge)
        elif self._output is None:
            for each in self._passing(in_order(judge(submissions)), len(submissions)):
                sys.stdout.write(JSON.write(self._graded((each.grade,))))
                sys.stdout.flush()
        else:
            self._grade_into_file(self._output, submissions, judge)

    def _grade_at_once(self, submissions: Sequence[Submission], judge: Judge) -> None:
        """Write all results when the last is there, or, where Ctrl-C ends the run, those that are."""
        if self._output is not None:  # found out before the work, and not after it
            with writing(self._output):
                can_be_whole(self._output)
        grades: list[SubmissionGrade] = []
        try:
            judged = self._passing(in_order(judge(submissions)), len(submissions))
            grades.extend(each.grade for each in judged)  # what came before Ctrl-C stays
        except KeyboardInterrupt:
            if grades:
                self._write(tuple(grades))
            raise
        self._write(tuple(grades))

    def _grade_into_file(self, output: Path, submissions: Sequence[Submission], judge: Judge) -> None:
        """Write each line as soon as there is one, after those that an earlier run has left."""
        names = [each.name for each in submissions]
        with ResultFile(output, self._assignment, names, resume=self._resume) as file:
            for grade in file.kept:
                self._count(grade)
            judged = judge([each for each in submissions if each.name not in file.done])
            ordered = (each for _, each in judged) if file.takes_any_order else in_order(judged)
            try:
                for each in self._passing(ordered, len(submissions)):
                    file.add(each.grade)
            finally:
                self.left = file.left
            file.finish()

    def _passing(self, judged: Iterator[Judged], of: int) -> Iterator[Judged]:
        """Hand on what comes, say what there is to say of it, and count, on a terminal in a line."""
        shown = sys.stderr.isatty()
        try:
            for each in judged:
                self._count(each.grade)
                if shown:
                    print(f"\r{self.done} of {of} graded\x1b[K", end="", file=sys.stderr, flush=True)
                _say(each.notes)
                yield each
        finally:
            if shown:
                print("\r\x1b[K", end="", file=sys.stderr, flush=True)

    def _count(self, grade: SubmissionGrade) -> None:
        self.done += 1
        self._not_graded |= grade.verdict is not SubmissionVerdict.GRADED
        self._not_passed |= not grade.passed

    def _graded(self, grades: tuple[SubmissionGrade, ...]) -> Graded:
        return Graded(self._assignment, grades, os.environ, datetime.now(UTC))

    def _write(self, grades: tuple[SubmissionGrade, ...]) -> None:
        self.refuse_many(len(grades))
        graded = self._graded(grades)
        if self._output is not None:
            text = self._format.write(graded)
            with writing(self._output):
                write_whole(self._output, text.encode("utf-8", "backslashreplace"))
        elif sys.stdout.isatty():
            sys.stdout.write(self._format.write(graded._replace(columns=columns())))
        else:
            sys.stdout.write(self._format.write(graded))


def _say(notes: Sequence[str] | Iterator[str]) -> None:
    for note in notes:
        complain(f"routelab: {note}")

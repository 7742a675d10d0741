"""`routelab check`: prove lessons, and say what is wrong with them, a line each.

It finds the lessons and chooses the engines; the proofs are made elsewhere, and so is what is said of them.
"""

from __future__ import annotations

from argparse import Namespace
from collections.abc import Iterable, Iterator, Sequence
from contextlib import redirect_stderr
from functools import partial
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory

from routelab import bundled
from routelab.commands.learning import learner_environment
from routelab.commands.options import add_engine_option, add_format_option
from routelab.commands.output import write
from routelab.commands.parser import Parser
from routelab.commands.trusting import trust
from routelab.errors import RoutelabError
from routelab.interpreter import flask_is_installed
from routelab.lessons.course import bundled_lessons, lessons_in
from routelab.lessons.explaining import prove_explanations
from routelab.lessons.explanation import FOLDER, read_explanation
from routelab.lessons.findings import LESSON_FILE, TEACHER_FILE, CheckRule, Finding
from routelab.lessons.proofs import Proof, Samples, lesson_pages, prove
from routelab.lessons.records import Lesson
from routelab.lessons.teaching import read_notes
from routelab.process.worker import ending_at_ctrl_c
from routelab.screen.media import PLAIN
from routelab.screen.shown.check import PageProof, ProofReport, RehearsalReport, check_blocks, check_document
from routelab.session.demo.apps import DemoApps, app_of_script
from routelab.session.demo.catalog import noted_demo
from routelab.session.demo.rehearsal import DemoFinding, rehearse
from routelab.session.demo.script import SUFFIX, DemoScript, ScriptError, read_script
from routelab.workers import WORKERS, ReusedWorkers, WorkerSource

_USAGE = "[options] [FOLDER ...]"
_DESCRIPTION = """\
Prove lessons: that each can be read, that every task can be done and every
prediction holds, and that the solution, and nothing less, passes the checks.
The lesson's code is run, in copies of its files.
Rehearse demos: a script is run, and each line named whose outcome is not as
its author noted (`# gives: 404 NOT FOUND`).
"""


def main(arguments: Sequence[str]) -> int:
    """Prove the lessons in the folders; return 1 where there are findings."""
    options = _options(arguments)
    report = _proven(options.folders or ["."], _engines(options.engine))
    for proof in report.lessons:
        trust(proof.folder)  # it has just run here
    write(
        options,
        command=("check", *arguments),
        blocks=lambda: check_blocks(report),
        document=lambda: check_document(report),
    )
    return 1 if report.findings else 0


def _options(arguments: Sequence[str]) -> Namespace:
    parser = Parser("check", _USAGE, _DESCRIPTION)
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        help="a lesson, a folder of lessons, a script of a demo, or a bundled lesson's number or name "
        "(default: the folder here)",
    )
    add_engine_option(parser, "auto, which is both, where real Flask is installed", what="the lessons' apps")
    add_format_option(parser)
    parser.set_defaults(format=PLAIN.name)  # for CI and editors, which read FILE:LINE: at a line's beginning
    return parser.parse_args(arguments)


def _proven(typed: Sequence[str], engines: tuple[str, ...]) -> ProofReport:
    """Prove lessons and pages of explain, and rehearse demos, all of which are found before any is run."""
    WORKERS.warm = True  # each proof loads some dozen apps
    scripts = [script for each in typed for script in _scripts(each)]
    pages = [page for each in typed for page in _pages(Path(each))]
    lessons = [each for each in typed if not each.endswith(SUFFIX)]
    folders = [lesson for each in lessons for lesson in _lessons(each, among=pages)]
    # The apps' own logs are no finding, and a task may well be about a view that fails.
    with (
        ending_at_ctrl_c(),
        TemporaryDirectory(prefix="routelab-check-") as scratch,
        redirect_stderr(StringIO()),
        Samples(Path(scratch) / "samples") as samples,
        ReusedWorkers() as reused,
    ):
        places = [Path(scratch) / str(number) for number in range(len(folders))]
        proofs = tuple(
            _with_demos(prove(folder, engines, place, samples, reused), engines, reused)
            for folder, place in zip(folders, places, strict=True)
        )
        known = lesson_pages(bundled_lessons() if pages else (), proofs)
        readings = tuple(map(read_explanation, pages))
        found = prove_explanations(readings, engines, Path(scratch) / FOLDER, known, reused)
        return ProofReport(
            engines=engines,
            lessons=proofs,
            pages=tuple(map(_page_proof, pages, found)),
            demos=tuple(_rehearsed(script, engines, reused) for script in scripts),
        )


def _page_proof(page: Path, findings: tuple[Finding, ...]) -> PageProof:
    return PageProof(path=page, findings=findings)


def _engines(asked: str) -> tuple[str, ...]:
    if asked != "auto":
        return (asked,)
    return ("routelab", "flask") if flask_is_installed() else ("routelab",)


def _pages(folder: Path) -> tuple[Path, ...]:
    """Return the pages of explain in a folder, or in the folder `explain` of a course."""
    inside = folder if folder.resolve().name == FOLDER else folder / FOLDER
    try:
        return tuple(sorted(inside.glob("R*.md")))
    except OSError:  # a name too long, a folder closed to us
        return ()


def _lessons(typed: str, among: list[Path]) -> tuple[Path, ...]:
    folder = Path(typed)
    if folder.name == LESSON_FILE.name:
        folder = folder.parent
    named = bundled.find(typed)
    lessons = lessons_in(folder) or (lessons_in(named) if named else ())
    if not lessons and not any(page.parent == folder for page in among):
        raise RoutelabError(
            f"{typed!r} has no lesson.md, and no folder in it has one; routelab new FOLDER starts a lesson"
        )
    return lessons


def _scripts(typed: str) -> tuple[Path, ...]:
    """Return the script that was named, or those in a course's folder `demos`."""
    if typed.endswith(SUFFIX):
        return (Path(typed),)
    try:
        return tuple(sorted((Path(typed) / "demos").glob(f"*{SUFFIX}")))
    except OSError:  # a name too long, a folder closed to us
        return ()


def _with_demos(proof: Proof, engines: Sequence[str], reused: ReusedWorkers) -> Proof:
    """Try what a lesson's notes for teachers name to be shown, on the first engine.

    The requests of its pages were proven on each. Nothing is noted of them that one engine alone could fail.
    """
    notes = None if proof.lesson is None else read_notes(proof.lesson).notes
    if proof.lesson is None or notes is None or not notes.demos:
        return proof
    found = reused.found(partial(_found_by_showing, proof.lesson, notes.demos, engines[0]))
    return proof.replace(findings=(*proof.findings, *dict.fromkeys(found)))


def _found_by_showing(
    lesson: Lesson, names: Iterable[str], engine: str, workers: WorkerSource
) -> Iterator[Finding]:
    for name in names:
        try:
            _, shown = noted_demo(lesson, name)
        except RoutelabError as error:
            yield _of_demo(name, str(error))
            continue
        if shown.folder is None:  # a script, which is rehearsed with the course
            continue
        with learner_environment(guest=True, engine=engine) as learner:
            apps = DemoApps(learner, folder=shown.folder, engine=engine, workers=workers)
            yield from (_of_demo(name, it.text) for it in rehearse(shown.script, apps))


def _of_demo(name: str, problem: str) -> Finding:
    return Finding(promise=CheckRule.DEMO, file=TEACHER_FILE, text=f"demo {name!r}: {problem}")


def _rehearsed(path: Path, engines: Sequence[str], reused: ReusedWorkers) -> RehearsalReport:
    """Rehearse a demo on each engine; what is the same on both is found once."""
    try:
        script = read_script(path)
    except ScriptError as error:
        finding = DemoFinding(line=error.line, text=error.problem)
        return RehearsalReport(path=path, lines=0, findings=(finding,))
    found = reused.found(partial(_found_by_rehearsing, path, script, engines))
    return RehearsalReport(path=path, lines=len(script.lines), findings=tuple(dict.fromkeys(found)))


def _found_by_rehearsing(
    path: Path, script: DemoScript, engines: Sequence[str], workers: WorkerSource
) -> Iterator[DemoFinding]:
    target = app_of_script(path, script)
    for engine in engines:
        with learner_environment(guest=True, engine=engine) as learner:
            apps = DemoApps(learner, target=target, files=path.parent, engine=engine, workers=workers)
            yield from rehearse(script, apps)

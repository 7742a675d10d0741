"""`routelab check`: prove lessons, and say what is wrong with them, a line each.

It finds the lessons, chooses the engines and writes the findings; the proofs are made elsewhere.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from contextlib import redirect_stderr
from io import StringIO
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import Any, NamedTuple

from routelab import bundled
from routelab.commands.learning import desk_for
from routelab.commands.options import add_format_option
from routelab.commands.output import write
from routelab.commands.parser import Parser
from routelab.commands.trusting import trust
from routelab.errors import RoutelabError
from routelab.interpreter import flask_is_installed
from routelab.lessons.course import bundled_lessons, lessons_in
from routelab.lessons.explaining import prove_explanation
from routelab.lessons.explanation import FOLDER, read_explanation
from routelab.lessons.findings import LESSON_FILE, TEACHER_FILE, CheckRule, Finding
from routelab.lessons.proofs import Proof, lesson_pages, prove
from routelab.lessons.teaching import read_notes
from routelab.screen.blocks import CopyLine
from routelab.screen.media import PLAIN
from routelab.session.demo.apps import DemoApps, app_of_script
from routelab.session.demo.catalog import noted_demo
from routelab.session.demo.rehearsal import DemoFinding, rehearse
from routelab.session.demo.script import SUFFIX, ScriptError, read_script
from routelab.tracing.phrases import count
from routelab.workerhost import WORKERS

SCHEMA = 1
_USAGE = "[options] [FOLDER ...]"
_DESCRIPTION = """\
Prove lessons: that each can be read, that every task can be done and every
prediction holds, and that the solution, and nothing less, passes the checks.
The lesson's code is run, in copies of its files.
Rehearse demos: a script is run, and each line named whose outcome is not as
its author noted (`# gives: 404 NOT FOUND`).
"""


class NoLesson(RoutelabError):
    """A folder is neither a lesson nor a course."""

    def __init__(self, folder: str) -> None:
        self.folder = folder
        super().__init__(
            f"{folder!r} has no lesson.md, and no folder in it has one; routelab new FOLDER starts a lesson"
        )


class ProvenPage(NamedTuple):
    """A page of explain, and what is wrong with it."""

    path: Path
    findings: tuple[Finding, ...]


class Rehearsal(NamedTuple):
    """What became of a demo's script, run on these engines."""

    path: Path
    lines: int
    engines: tuple[str, ...]
    findings: tuple[DemoFinding, ...]


def main(arguments: Sequence[str]) -> int:
    """Prove the lessons in the folders; return 1 where there are findings."""
    parser = Parser("check", _USAGE, _DESCRIPTION)
    parser.add_argument(
        "folders",
        nargs="*",
        metavar="FOLDER",
        help="a lesson, a folder of lessons, a script of a demo, or a bundled lesson's number or name "
        "(default: the folder here)",
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "routelab", "flask"),
        default="auto",
        help="what runs the lessons' apps (default: auto, which is both, where real Flask is installed)",
    )
    add_format_option(parser)
    parser.set_defaults(format=PLAIN.name)  # for CI and editors, which read FILE:LINE: at a line's beginning
    options = parser.parse_args(arguments)
    engines = _engines(options.engine)
    WORKERS.warm = True  # each proof loads some dozen apps
    typed = options.folders or ["."]
    scripts = [script for each in typed for script in _scripts(each)]
    pages = [page for each in typed for page in _pages(Path(each))]
    lessons = [each for each in typed if not each.endswith(SUFFIX)]
    folders = [lesson for each in lessons for lesson in _lessons(each, among=pages)]
    # The apps' own logs are no finding, and a task may well be about a view that fails.
    with TemporaryDirectory(prefix="routelab-check-") as scratch, redirect_stderr(StringIO()):
        proofs = [prove(folder, engines, Path(scratch) / str(n)) for n, folder in enumerate(folders)]
        proofs = [_with_demos(proof, engines) for proof in proofs]
        known = lesson_pages(bundled_lessons() if pages else ())
        explained = [
            ProvenPage(
                page, prove_explanation(read_explanation(page), engines, Path(scratch) / page.stem, known)
            )
            for page in pages
        ]
        rehearsals = [_rehearsed(script, engines) for script in scripts]
    for folder in folders:
        trust(folder)  # it has just run here
    write(
        options,
        command=("check", *arguments),
        blocks=lambda: (CopyLine(text=line) for line in _lines(proofs, explained, rehearsals, engines)),
        document=lambda: _document(proofs, explained, rehearsals),
    )
    return 1 if _findings(proofs, explained, rehearsals) else 0


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
        raise NoLesson(typed)
    return lessons


def _scripts(typed: str) -> tuple[Path, ...]:
    """Return the script that was named, or those in a course's folder `demos`."""
    if typed.endswith(SUFFIX):
        return (Path(typed),)
    try:
        return tuple(sorted((Path(typed) / "demos").glob(f"*{SUFFIX}")))
    except OSError:  # a name too long, a folder closed to us
        return ()


def _with_demos(proof: Proof, engines: Sequence[str]) -> Proof:
    """Try what a lesson's notes for teachers name to be shown."""
    notes = None if proof.lesson is None else read_notes(proof.lesson).notes
    if proof.lesson is None or notes is None:
        return proof
    found: dict[Finding, None] = {}
    for name in notes.demos:
        try:
            _, shown = noted_demo(proof.lesson, name)
        except RoutelabError as error:
            found[_of_demo(name, str(error))] = None
            continue
        for engine in () if shown.folder is None else engines:  # a script is rehearsed with the course
            with desk_for(guest=True, engine=engine) as desk:
                apps = DemoApps(desk, folder=shown.folder, engine=engine)
                found |= dict.fromkeys(_of_demo(name, it.text) for it in rehearse(shown.script, apps))
    return proof.replace(findings=(*proof.findings, *found))


def _of_demo(name: str, problem: str) -> Finding:
    return Finding(promise=CheckRule.DEMO, file=TEACHER_FILE, text=f"demo {name!r}: {problem}")


def _rehearsed(path: Path, engines: Sequence[str]) -> Rehearsal:
    """Rehearse a demo on each engine; what is the same on both is found once."""
    try:
        script = read_script(path)
    except ScriptError as error:
        finding = DemoFinding(line=error.line, text=error.problem)
        return Rehearsal(path=path, lines=0, engines=tuple(engines), findings=(finding,))
    found: dict[DemoFinding, None] = {}
    for engine in engines:
        with desk_for(guest=True, engine=engine) as desk:
            apps = DemoApps(desk, target=app_of_script(path, script), files=path.parent, engine=engine)
            found |= dict.fromkeys(rehearse(script, apps))
    return Rehearsal(path=path, lines=len(script.lines), engines=tuple(engines), findings=tuple(found))


def _lines(
    proofs: Sequence[Proof],
    explained: Sequence[ProvenPage],
    rehearsals: Sequence[Rehearsal],
    engines: Sequence[str],
) -> Iterator[str]:
    for proof in proofs:
        yield from (f"{_shown(proof.folder)}/{it.place}: {it.text}" for it in proof.findings)
        if not proof.findings:
            on = " and ".join(proof.engines)
            yield f"{_shown(proof.folder)}: {count(proof.tasks, 'task')} proven on {on}"
    for page in explained:
        yield from (f"{page.path.parent.as_posix()}/{it.place}: {it.text}" for it in page.findings)
    right = sum(not page.findings for page in explained)
    if right:
        yield f"{count(right, 'page')} of explain proven on {' and '.join(engines)}"
    for it in rehearsals:
        for finding in it.findings:
            at = f":{finding.line}" if finding.line else ""
            yield f"{it.path.as_posix()}{at}: {finding.text}"
        if not it.findings:
            yield f"{it.path.as_posix()}: {count(it.lines, 'line')} rehearsed on {' and '.join(it.engines)}"
    findings = _findings(proofs, explained, rehearsals)
    if findings:
        kinds = ((len(proofs), "lesson"), (len(explained), "page"), (len(rehearsals), "demo"))
        yield f"{count(findings, 'finding')} in {' and '.join(count(n, kind) for n, kind in kinds if n)}."


def _findings(
    proofs: Sequence[Proof], explained: Sequence[ProvenPage], rehearsals: Sequence[Rehearsal]
) -> int:
    return sum(len(it.findings) for kind in (proofs, explained, rehearsals) for it in kind)


def _shown(folder: Path) -> str:
    """Name a lesson's folder as it was typed; that of the folder here by its own name."""
    return folder.as_posix() if folder.name else folder.resolve().name


def _document(
    proofs: Sequence[Proof], explained: Sequence[ProvenPage], rehearsals: Sequence[Rehearsal]
) -> dict[str, Any]:
    return {
        "schema": SCHEMA,
        "explanations": [
            {"code": page.path.stem, "findings": [_finding(finding) for finding in page.findings]}
            for page in explained
        ],
        "lessons": [
            {
                "folder": _shown(proof.folder),
                "title": proof.lesson.title if proof.lesson else None,
                "pages": len(proof.lesson.pages) if proof.lesson else 0,
                "tasks": proof.tasks,
                "engines": list(proof.engines),
                "findings": [_finding(finding) for finding in proof.findings],
            }
            for proof in proofs
        ],
        "demos": [
            {
                "file": it.path.as_posix(),
                "lines": it.lines,
                "engines": list(it.engines),
                "findings": [{"line": finding.line, "text": finding.text} for finding in it.findings],
            }
            for it in rehearsals
        ],
    }


def _finding(finding: Finding) -> dict[str, object]:
    return {
        "promise": finding.promise.value,
        "file": str(finding.file),
        "line": finding.line,
        "text": finding.text,
    }

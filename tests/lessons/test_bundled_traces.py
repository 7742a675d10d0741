"""The bundled lessons are proven, and on both engines every request that they name is told alike."""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path
from shutil import copytree, rmtree

import pytest

from effort import LONG_FORM, chosen
from lessons.lessonkit import shown
from lessons.sharedruns import keep_traces
from routelab.cookies import CookieJar
from routelab.errors import AppNotFound
from routelab.fates import Policy
from routelab.lab import Lab, load
from routelab.lessons.course import bundled_lessons
from routelab.lessons.files import Files, project, write_project
from routelab.lessons.proofs import Samples, prove
from routelab.lessons.records import Lesson
from routelab.lessons.tasks.base import TypedRequest
from routelab.lessons.tasks.edit import EditTask
from routelab.lessons.tasks.mine import MineTask
from routelab.lessons.tasks.predict import PredictTask
from routelab.lessons.tasks.review import ReviewTask
from routelab.lessons.tasks.try_ import TryTask
from routelab.tracing.trace import Trace
from sessions import load_bundled, read_bundled_once
from support import ENGINES
from test_trace_parity import assert_told_alike, told_by

each_lesson = pytest.mark.parametrize("folder", bundled_lessons(), ids=lambda folder: folder.name)


def visits(lesson: Lesson, files: Files) -> list[tuple[TypedRequest, ...]]:
    """Return the requests of each task and check, in order, those sent before it first, and the same ones once.

    They are those of pages about these files, and of checks; in the long form, all of them.
    """
    found: list[tuple[TypedRequest, ...]] = []
    for page in lesson.pages:
        if not (LONG_FORM or page.files is files or isinstance(page.task, EditTask)):
            continue
        found += [(*question.brief.before, question.request) for question in page.again]
        match page.task:
            case TryTask(brief=brief, example=example):
                found.append((*brief.before, *example))
            case PredictTask(brief=brief, request=request):
                found.append((*brief.before, request))
            case EditTask(checks=checks):
                found += [(*check.before, check.request) for check in checks]
            case MineTask() | ReviewTask() | None:
                continue
    return list({tuple(each.typed for each in lines): lines for lines in found}.values())


@pytest.fixture(scope="module")
def samples(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Samples]:
    with Samples(tmp_path_factory.mktemp("samples")) as kept:
        yield kept


@each_lesson
def test_bundled_lessons_have_no_findings(
    folder: Path, samples: Samples, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """On the engine that lessons run on; what they show is alike on both, as the next test says."""
    monkeypatch.setattr("routelab.lessons.proofs.read_lesson", read_bundled_once)
    keep_traces(folder, monkeypatch)
    assert shown(prove(folder, chosen(ENGINES, ENGINES[:1]), tmp_path, samples).findings) == []


# What a lesson's app leaves open, a database, is told of by newer Pythons when it goes, here or in the next test.
@pytest.mark.filterwarnings(
    "ignore:Exception ignored in. <sqlite3.Connection:pytest.PytestUnraisableExceptionWarning"
)
@each_lesson
@pytest.mark.parametrize("files", [Files.STARTER, Files.SOLUTION])
def test_both_engines_tell_a_lesson_alike(folder: Path, files: Files, tmp_path: Path) -> None:
    fresh, here = tmp_path / "fresh", tmp_path / "here"
    write_project(project(folder, files), fresh)
    if not (fresh / "app.py").read_text(encoding="utf-8"):
        for engine in ENGINES:
            with pytest.raises(AppNotFound, match=r"app\.py is empty so far"):
                load("app.py", engine=engine, folder=fresh)
        return
    asked = visits(load_bundled(folder), files)
    told: list[list[list[Trace]]] = []
    for engine in ENGINES:
        copytree(fresh, here)
        with load("app.py", engine=engine, folder=here) as lab:
            told.append([told_in_order(lab, lines) for lines in asked])
        rmtree(here)
    for one, other in zip(*told, strict=True):
        for each, like in zip(one, other, strict=True):
            assert_told_alike(each, like)


def told_in_order(lab: Lab, lines: tuple[TypedRequest, ...]) -> list[Trace]:
    lab.cookies = CookieJar(Policy.BROWSER)
    return [told_by(lab, request.line) for request in lines]

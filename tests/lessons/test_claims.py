"""What lessons say of a request in their prose, as in "`GET /x` is a 404", held to what the lesson's app does."""

from __future__ import annotations

import re
from collections.abc import Iterator
from pathlib import Path
from tempfile import TemporaryDirectory

import pytest

from routelab.lessons.files import Files, project, write_project
from routelab.lessons.prose import ItemList, Paragraph, plain
from routelab.lessons.records import Page
from routelab.lessons.tasks.review import ReviewTask
from routelab.lessons.tasks.running import app_factory
from routelab.requestline.parsing import parse
from sessions import BUNDLED, load_bundled

# "`GET /next/soon` is a 404", "`GET /user/` would be a 404 as well", "`GET /x` answers ..." is no status.
CLAIM = re.compile(
    r"`(?P<request>(?:GET|POST|PUT|DELETE|HEAD|OPTIONS) /[^`]*)`(?: alone)?(?:, [^.:,]*,)?"
    r" (?:is|was|would be|ends in|says|becomes) (?:still )?(?:a |an |plain )*(?P<status>[2-5]\d\d)\b"
)


def claims(page: Page) -> Iterator[tuple[str, int]]:
    """Yield the requests that a page speaks of, each with the status that it names."""
    texts = [
        text
        for block in page.blocks
        for text in (
            [plain(block.text)] if isinstance(block, Paragraph)
            else map(plain, block.items) if isinstance(block, ItemList)
            else []
        )
    ]  # fmt: skip
    if page.task is not None and not isinstance(page.task, ReviewTask):
        texts += [plain(page.task.brief.after), *map(plain, page.task.brief.hints)]
    texts += [plain(question.brief.after) for question in page.again]
    for text in texts:
        yield from ((found["request"], int(found["status"])) for found in CLAIM.finditer(text))


@pytest.mark.parametrize("folder", BUNDLED, ids=lambda folder: folder.name)
def test_what_the_prose_says_of_a_request_is_so(folder: Path) -> None:
    for page in load_bundled(folder).pages:
        for request_line, status in dict.fromkeys(claims(page)):
            assert_is_so(folder, page, request_line, status)


def assert_is_so(folder: Path, page: Page, request_line: str, status: int) -> None:
    """A page speaks of the app as it came, or as an edit should leave it; either has to bear it out."""
    came: dict[Files, int | None] = {}
    for files in dict.fromkeys((page.files, *Files)):
        with TemporaryDirectory() as name:
            write_project(project(folder, files), Path(name))
            with app_factory(Path(name), "routelab")() as lab:
                for request in page.task.brief.before if page.task is not None else ():
                    lab.send(request.line)
                trace = lab.send(parse(request_line))
        response = (trace.redirects[-1] if trace.redirects else trace).response
        came[files] = None if response is None else response.status
        if came[files] == status:
            return
    pytest.fail(f"{request_line} gives {came}, and page {page.id} says {status}")


def test_there_are_such_claims() -> None:
    assert sum(len({*claims(page)}) for folder in BUNDLED for page in load_bundled(folder).pages) >= 15

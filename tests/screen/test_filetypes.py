"""Code in the colours of its language, whatever the file: what nobody can colour stays as it is."""

from __future__ import annotations

import re

import pytest

from routelab.screen.blocks import CodeFrame, Mark
from routelab.screen.filetypes import language_of
from routelab.screen.html.code import html_lines
from routelab.screen.plain import lines as plain_lines
from routelab.screen.rich.console import drawn
from tables import each

FILES = {
    "app.py": ("def index():", "    return 'x'"),
    "templates/page.html": ("<p class='a'>{{ items[7].name }}</p>", "{% if x %}b{% endif %}"),
    "mail.j2": ("<b>{{ name }}</b>",),
    "lesson.toml": ('expect = ["status == 200"]', "number = 3"),
    "data.json": ('{"a": 1}',),
    "page.js": ("return 'a'",),
    "schema.sql": ("SELECT 1;",),
}
UNKNOWN = {"notes.txt": ("def index():",), "": ("def index():",), "a.routelab": ("return 1",)}
ESCAPES = re.compile(r"\x1b\[[0-9;]*m")


def frame(file: str, code: tuple[str, ...]) -> CodeFrame:
    return CodeFrame(
        lines=code, file=file, first=1, language=language_of(file), mark=Mark(line=1, start=0, end=3)
    )


@each("file", [*FILES, *UNKNOWN])
def test_code_is_coloured_where_its_language_is_known_and_reads_the_same(file: str) -> None:
    code = {**FILES, **UNKNOWN}[file]
    shown = drawn([frame(file, code)], width=80, colour=True)
    without = drawn([frame(file, code)], width=80, colour=False)
    assert [ESCAPES.sub("", each).rstrip() for each in shown] == [each.rstrip() for each in without]
    # Only the number of the line that decides, and its mark, have a look of their own where nothing is known.
    last = next(each for each in shown if code[-1].strip()[-3:] in ESCAPES.sub("", each))
    assert ("\x1b[" in last.partition(f"{len(code)}")[2].replace("\x1b[0m", "")) is (file in FILES)
    assert ("<span" in "".join(html_lines(code, language_of(file)))) is (file in FILES)
    assert code[-1].strip() in "\n".join(plain_lines([frame(file, code)]))


@pytest.mark.parametrize("file", FILES)
def test_without_a_lexer_code_is_shown_as_it_is(file: str, monkeypatch: pytest.MonkeyPatch) -> None:
    import rich.syntax  # before anything is replaced: loaded later, it would keep the replacement for good
    from pygments import lexers  # type: ignore[import-untyped]
    from pygments.util import ClassNotFound  # type: ignore[import-untyped]

    found = lexers.get_lexer_by_name

    def text_alone(name: str, **options: object) -> object:
        if name == "text":
            return found(name, **options)
        raise ClassNotFound(name)

    monkeypatch.setattr(lexers, "get_lexer_by_name", text_alone)
    monkeypatch.setattr(rich.syntax, "get_lexer_by_name", text_alone)
    shown = drawn([frame(file, FILES[file])], width=80, colour=True)
    assert FILES[file][-1].strip() in "\n".join(ESCAPES.sub("", each) for each in shown)
    assert "".join(html_lines(FILES[file], language_of(file)))

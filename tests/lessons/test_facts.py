"""Facts that a page states: proven, not shown, and found where they are not so."""

from __future__ import annotations

from pathlib import Path

import pytest

from routelab.lessons.proofs import prove
from routelab.lessons.reading import read_lesson

APP = 'from flask import Flask\n\napp = Flask(__name__)\n\n\n@app.route("/x")\ndef x():\n    return "x"\n'
PAGE = """# Facts
A lesson with facts.

## One page
It states something.

```toml fact
request = "{request}"
expect = ["status == {status}"]
{more}
```
"""


@pytest.mark.parametrize(
    ("request_line", "status", "more", "said"),
    [
        ("GET /x", 200, "", None),
        ("GET /x", 404, "", "what the page states is not so"),
        ("GET /", 200, "app = '''" + APP.replace("/x", "/") + "'''", None),
        ("GET /x", 200, "ap = 1", "ap is not a key"),
        ("GET /x", 500, "[[beside]]\nfile = 'sub/y.py'\ntext = 'y'", "what the page states is not so"),
        ("GET /x", 200, "[[beside]]\ntext = 'y'", "file is missing"),
    ],
)
def test_a_fact_is_held_to_its_app(
    request_line: str, status: int, more: str, said: str | None, tmp_path: Path
) -> None:
    folder = tmp_path / "lesson"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    (folder / "lesson.md").write_text(PAGE.format(request=request_line, status=status, more=more))
    (tmp_path / "scratch").mkdir()
    found = prove(folder, ("routelab",), tmp_path / "scratch").findings
    if said is None:
        assert found == ()
    else:
        assert any(said in it.text and it.line for it in found)


BESIDE = """from flask import Flask

import sub.y

app = Flask(__name__)
app.add_url_rule("/", view_func=lambda: sub.y.z)
"""


@pytest.mark.parametrize(
    ("states", "said"),
    [
        (
            f"expect = ['body == \"z\"']\napp = '''{BESIDE}'''\n[[beside]]\nfile = 'sub/y.py'\ntext = 'z = \"z\"'",
            None,
        ),
        (f"expect = ['load == \"ModuleNotFoundError\"']\napp = '''{BESIDE}'''", None),
        ("no_app = true\napp = 'x = 1'", None),
        ("no_app = true", "an app is found here"),
    ],
)
def test_a_fact_may_be_about_files_beside_its_app_or_about_no_app(
    states: str, said: str | None, tmp_path: Path
) -> None:
    folder = tmp_path / "lesson"
    folder.mkdir()
    (folder / "app.py").write_text(APP)
    text = PAGE.replace("{request}", "GET /").replace('expect = ["status == {status}"]\n{more}', states)
    (folder / "lesson.md").write_text(text)
    (tmp_path / "scratch").mkdir()
    found = [it.text for it in prove(folder, ("routelab",), tmp_path / "scratch").findings]
    assert [text.startswith(said or "") for text in found] == ([] if said is None else [True])


def test_a_fact_is_not_shown(tmp_path: Path) -> None:
    (tmp_path / "app.py").write_text(APP)
    (tmp_path / "lesson.md").write_text(PAGE.format(request="GET /x", status=200, more=""))
    lesson = read_lesson(tmp_path).lesson
    assert lesson is not None
    [page] = lesson.pages
    assert len(page.blocks) == 1
    assert page.task is None
    assert len(page.facts) == 1

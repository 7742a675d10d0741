"""Which template file was used, which others have its name, what of a template is lost, and where it failed."""

from __future__ import annotations

from collections.abc import Iterable
from pathlib import Path

import pytest

from routelab.lab import load
from routelab.tracing.findings.kinds import findings_of
from routelab.tracing.steps.step import Importance
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.trace import Trace
from support import ENGINES, checked, live, write_app
from truth.shown import plain

pytestmark = pytest.mark.worker

APP = """
    from flask import Blueprint, Flask, render_template, render_template_string
    from jinja2 import ChoiceLoader, DictLoader, FileSystemLoader, PrefixLoader

    app = Flask(__name__)
    MORE

    @app.get("/<path:name>")
    def home(name):
        return render_template(name.split(",") if "," in name else name)
"""
BLUEPRINTS = """
    for name in ("one", "two"):
        app.register_blueprint(Blueprint(name, __name__, template_folder=f"{name}_pages", url_prefix=f"/{name}"))
"""


def send(folder: Path, engine: str, files: dict[str, str], line: str, more: str = "") -> Trace:
    """Send one request to an app with these files."""
    return send_all(folder, engine, files, [line], more)[0]


def send_all(
    folder: Path, engine: str, files: dict[str, str], requests: Iterable[str], more: str = ""
) -> list[Trace]:
    for name, text in files.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")
    source = APP.replace("    MORE\n", more)
    with load(write_app(folder, source), engine=engine, folder=folder) as lab:
        assert lab.failure is None, lab.failure
        traces = [lab.send(line) for line in requests]
    for trace in traces:
        checked(trace)
    return traces


def template(trace: Trace, name: str) -> TemplateStep:
    (found,) = [step for step in trace.steps if isinstance(step, TemplateStep) and step.name == name]
    return found


def said(trace: Trace, name: str) -> str:
    return "\n".join(template(trace, name).details)


PLACES = ("templates", "one_pages", "two_pages")


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "there", [("templates",), PLACES[1:], PLACES, ("templates", "two_pages"), ("two_pages",)]
)
def test_the_file_is_told_and_those_that_come_later(
    tmp_path: Path, engine: str, there: tuple[str, ...]
) -> None:
    files = {f"{place}/shop/list.html": place for place in there}
    trace = send(tmp_path, engine, files, "GET /shop/list.html", BLUEPRINTS)
    step = template(trace, "shop/list.html")
    assert trace.response is not None
    used = trace.response.body.decode()
    assert step.file == f"{used}/shop/list.html"
    assert step.blueprint == (None if used == "templates" else used.partition("_")[0])
    assert [other.file for other in step.same_name] == [f"{place}/shop/list.html" for place in there[1:]]
    for place in there[1:]:
        assert f"{place}/shop/list.html" in said(trace, "shop/list.html")


LOADERS = {
    "choice": (
        'app.jinja_loader = ChoiceLoader([FileSystemLoader([app.root_path + "/a", app.root_path + "/b"])])',
        "GET /x.html",
        ("a/x.html", ["b/x.html"]),
    ),
    "prefix": (
        'app.jinja_loader = PrefixLoader({"p": FileSystemLoader(app.root_path + "/b")})',
        "GET /p/x.html",
        ("b/x.html", []),
    ),
    "replaced": (
        'app.jinja_env.loader = FileSystemLoader([app.root_path + "/b", app.root_path + "/a"])',
        "GET /x.html",
        ("b/x.html", ["a/x.html"]),
    ),
    "dict": ('app.jinja_loader = DictLoader({"x.html": "d"})', "GET /x.html", (None, [])),
    "several": ("app.template_folder = 'a'", "GET /none.html,x.html", ("a/x.html", [])),
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("case", LOADERS)
def test_other_loaders(tmp_path: Path, engine: str, case: str) -> None:
    more, line, (file, others) = LOADERS[case]
    trace = send(tmp_path, engine, {"a/x.html": "a", "b/x.html": "b"}, line, f"    {more}\n")
    assert trace.response is not None
    assert trace.response.status == 200
    step = template(trace, line.rpartition("/" if case != "prefix" else "GET /")[2].rpartition(",")[2])
    assert (step.file, [each.file for each in step.same_name]) == (file, others)
    assert trace.response.body.decode() == ("d" if file is None else file[0])
    if case == "several":
        assert "the first that exists was asked for: none.html, x.html" in step.details[0]


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("name", "files", "expected"),
    [
        ("Index.html", {"templates/index.html": ""}, "templates/index.html"),
        ("list.html", {"templates/shop/list.html": ""}, "templates/shop/list.html"),
        ("page.html", {"page.html": ""}, "page.html"),
        ("page.html", {"template/page.html": ""}, "template/page.html"),
        ("page.html", {"static/page.html": "", "templates/a.html": ""}, "static/page.html"),
        ("page.html", {"old_pages/page.html": ""}, "old_pages/page.html"),
        ("page.html", {"templates/other.html": ""}, None),
    ],
)
def test_a_template_that_is_not_there(
    tmp_path: Path, engine: str, name: str, files: dict[str, str], expected: str | None
) -> None:
    trace = send(tmp_path, engine, files, f"GET /{name}", BLUEPRINTS)
    step = template(trace, name)
    assert step.importance is Importance.DECIDES
    assert step.searched == PLACES
    assert set(step.no_folders) == {place for place in PLACES if not (tmp_path / place).is_dir()}
    assert step.elsewhere == (() if expected is None else (expected,))
    assert "one_pages (there is no such folder)" in said(trace, name)
    if expected is not None:
        assert expected in said(trace, name)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_include_that_may_be_missing_decides_nothing(tmp_path: Path, engine: str) -> None:
    files = {"templates/p.html": "{% include 'ad.html' ignore missing %}ok"}
    trace = send(tmp_path, engine, files, "GET /p.html")
    step = template(trace, "ad.html")
    assert step.optional
    assert step.importance is Importance.SHOWN
    assert 'p.html includes it with "ignore missing", so nothing is put in its place' in step.details


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_string_includes_if_it_is_there_is_no_mistake(tmp_path: Path, engine: str) -> None:
    source = (
        "from flask import Flask, render_template_string\napp = Flask(__name__)\n"
        "@app.get('/')\ndef home(): return render_template_string(\"{% include 'ad.html' ignore missing %}\")\n"
        "@app.get('/g')\ndef on_g(): return render_template_string('{{ g.user }}')\n"
    )
    _, lab = live(tmp_path, source, engine)
    trace = lab.send("GET /")
    assert template(trace, "ad.html").optional
    assert findings_of(trace) == ()
    assert 'the template made from a string includes it with "ignore missing"' in plain(trace, verbose=True)
    assert "line 1 prints g.user, but g has no user;" in plain(lab.send("GET /g"), verbose=True)


BASE = "<main>{% block body %}{% endblock %}{% block side %}{% endblock %}</main>"
# A child's text behind its extends, and what of it is never rendered: (line, text or block).
CHILDREN: dict[str, tuple[str, tuple[tuple[int, str], ...]]] = {
    "nothing": ("{% block body %}LOST{% endblock %}\n\n", ()),
    "text": ("\nLOST here\n{% block body %}{% endblock %}", ((3, "LOST here"),)),
    "between": (
        "{% block body %}{% endblock %}\n\n<p>LOST</p>\n{% block side %}{% endblock %}",
        ((4, "<p>LOST</p>"),),
    ),
    "expression": ("{{ 'LOST' }}{% set x = 1 %}{{ x.a }}", ((2, "{{ ... }}"), (2, "{{ x.a }}"))),
    "comment": ("{# LOST #}\n{% set a = 'LOST' %}{% macro m() %}LOST{% endmacro %}", ()),
    "unknown_block": ("{% block boddy %}LOST{% endblock %}", ((2, "boddy"),)),
    "nested_block": ("{% block body %}{% block inner %}x{% endblock %}{% endblock %}", ()),
    "self": ("{% block extra %}x{% endblock %}{% block body %}{{ self.extra() }}{% endblock %}", ()),
}


@pytest.mark.parametrize("engine", ENGINES)
def test_what_a_child_template_loses_is_told_and_is_really_lost(tmp_path: Path, engine: str) -> None:
    files = {f"templates/{case}.html": "{% extends 'base.html' %}\n" + it[0] for case, it in CHILDREN.items()}
    requests = [f"GET /{case}.html" for case in CHILDREN]
    traces = send_all(tmp_path, engine, {"templates/base.html": BASE, **files}, requests)
    for trace, (case, (_, lost)) in zip(traces, CHILDREN.items(), strict=True):
        name = f"{case}.html"
        step = template(trace, name)
        assert trace.response is not None
        assert trace.response.status == 200
        assert step.extends == "base.html"
        assert tuple((part.line, part.block or part.text) for part in step.unrendered) == lost, case
        assert ("never" in said(trace, name)) == bool(lost)
        assert not lost or b"LOST" not in trace.response.body


MAY_BE_RENDERED = (
    "before {% extends 'base.html' %}",
    "{% if 0 %}{% extends 'base.html' %}{% endif %}text",
    "{% set b = 'base.html' %}{% extends b %}{% block boddy %}{% endblock %}",
    "{% extends 'base.html' %}{% include 'part.html' %}",
    "no extends, {{ 'extends' }}",
)


@pytest.mark.parametrize("engine", ENGINES)
def test_nothing_is_told_as_lost_that_is_or_may_be_rendered(tmp_path: Path, engine: str) -> None:
    files = {f"templates/{number}.html": text for number, text in enumerate(MAY_BE_RENDERED)}
    files |= {"templates/base.html": BASE, "templates/part.html": "part"}
    requests = [f"GET /{number}.html" for number in range(len(MAY_BE_RENDERED))]
    for number, trace in enumerate(send_all(tmp_path, engine, files, requests)):
        assert trace.response is not None
        assert trace.response.status == 200
        assert template(trace, f"{number}.html").unrendered == ()


ERRORS = {
    "syntax": ("a\n\n{{ x", "TemplateSyntaxError", 3),
    "tag": ("a\n{% iff x %}", "TemplateSyntaxError", 2),
    "filter": ("\n{{ 'x'|lenght }}", "TemplateAssertionError", 2),
    "undefined": ("\n\n{{ a.b }}", "UndefinedError", 3),
    "type": ("\n{{ 1 + 'a' }}", "TypeError", 2),
    "zero": ("{{ 1 / 0 }}", "ZeroDivisionError", 1),
}
WAYS = {
    "file": "{}",
    "included": "{{% include '{}' %}}",
    "parent": "{{% extends '{}' %}}",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("way", [*WAYS, "dict", "text"])
def test_an_error_of_a_template_has_its_line(tmp_path: Path, engine: str, way: str) -> None:
    files = {f"templates/{case}.html": text for case, (text, *_) in ERRORS.items()}
    files |= {f"templates/in_{case}.html": WAYS.get(way, "{}").format(f"{case}.html") for case in ERRORS}
    prefix, more = "in_" if way in ("included", "parent") else "", ""
    if way == "dict":
        texts = {f"{case}.html": text for case, (text, *_) in ERRORS.items()}
        more = f"    app.jinja_loader = DictLoader({texts!r})\n"
    elif way == "text":
        more = "".join(
            f"    app.add_url_rule('/{case}.html', '{case}', lambda: render_template_string({text!r}))\n"
            for case, (text, *_) in ERRORS.items()
        )
    requests = [f"GET /{prefix}{case}.html" for case in ERRORS]
    traces = send_all(tmp_path, engine, files, requests, more)
    for trace, (case, (_, kind, line)) in zip(traces, ERRORS.items(), strict=True):
        name = "<text>" if way == "text" else f"{case}.html"
        step = template(trace, name)
        assert trace.exception is not None
        assert trace.exception.type == kind
        assert step.raised is not None
        assert (step.raised.type, step.error_line) == (kind, line)
        assert step.importance is Importance.DECIDES
        if way in ("dict", "text"):
            assert step.file is step.raised.file is None
            assert f"in line {line} of {'the text' if way == 'text' else name}" in said(trace, name)
        else:
            assert (step.file, step.raised.file) == (f"templates/{name}", f"templates/{name}")
            assert f"at templates/{name}:{line}" in said(trace, name)


@pytest.mark.parametrize("engine", ENGINES)
def test_an_error_of_the_apps_own_code_is_not_the_templates(tmp_path: Path, engine: str) -> None:
    more = "    app.jinja_env.globals['fail'] = lambda: 1 / 0\n"
    trace = send(tmp_path, engine, {"templates/p.html": "{{ fail() }}"}, "GET /p.html", more)
    assert trace.exception is not None
    assert template(trace, "p.html").raised is None

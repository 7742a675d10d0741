"""The page of a result: one file that asks nobody for anything, in which text stays text."""

from __future__ import annotations

import json
import os
import re
import unicodedata
from base64 import b64encode
from collections.abc import Iterator
from hashlib import sha256
from itertools import pairwise
from pathlib import Path

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from effort import examples
from routelab.courselist import CourseList, CoursePart, CourseRow
from routelab.screen.blocks import (
    Block,
    BodyText,
    CodeFrame,
    CommandResult,
    Fragment,
    Gap,
    Line,
    Mark,
    Meaning,
    StepRow,
    line,
    phrase,
    title,
)
from routelab.screen.html.page import result_page
from routelab.screen.html.writer import elements
from routelab.screen.shown.trace import trace_blocks
from routelab.screen.text import escape_line
from screen.documents import Document
from screen.samples import HOSTILE, samples
from support import ROOT, Cli, lab_of
from tables import each
from web.chromium import CHROMIUM, Page, browser

SHOP = str(ROOT / "docs" / "pictures" / "shop.py")
COMMANDS = {
    "404": ("request", "GET", "/post/hello"),
    "405": ("match", "DELETE", "/login"),
    "500": ("request", "-A", "1", "GET", "/latest"),
    "followed": ("request", "POST", "/login", "username=ann", "password=hunter22", "-f", "-F"),
    "routes": ("routes",),
    "build": ("build", "show_user", "name=a/b"),
    "audit": ("audit", "-A", SHOP),
    "all": ("request", "-v", "GET", "/user/alice/photos"),
    "decorator": ("request", "-A", SHOP, "GET", "/order/7/delete"),
}
MARKUP = "\"'></p></pre></style></script><script>alert(1)</script><img src=x onerror=alert(1)><!--&amp;"
each_command = pytest.mark.parametrize("name", COMMANDS)


def page_of(cli: Cli, name: str, *more: str) -> str:
    ended = cli(*COMMANDS[name], "--format", "html", *more)
    assert ended.err == ""
    return ended.out


@each_command
def test_a_page_asks_nobody_for_anything_and_skips_no_level_of_headings(name: str, cli: Cli) -> None:
    text = page_of(cli, name)
    document = Document(text)
    assert len(text.encode()) < 60_000
    assert document.names() & {"link", "img", "iframe", "object", "embed", "base", "form", "svg"} == set()
    assert {
        found for each in ("src", "href", "style", "srcset") for found in document.attributes(each)
    } == set()
    assert re.search(r"url\(|@import|fetch|XMLHttp|import\(", "".join(document.inside.values())) is None
    policy = next(found["content"] for _, found in document.tags if "http-equiv" in found)
    hashes = {
        tag: "sha256-" + b64encode(sha256(inside.encode()).digest()).decode()
        for tag, inside in document.inside.items()
    }
    assert policy == (
        f"default-src 'none'; style-src '{hashes['style']}'; script-src '{hashes['script']}'; "
        "base-uri 'none'; form-action 'none'"
    )
    levels = [int(tag[1]) for tag, _ in document.tags if re.fullmatch("h[1-6]", tag)]
    assert levels[0] == 1
    assert levels.count(1) == 1
    assert all(below <= above + 1 for above, below in pairwise(levels))
    assert [tag for tag, _ in document.tags if tag in ("main", "footer")] == ["main", "footer"]


def test_a_page_has_every_step_and_says_how_it_was_made(cli: Cli) -> None:
    document = Document(page_of(cli, "404"))
    assert sum(found.get("class") == "step" for _, found in document.tags) == 13
    assert "404 NOT FOUND" in document.shown
    assert "routelab request GET /post/hello" in document.shown
    assert "steps shown" not in document.shown


def test_secrets_are_left_out_of_a_page_unless_it_is_asked_for_them(cli: Cli) -> None:
    text = page_of(cli, "followed")
    assert "hunter22" not in text
    assert "Passwords, tokens, credentials and cookies are left out" in text
    shown = page_of(cli, "followed", "--no-redact")
    assert "hunter22" in shown
    assert "Nothing was left out" in shown


# Text stays text


def skeleton(text: str) -> list[tuple[str, dict[str, str]]]:
    """Return the elements of every block that holds a text, whatever the text says."""
    return Document("".join(elements(samples(text)))).tags


@each("text", [MARKUP, HOSTILE, "javascript:alert(1)", "\ufffe\uffff\udc80"])
def test_markup_in_a_block_is_text(text: str) -> None:
    assert skeleton(text) == skeleton("words")
    for block in samples(text):
        shown = Document("".join(elements([block]))).shown
        steering = {unicodedata.category(character) for character in shown.replace("\n", "")}
        assert not steering & {"Cc", "Cf", "Cs", "Zl", "Zp"}
        assert isinstance(block, Gap) or escape_line(text) in shown or "\n" in text, type(block)


def is_words(text: str) -> bool:
    """Whether it is neither several lines, nor nothing to see, nor an address, which becomes a link."""
    return "\n" not in text and not text.isspace() and not re.match("(https?|mailto):", text, re.IGNORECASE)


@given(st.text(min_size=4).filter(is_words))
@example(MARKUP)
@settings(max_examples=examples(60))
def test_no_text_makes_an_element(text: str) -> None:
    assert skeleton(text) == skeleton("words")


@given(st.text(), st.sampled_from(["python", "html", "json", "no such language", ""]), st.data())
@example("a\n\n  b = '<b>'\n", "python", None)
@settings(max_examples=examples(40))
def test_code_is_shown_as_it_is_in_every_language(
    text: str, language: str, data: st.DataObject | None
) -> None:
    lines = tuple(text.split("\n"))
    start = data.draw(st.integers(0, 9)) if data else 2
    frame = CodeFrame(
        lines=lines, file="app.py", first=1, language=language, mark=Mark(line=1, start=start, end=start + 3)
    )
    document = Document("".join(elements([frame])))
    assert document.names() <= {"figure", "figcaption", "pre", "code", "span", "mark"}
    shown = "".join(f"{'>' if n == 1 else ''}{n}{escape_line(it) or ' '}\n" for n, it in enumerate(lines, 1))
    assert document.shown == f"app.py{shown}"
    body = Document("".join(elements([BodyText(text=text, language=language)])))
    assert body.shown == "Body" + "\n".join(map(escape_line, lines))


@each(
    ("url", "is_link"),
    [
        ("https://flask.palletsprojects.com", True),
        ("mailto:a@b.test", True),
        ("javascript:alert(1)", False),
        ("//host/x", False),
        ("data:text/html,x", False),
        ('https://x/"onclick="a', True),
    ],
)
def test_only_an_address_of_the_web_is_a_link(url: str, is_link: bool) -> None:
    block = Line(text=(Fragment(text="here", meaning=Meaning.LINK, url=url),))
    document = Document("".join(elements([block])))
    assert document.attributes("href") == ([url] if is_link else [])
    assert all(set(found) <= {"href", "rel", "class"} for _, found in document.tags)
    assert is_link or url in document.shown


def test_what_an_app_says_stays_text(tmp_path: Path) -> None:
    lab = lab_of(
        tmp_path,
        f"""
        from flask import Flask, request, Response
        app = Flask(__name__)
        EVIL = {MARKUP!r}

        @app.before_request
        def log():
            app.logger.warning(EVIL)
            print(EVIL)

        @app.route("/<path:name>", methods=["POST"], endpoint="<b>")
        def view(name):
            response = Response(EVIL, mimetype="text/html")
            response.headers["X-<i>"] = EVIL
            response.set_cookie("c", EVIL)
            return response

        @app.route("/raise")
        def fail():
            raise ValueError(EVIL)
        """,
    )
    for words in (
        ["POST", f"/{MARKUP}", f"X-A:{MARKUP}", f"q=={MARKUP}", f"name={MARKUP}"],
        ["POST", "/x", f"<img>={MARKUP}", "-f"],
        ["GET", "/raise"],
        ["GET", f"/nope/{MARKUP}"],
    ):
        trace = lab.send(words)
        for verbose in (False, True):
            blocks = tuple(trace_blocks(trace, verbose=verbose, every_step=True))
            text = result_page(CommandResult(command=MARKUP, blocks=blocks.__iter__, document=dict))
            document = Document(text)
            assert document.names() & {"img", "b", "script"} <= {"b", "script"}
            assert sum(tag == "script" for tag, _ in document.tags) == 1
            assert {name for _, found in document.tags for name in found if name.startswith("on")} == set()
            assert "<img src=x onerror=alert(1)>" in document.shown


# In a browser

AXE = os.environ.get("ROUTELAB_AXE", "")  # axe.min.js of the npm package axe-core
PRESSED = """
(() => {
const seen = [];
const at = () => [...document.querySelectorAll(".step")]
  .map((step, n) => getComputedStyle(step).display === "none" ? "" : String(n + 1)).join("");
seen.push(at());
for (const key of ["ArrowRight", " ", "Enter", "ArrowLeft", "b", "End", "ArrowLeft", "a", "Home"]) {
  document.body.dispatchEvent(new KeyboardEvent("keydown", { key, bubbles: true, cancelable: true }));
  seen.push(at());
}
return [seen, document.documentElement.scrollWidth <= innerWidth];
})()
"""
CHECKED = """
axe.run(document, { resultTypes: ["violations"] })
  .then((found) => found.violations.map((it) => [it.id, it.nodes[0].html]))
"""


@pytest.fixture(scope="module")
def browsed() -> Iterator[Page]:
    """Open a browser for all pages: to start it takes longer than to look at one."""
    with browser() as page:
        yield page


def opened(page: Page, text: str, folder: Path) -> None:
    """Open a page that may evaluate what it is asked."""
    free = re.sub(r'<meta http-equiv="Content-Security-Policy"[^>]*>', "", text)
    file = folder / "page.html"
    file.write_text(free, encoding="utf-8")
    page.go(file.as_uri())
    page.wait(f"location.href === {json.dumps(file.as_uri())} && document.readyState === 'complete'")


FIVE_STEPS: tuple[Block, ...] = (
    title("200 OK"),
    *(
        StepRow(number=n, name="View", label="view", what=phrase("w" * 300), details=(line("d"),))
        for n in range(1, 6)
    ),
)


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None, reason="there is no chromium")
def test_the_keys_play_the_steps(browsed: Page, tmp_path: Path) -> None:
    page = result_page(CommandResult(command="routelab", blocks=lambda: FIVE_STEPS, document=dict))
    browsed.size(500, 844)
    opened(browsed, page, tmp_path)
    assert browsed.see(PRESSED) == [["1", "2", "3", "4", "3", "2", "12345", "5", "12345", "1"], True]


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None or not AXE, reason="there is no chromium, or ROUTELAB_AXE is not set")
@pytest.mark.parametrize("name", ["404", "followed", "routes", "decorator", "handout"])
def test_the_accessibility_checker_finds_nothing(name: str, cli: Cli, browsed: Page, tmp_path: Path) -> None:
    opened(browsed, cli("handout", "0").out if name == "handout" else page_of(cli, name), tmp_path)
    browsed.see(Path(AXE).read_text(encoding="utf-8"))
    for scheme in ("light", "dark"):
        browsed.size(800, 600, scheme=scheme)
        assert browsed.see(f"matchMedia('(prefers-color-scheme: {scheme})').matches")
        assert browsed.see(CHECKED) == [], scheme


@pytest.mark.browser
@pytest.mark.skipif(CHROMIUM is None or not AXE, reason="there is no chromium, or ROUTELAB_AXE is not set")
def test_the_accessibility_checker_would_find_something(browsed: Page, tmp_path: Path) -> None:
    page = result_page(CommandResult(command="x", blocks=lambda: FIVE_STEPS, document=dict))
    broken = page.replace("<main>", "<main><img src=x>").replace('lang="en"', "")
    broken = broken.replace("<img src=x>", "<button></button>")
    opened(browsed, broken, tmp_path)
    browsed.see(Path(AXE).read_text(encoding="utf-8"))
    found = browsed.see(CHECKED)
    assert isinstance(found, list)
    assert {name for name, _ in found} == {"html-has-lang", "button-name"}


def test_the_parts_of_the_course_have_headings_of_one_level() -> None:
    rows = (CourseRow(number=1, title="The loop", goal="See it.", pages=3),)
    parts = tuple(CoursePart(title=title, rows=rows) for title in ("Begin", "Link", "Grow", "Build"))
    written = "".join(elements([CourseList(parts=parts)]))
    assert len(set(re.findall(r"<h(\d)>(?:Begin|Link|Grow|Build)<", written))) == 1

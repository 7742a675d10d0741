"""The course in headless Chromium, as a learner has it: typed, pressed, stopped, reloaded, looked at.

With ROUTELAB_PYODIDE naming the folder of the npm package; with ROUTELAB_AXE the accessibility checker, too.
"""

from __future__ import annotations

import json
import os
import re
from collections.abc import Callable, Iterator
from contextlib import ExitStack
from pathlib import Path
from shutil import copy
from typing import NamedTuple

import pytest

from effort import chosen
from routelab.commands.web import main as write_site
from routelab.lessons.files import Files, project
from routelab.lessons.reading import load_lesson
from routelab.web.pyodide import PINNED
from routelab.web.sharing import Experiment, fragment_of
from sessions import BUNDLED, TAUGHT
from web.chromium import CHROMIUM, Page, browser, served
from web.moves import moves_of
from web.transcripts import SOLVE

PYODIDE = os.environ.get("ROUTELAB_PYODIDE", "")
AXE = os.environ.get("ROUTELAB_AXE", "")
pytestmark = [
    pytest.mark.browser,
    pytest.mark.pyodide,
    pytest.mark.server,
    pytest.mark.timeout(900),
    pytest.mark.skipif(
        CHROMIUM is None or not PYODIDE, reason="there is no chromium, or no ROUTELAB_PYODIDE"
    ),
]
READY = (
    "document.body.ariaBusy === 'false' && !document.getElementById('course').hidden"
    " && document.getElementById('starting').hidden"
)
IN_SIGHT = (
    "(it => { const r = it.getBoundingClientRect(), log = document.getElementById('log').getBoundingClientRect();"
    " const end = it.closest('#log') ? log.bottom : innerHeight; return r.top >= 0 && r.bottom <= end; })"
)
TRAPS = """
import collections, itertools, os, time
from flask import Flask, session
app = Flask(__name__)
app.secret_key = "x"
@app.route("/login")
def login():
    session["user"] = "ann"
    return "in"
@app.route("/who")
def who(): return "it is " + session.get("user", "nobody")
@app.route("/loop")
def loop():
    while True: pass
@app.route("/inside-c")
def inside_c(): collections.deque(itertools.repeat(1), maxlen=0)
@app.route("/exit")
def leave(): os._exit(3)
@app.route("/memory")
def memory():
    kept = []
    while True: kept.append(bytes(10**7))
@app.route("/at-once")
def at_once(): return bytes(2**31 - 100) * 2
@app.route("/thread")
def thread():
    import threading
    threading.Thread(target=print).start()
@app.route("/program")
def program():
    import subprocess
    subprocess.run(["ls"])
@app.route("/socket")
def socket_():
    import socket
    socket.create_connection(("127.0.0.1", 80))
@app.route("/input")
def input_(): return input()
@app.route("/elsewhere/<path:address>")
def elsewhere(address):
    from js import XMLHttpRequest
    asked = XMLHttpRequest.new()
    asked.open("GET", address, False)
    asked.send()
    return "it answered"
"""


class Course:
    """The page as somebody uses it."""

    def __init__(self, page: Page, address: str) -> None:
        self.page = page
        self.address = address

    def open(self, link: str = "") -> None:
        """Open a link, in a page that begins anew."""
        self.page.go("about:blank")
        self.page.go(f"{self.address}{link}")
        self.ready()

    def go(self, link: str) -> None:
        """Follow a link within the page, which goes on with the same Python."""
        if not self.page.see("!!document.getElementById('course')"):
            self.open(link)
            return
        self.page.see(f"location.hash = {json.dumps(link)}")
        self.page.see("new Promise(done => setTimeout(done, 50))")
        self.ready()

    def ready(self) -> None:
        """Wait until Python has answered."""
        self.page.wait(READY)

    def type(self, line: str) -> str:
        """Type a line, leave what is played, and return what was said."""
        self.page.see("document.getElementById('line').value = ''; document.getElementById('line').focus()")
        if line:
            self.page.type(line)
        self.page.press("Enter")
        self.ready()
        if self.page.see("document.getElementById('scene').open"):
            self.page.press("Escape")
            self.ready()
        return str(
            self.page.see(
                "[...document.querySelectorAll('#log > .typed')].at(-1).nextElementSibling.innerText"
            )
            if self.page.see("!!document.querySelector('#log > .typed')?.nextElementSibling")
            else ""
        )

    def said(self) -> str:
        """Return the whole log."""
        return str(self.page.see("document.getElementById('log').innerText"))

    def write(self, text: str) -> None:
        """Put a text into the editor, as typed, and do not save it."""
        self.page.see(
            f"(() => {{ const it = document.getElementById('text'); it.value = {json.dumps(text)};"
            " it.dispatchEvent(new Event('input')); })()"
        )

    def choose(self, name: str) -> None:
        """Look at another file."""
        self.page.see(
            f"(() => {{ const it = document.getElementById('name'); it.value = {name!r};"
            " it.dispatchEvent(new Event('change')); })()"
        )

    def save(self, text: str) -> None:
        """Write a file, and save it."""
        self.write(text)
        self.page.see("document.getElementById('save').click()")
        self.ready()

    def editor(self) -> str:
        """Return what stands in the editor."""
        return str(self.page.see("document.getElementById('text').value"))


class Site(NamedTuple):
    """What is served, and where, until it no longer is."""

    folder: Path
    address: str
    stop: Callable[[], None]


@pytest.fixture(scope="module")
def site(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Site]:
    parent = tmp_path_factory.mktemp("site")
    folder = parent / "a site"
    assert write_site([str(folder), "--pyodide", PYODIDE]) == 0
    with ExitStack() as server:
        yield Site(folder, f"{server.enter_context(served(parent))}a%20site/", server.close)


@pytest.fixture(scope="module")
def course(site: Site) -> Iterator[Course]:
    """Open a browser for all tests: Python starts anew, for seven seconds of a processor, only where one asks for it."""
    with browser() as page:
        page.size(1280, 800)
        yield Course(page, site.address)


def test_a_link_of_somebody_elses_runs_after_a_yes_alone(course: Course) -> None:
    app = "from flask import Flask\napp = Flask(__name__)\n@app.route('/x')\ndef x(): return 'it ran'\n"
    fragment = fragment_of(Experiment({"app.py": app}, "app.py", "GET /x?a=%26&b=2"))
    course.open(f"#{fragment}")
    assert "Run it? (y/n)" in course.said()
    assert "200 OK" not in course.said()
    course.type("y")
    assert "200 OK" in course.said()
    assert "GET /x?a=%26&b=2" in course.said()
    assert course.editor() == app
    assert str(course.page.see("location.hash")).startswith("#shared/")
    hostile = "<img src=x onerror=alert(1)><script>alert(1)</script>"
    course.go(f"#{fragment_of(Experiment({'app.py': hostile}, 'app.py', f'GET /{hostile}'))}")
    assert "alert(1)" in course.said()
    assert course.page.see("document.querySelectorAll('#log img, #log script').length") == 0
    course.go("#app=AAAA&request=" + "x" * 5000)
    assert "this link has no experiment" in course.said()
    course.go("#50%")
    assert "'50%'" in course.said()


def test_a_request_is_answered_and_nobody_else_is_asked(course: Course) -> None:
    course.go("#1/first")
    course.page.see("document.getElementById('line').focus()")
    course.page.type("GET /")
    course.page.press("Enter")
    course.page.wait("document.getElementById('scene').open")
    for _ in range(3):
        course.page.press("ArrowRight")
        course.ready()
    course.page.press("Escape")
    course.page.wait("!document.getElementById('scene').open")
    assert "200 OK" in course.said()
    assert course.page.see("document.activeElement.id") == "line"
    assert course.page.see(f"{IN_SIGHT}(document.querySelector('#log > :last-child > .m-right'))")
    assert course.page.see(f"{IN_SIGHT}(document.getElementById('line'))")
    course.page.see(
        "[...document.querySelectorAll('#words button')].find(it => it.innerText === 'help').click()"
    )
    course.ready()
    assert "What can be typed here:" in course.said()
    course.type("lessons")
    course.page.see("[...document.querySelectorAll('#log a')].find(it => it.innerText === 'Methods').click()")
    course.page.wait("document.getElementById('where').innerText === 'Methods, 1 of 11'")
    course.ready()
    assert {it for it in course.page.asked if not it.startswith((course.address, "blob:", "about:"))} == set()
    assert course.page.said == []


def test_what_takes_python_away_loses_nothing(course: Course) -> None:
    course.go("#play")
    course.save(TRAPS)
    course.type("GET /login")
    course.type("set X-Mine:1")
    assert "The time limit of 5 seconds was reached." in course.type("GET /loop")
    assert "it is ann" in course.type("GET /who")
    for trap in ("inside-c", "exit"):
        course.type(f"GET /{trap}")
        assert "Python was started anew" in course.said(), trap
        assert "it is ann" in course.type("GET /who"), trap
        assert course.editor() == TRAPS
        assert course.page.see("document.getElementById('bottom').innerText").endswith("[X-Mine]")
        course.page.see("document.getElementById('log').replaceChildren()")
    for trap in ("memory", "at-once"):
        course.type(f"GET /{trap}")
        assert "it is ann" in course.type("GET /who"), trap


def test_what_a_browser_cannot_do_is_said_as_that(course: Course) -> None:
    course.go("#play")
    course.save(TRAPS)
    cases = {
        "thread": "has only one thread",
        "program": "starts no programs",
        "socket": "has no sockets",
        "input": "nobody can answer input() here",
    }
    for path, said in cases.items():
        assert said in course.type(f"GET /{path}"), path


def test_the_apps_cannot_reach_another_server(course: Course) -> None:
    """The policy holds where the apps run, too."""
    course.go("#play")
    course.save(TRAPS)
    with served(Path(__file__).parent) as other:
        told = course.type(f"GET /elsewhere/{other}transcripts.py")
        assert "500 INTERNAL SERVER ERROR" in told
    assert any("Content Security Policy" in it for it in course.page.said)
    course.page.said.clear()


def test_what_was_typed_and_not_saved_outlasts_a_reload(course: Course) -> None:
    course.go("#2")
    saved = course.editor() + "# a whole idea\n"
    course.save(saved)
    course.write(f"{saved}# half an ide")
    course.page.see("new Promise(done => setTimeout(done, 400))")
    course.page.do("Page.reload")
    course.page.see("new Promise(done => setTimeout(done, 100))")
    course.ready()
    assert course.editor() == f"{saved}# half an ide"
    assert course.page.see("document.getElementById('saved').innerText") == "not saved yet"
    shown = course.type("diff")
    assert "# a whole idea" in shown
    assert "half an ide" not in shown


def test_a_browser_that_has_no_room_says_so_once(course: Course) -> None:
    course.go("#2")
    course.page.see("window.setItem = Storage.prototype.setItem")
    course.page.see("Storage.prototype.setItem = () => { throw new DOMException('', 'QuotaExceededError'); }")
    told_once_that_nothing_is_kept(course)
    course.page.see("Storage.prototype.setItem = window.setItem")


def test_a_second_tab_does_not_write_over_the_first(course: Course) -> None:
    course.go("#2")
    store = next(it for it in course.page.see("Object.keys(localStorage)") if not it.endswith("drafts"))
    theirs = course.page.see(f"localStorage[{store!r}]").replace("progress.json", "elsewhere.json", 1)
    course.page.see(f"localStorage.setItem({store!r}, {json.dumps(theirs)})")  # as another tab would
    course.save(f"# mine\n{course.editor()}")
    course.save(f"# again\n{course.editor()}")
    assert course.said().count("The course was opened in another tab") == 1
    assert course.page.see(f"localStorage[{store!r}]") == theirs
    course.page.see("localStorage.clear()")


def test_a_browser_that_may_keep_nothing_says_so_once(course: Course) -> None:
    refuse = "Object.defineProperty(window, 'localStorage', { get() { throw new DOMException('no'); } });"
    added = course.page.do("Page.addScriptToEvaluateOnNewDocument", source=refuse)
    course.open("#2")
    told_once_that_nothing_is_kept(course)
    course.page.do("Page.removeScriptToEvaluateOnNewDocument", **added)


def told_once_that_nothing_is_kept(course: Course) -> None:
    course.type("GET /user/alice")
    course.type("next")
    assert course.said().count("This browser has no room for your work, or may not keep it") == 1
    assert "200 OK" in course.said()
    course.page.said.clear()


def test_python_from_an_address_is_what_was_tried_or_nothing(tmp_path: Path) -> None:
    (tmp_path / "far").mkdir()
    for name in PINNED:
        copy(Path(PYODIDE) / name, tmp_path / "far" / name)
    with served(tmp_path / "far") as far, served(tmp_path) as address, browser() as page:
        assert write_site([str(tmp_path / "site"), "1", "--pyodide", far]) == 0
        course = Course(page, f"{address}site/")
        course.open("#1/first")
        assert "One request" in course.said()
        hosts = {"/".join(it.split("/")[:3]) for it in page.asked if it.startswith("http")}
        assert hosts <= {address.rstrip("/"), far.rstrip("/")}
        with (tmp_path / "far" / "python_stdlib.zip").open("ab") as changed:
            changed.write(b"x")
        page.do("Network.clearBrowserCache")
        page.see("caches.keys().then(names => Promise.all(names.map(name => caches.delete(name))))")
        page.go("about:blank")
        page.go(f"{address}site/#1/first")
        page.wait("document.getElementById('doing').innerText.includes('python_stdlib.zip cannot be had')")


def test_a_later_visit_needs_no_network_and_a_newer_site_waits(course: Course, site: Site) -> None:
    """What follows it has no server, and needs none."""
    course.go("#1/first")
    course.page.wait("navigator.serviceWorker.ready.then(it => it.active.state === 'activated')")
    course.page.wait("caches.match(new URL('compiled.zip', location), {ignoreSearch: true}).then(it => !!it)")
    assert "newer version" not in course.said()
    with (site.folder / "offline.js").open("a") as newer:
        newer.write("// newer\n")
    course.open("#1/first")
    course.page.wait(
        "document.getElementById('log').innerText.includes('There is a newer version of this site')"
    )
    course.type("GET /")
    site.stop()
    course.open("#1/first")
    assert "One request" in course.said()
    assert "Done" in course.said()
    course.type("GET /status")
    assert "200 OK" in course.said()


@pytest.mark.skipif(not AXE, reason="ROUTELAB_AXE is not set")
@pytest.mark.parametrize("link", ["#2", "#1/first", "#demo/loop", "#play"])
def test_the_accessibility_checker_finds_nothing(link: str, course: Course) -> None:
    page = course.page
    course.go(link)
    if link == "#1/first":
        page.see("document.getElementById('line').focus()")
        page.type("GET /latest")
        page.press("Enter")
        page.wait("document.getElementById('scene').open")
    for _ in range(6 if page.see("document.getElementById('scene').open") else 0):
        page.press("ArrowRight")
        course.ready()
    page.see(Path(AXE).read_text(encoding="utf-8"))
    for size in ((1280, 800), (390, 844), (640, 400)):  # the last is what the first one is at 200 %
        for scheme in ("light", "dark"):
            page.size(*size, scheme=scheme)
            ask = "axe.run(document, {resultTypes: ['violations']})"
            found = page.see(f"{ask}.then(it => it.violations.map(it => [it.id, it.nodes[0].html]))")
            assert found == [], (size, scheme)
            assert page.see("document.documentElement.scrollWidth <= innerWidth"), size
            assert page.see("document.getElementById('scene').scrollWidth <= innerWidth"), size
    page.size(1280, 800)
    if page.see("document.getElementById('scene').open"):
        page.press("Escape")
        course.ready()


def test_each_rule_has_one_line_on_a_narrow_screen(course: Course) -> None:
    page = course.page
    course.go("#25/etag")
    page.see("document.getElementById('line').focus()")
    page.type("b")
    page.press("Enter")
    page.wait("document.getElementById('scene').open")
    page.press("ArrowRight")
    course.ready()
    page.size(390, 844)
    rows = page.see(
        "[...document.querySelectorAll('.pane.facts > p, .pane.facts > .focus > p')].map(it => "
        "[it.innerText, it.getBoundingClientRect().height < 2 * parseFloat(getComputedStyle(it).fontSize)])"
    )
    page.size(1280, 800)
    page.press("Escape")
    course.ready()
    assert len(rows) > 5
    assert all(one_line for text, one_line in rows if "GET" in text), rows


def test_colours_and_numbers_are_where_the_text_is(course: Course) -> None:
    course.open("#2/artist")
    course.write("x = 1\n" * 200 + "y" * 500)
    for scroll, ends in (("1e6", True), ("0", False)):
        course.page.see(f"text.scrollTop = text.scrollLeft = {scroll}")
        there = "[text, colours, numbers].map(it => it.scrollTop), [text, colours].map(it => it.scrollLeft)"
        same = "(it => it.every(side => new Set(side).size === 1))"
        course.page.wait(f"{same}([{there}]) && (text.scrollTop > 0) === {str(ends).lower()}")
    course.type("edit app.py")
    course.choose("app.py")
    assert course.page.see("text.selectionStart") == 0


def test_all_that_was_said_is_on_paper(course: Course) -> None:
    course.open("#2/artist")
    course.type("GET /artist/Blondie")
    cut = "[log, colours].some(it => it.scrollHeight > it.clientHeight + 1)"
    assert course.page.see(cut)
    course.page.do("Emulation.setEmulatedMedia", media="print")
    assert not course.page.see(cut)
    assert course.page.see("[text, line, download].every(it => !it.offsetParent)")
    course.page.do("Emulation.setEmulatedMedia", media="")


@pytest.mark.parametrize("number", chosen(TAUGHT, (17,)))
def test_a_whole_lesson_is_done(number: int, course: Course) -> None:
    """Every example and guess is typed, and the solution is put into the editor, file by file."""
    course.go(f"#{number}/1")
    for line in moves_of(number):
        if line != SOLVE:
            course.type(line)
            continue
        for path, source in project(BUNDLED[number], Files.SOLUTION).items():
            if course.page.see(
                f"[...document.getElementById('name').options].some(it => it.value === {str(path)!r})"
            ):
                course.choose(str(path))
                course.save(source.read_text(encoding="utf-8"))
        assert "Done" in course.said() or "Right" in course.said()
    course.type("lessons")
    listed = str(course.page.see("document.querySelector('#log > div:last-child').innerText"))
    (row,) = (it for it in listed.splitlines() if f"{load_lesson(BUNDLED[number]).title}:" in it)
    assert re.search(r"(\d+) of \1 pages", row), row
    assert "bug in routelab" not in course.said()
    assert course.page.said == []

"""What Python suggests behind an error's message: told where Python prints it, and only there, on both engines.

Python itself is the oracle: the same exception, unhandled, in a process of its own.
"""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from routelab.tracing.steps.view import ViewStep
from support import ENGINES, checked, lab_of
from truth.shown import plain

KIT = """
asked = []
class Plain:
    colour = shape = 1
class Slotted:
    __slots__ = ("colour",)
class Answers:
    colour = 1
    def __getattr__(self, name):
        asked.append(name)
        raise AttributeError(f"there is no {name}")
class Hidden:
    __slots__ = ("colour",)
    def __getattr__(self, name):
        asked.append(name)
        raise AttributeError(f"there is no {name}")
class Words(dict):
    def gather(self): pass
class Lists:
    colour = 1
    def __dir__(self):
        asked.append("dir")
        return ["colour"]
class Teller:
    colour = 1
    @property
    def prise(self):
        asked.append("prise")
        return 1
    def tell(self):
        return prise
def local():
    greeting = "hello"
    return greetin
def above():
    return jsonfiy(1)
def jsonify(thing):
    return thing
def imported():
    from json import dumsp
"""
# What fails, and whether Python may be asked: where it would run code of the app's, it is not.
FAILING = {
    "local()": True,
    "above()": True,
    "imported()": True,
    "Plain().color": True,
    "Plain.color": True,
    "Slotted().color": True,
    "Answers().color": True,
    "Hidden().color": False,
    "Lists().color": False,
    "Words().gathr": True,
    "[].apend": True,
    "Teller().tell()": False,
    "Plain().nothing_like_it": True,
    "raise_(NameError(\"name 'jsonfiy' is not defined\"))": True,
    "raise_(AttributeError('color'))": True,
    "{}['colour']": True,
}
APP = """
from flask import Flask
app = Flask(__name__)
app.logger.disabled = True  # from Python 3.12 on it asks, too
def raise_(error): raise error
"""


def views() -> str:
    each = (f"@app.route('/{n}')\ndef view{n}():\n    return str({code})\n" for n, code in enumerate(FAILING))
    return KIT + APP + "".join(each) + "@app.route('/asked')\ndef were(): return asked\n"


def printed_by_python(folder: Path) -> list[str]:
    """The last line of each traceback, as Python prints it for an exception that nobody caught."""
    program = KIT + "import sys\ndef raise_(error): raise error\n"
    for code in FAILING:
        program += f"try: {code}\nexcept Exception: sys.__excepthook__(*sys.exc_info()); print('<>', file=sys.stderr)\n"
    (folder / "alone.py").write_text(program)
    ran = subprocess.run([sys.executable, "alone.py"], cwd=folder, capture_output=True, text=True, check=True)
    return [text.rstrip().rpartition("\n")[2] for text in ran.stderr.split("<>\n")[:-1]]


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
def test_python_is_quoted_where_it_suggests_a_name(tmp_path: Path, engine: str) -> None:
    printed = printed_by_python(tmp_path)
    told = 0
    with lab_of(tmp_path, views(), engine) as lab:
        for number, ((code, may_be_asked), line) in enumerate(zip(FAILING.items(), printed, strict=True)):
            trace = lab.send(f"GET /{number}")
            view, raised = trace.first(ViewStep), checked(trace)["exception"]
            assert view is not None
            assert view.call.raised is not None
            head = f"{view.call.raised.type}: {view.call.raised.message}"
            suggested = line.removeprefix(head).removeprefix(". ").strip() if may_be_asked else ""
            assert (view.call.raised.suggestion or "") == suggested, code
            assert (raised.get("suggestion") or "") == suggested, code
            shown = plain(trace, verbose=True)
            assert ("Did you mean" in shown) is bool(suggested), code
            if suggested:
                told += 1
                assert f"{head} ({suggested})" in shown
                assert f"{head}. {suggested}" in shown  # as the traceback has it
        assert told >= 5
        response = lab.send("GET /asked").response
        assert response is not None
        assert response.body.strip() == b'["color","color"]'  # by the view itself, once

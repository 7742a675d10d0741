"""What a browser's Python cannot do is told as that, wherever an app ran into it; and nothing else is."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path

import pytest

from support import ROOT

pytestmark = pytest.mark.worker

APP = """
from flask import Flask
app = Flask(__name__)
@app.errorhandler(OSError)
def handled(error): return "handled"
"""
# What Pyodide's Python raises, seen in Chromium.
RAISED = {
    "no_threads_here": ('RuntimeError("can\'t start new thread")',),
    "no_processes_here": (
        "OSError(138, 'emscripten does not support processes.')",
        "ModuleNotFoundError(\"No module named '_multiprocessing'\")",
        "OSError(errno.ENOSYS, 'Function not implemented')",
    ),
    "no_network_here": ("OSError(errno.ENETUNREACH, 'a page in a browser has no sockets')",),
    "no_event_loop_here": ("RuntimeError('Cannot stack switch because ...')",),
    "no_keyboard_here": ("EOFError('EOF when reading a line')",),
    "": ("ValueError('thread')", "OSError(2, 'No such file or directory')", "RuntimeError('stack')"),
}
NOTES = """
import _thread, json, sys, threading
for module in (_thread, threading):  # which has one thread, and no number for it
    del module.get_native_id
from pathlib import Path
from routelab.inprocess import run_apps_here
from routelab.lab import load
run_apps_here()
said = []
for number, code in enumerate(json.loads(sys.argv[2])):
    folder = Path(sys.argv[1]) / str(number)
    folder.mkdir()
    (folder / "app.py").write_text(code)
    trace = load("app.py", "routelab", folder=folder, env_files=False).send("GET /")
    said.append([trace.verdict, [note.code for note in trace.notes if note.code.endswith("_here")]])
print(json.dumps(said))
"""


def notes_of(folder: Path, codes: list[str]) -> list[tuple[str, list[str]]]:
    ended = subprocess.run(
        [sys.executable, "-c", NOTES, str(folder), json.dumps(codes)],
        capture_output=True, text=True, env={"PYTHONPATH": str(ROOT)}, check=True,
    )  # fmt: skip
    return [(verdict, notes) for verdict, notes in json.loads(ended.stdout)]


def test_what_a_browser_cannot_do_is_said(tmp_path: Path) -> None:
    cases = [(code, raised) for code, every in RAISED.items() for raised in every]
    view = "import errno\n{app}\n@app.route('/')\ndef home(): raise {raised}\n"
    load = "import errno\nraise {raised}\n"
    for form in (view, load):
        told = notes_of_each(tmp_path, [form.format(app=APP, raised=raised) for _, raised in cases])
        assert [notes for _, notes in told] == [[code] if code else [] for code, _ in cases]


def notes_of_each(folder: Path, codes: list[str]) -> list[tuple[str, list[str]]]:
    inside = folder / str(len(list(folder.iterdir())))
    inside.mkdir()
    return notes_of(inside, codes)

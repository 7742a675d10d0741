"""A file that could not be opened since its folder is not there: the folder is what is told."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

APP = """import pathlib
from flask import Flask, request
app = Flask(__name__)
@app.post("/save")
def save(): request.files["f"].save("uploads/a.txt"); return "saved"
@app.post("/write")
def write(): open("uploads/a.txt", "w"); return "written"
@app.post("/read")
def read(): return pathlib.Path("uploads/a.txt").read_text()
@app.post("/here")
def here(): return open("a.txt").read()
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_the_folder_that_lacks_is_told(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, APP, engine) as lab:
        for path in ("/save", "/write", "/read", "/here"):
            trace = lab.send(["POST", path, "-f", f"f@{tmp_path / 'app.py'}"])
            checked(trace)
            shown = plain(trace)
            assert "FileNotFoundError" in shown, path
            assert ("there is no folder" in shown) is (path != "/here"), path
            assert ("there is no such file" in shown) is (path == "/here"), path
            answer = trace.answer.text
            assert "It looked for " in answer, path
            assert "A relative path that is opened starts at" in answer, path
            assert "a relative path that is opened starts at the current folder" in shown, path

"""JSON that fails because the keys of a dict cannot be sorted is told by that dict, and by nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of
from truth.shown import plain

HEAD = """import json
from flask import Flask, jsonify, render_template_string, session
app = Flask(__name__)
app.secret_key = "k"
"""
WAY = "and they are sorted for JSON: make strings of all, or set app.json.sort_keys = False"
# What the view returns, and what is said of it; "" where that is not the cause.
CASES = {
    "return {1: 'x', 'b': 2}": f"the dict has keys of the types int and str, {WAY}",
    "return [{'a': {None: 1, 'x': 2}}]": f"[0]['a'] has keys of the types NoneType and str, {WAY}",
    "return jsonify(found=({1: 2, 'a': 3},))": f"['found'][0] has keys of the types int and str, {WAY}",
    "return render_template_string('{{ {1: 2, \"a\": 3}|tojson }}')": "the dict has keys of the types int and str",
    # The set could not be written either, and was not come to.
    "session['a'] = {1}; session[1] = 2; return 'x'": f"the dict has keys of the types int and str, {WAY}",
    "return json.dumps({1: 2, 'a': 3}, sort_keys=True)": "make strings of all, or set sort_keys = False",
    "return {'a': {1}}": "",
    "return str(1 < 'a')": "",
    "return str(sorted({1: 2, 'a': 3}))": "",
}


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("code", CASES)
def test_the_dict_with_such_keys_is_named(code: str, engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, f"{HEAD}@app.get('/')\ndef home(): {code}\n", engine) as lab:
        trace = lab.send("GET /")
    checked(trace)
    shown = plain(trace)
    assert "500 INTERNAL SERVER ERROR" in shown
    assert CASES[code] in shown
    assert ("sorted for JSON" in shown) is bool(CASES[code])
    assert ("R407" in shown) is (code == "return {'a': {1}}")


@pytest.mark.parametrize("engine", ENGINES)
def test_the_way_out_is_one(engine: str, tmp_path: Path) -> None:
    source = f"{HEAD}app.json.sort_keys = False\n@app.get('/')\ndef home(): session[1] = 2; session['a'] = 1; return {{1: 2, 'a': 3}}\n"
    with lab_of(tmp_path, source, engine) as lab:
        assert "200 OK" in plain(lab.send("GET /"))

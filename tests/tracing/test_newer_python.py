"""The recorder in a newer Python than the one that runs these tests: Pyodide's, under Node.

There `sys.monitoring` sees who ran, and ends a loop at its limit. It is done where ROUTELAB_PYODIDE names the
folder of the npm package. Threads, processes and timers are not there, so only such tests run as need none.
"""

from __future__ import annotations

import os
import shutil
import subprocess
from pathlib import Path

import pytest

from support import ROOT

PYODIDE = os.environ.get("ROUTELAB_PYODIDE", "")
NODE = shutil.which("node")
LIMITS = "tests/test_stopping.py::test_code_that"
DONE_THERE = (
    "tests/truth/test_who_ran.py",
    "tests/truth/test_behind_classes.py",
    "tests/tracing/test_verdict.py",
    f"{LIMITS}_catches_everything_is_stopped_again",
    f"{LIMITS}_ends_in_time_is_left_alone",
)
IN_NODE = """
const [pyodide, tree, site, program, ...tests] = process.argv.slice(2);
const { loadPyodide } = await import(`${pyodide}/pyodide.mjs`);
const python = await loadPyodide();
python.mountNodeFS("/tree", tree);
python.mountNodeFS("/site", site);
python.globals.set("tests", python.toPy(tests));
python.runPython(program);
"""
PROGRAM = """
import os, sys
from types import ModuleType, SimpleNamespace
sys.dont_write_bytecode = True
os.environ["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
sys.path[:0] = ["/tree", "/tree/tests", "/site"]
os.chdir("/tree")
# It is compiled, and not for this system; what is written is held against the schema elsewhere.
checks_nothing = SimpleNamespace(is_valid=lambda _: True, validate=lambda _: None, iter_errors=lambda _: [])
schemas = sys.modules["jsonschema_rs"] = ModuleType("jsonschema_rs")
schemas.Draft202012Validator, schemas.meta = lambda _: checks_nothing, checks_nothing
from routelab.inprocess import run_apps_here
from routelab.tracing.watching.calls.entered import _by_monitoring, _way_of_seeing
assert _way_of_seeing() is _by_monitoring
run_apps_here()
import pytest
options = ["-q", "--tb=short", "-o", "addopts=", "-o", "filterwarnings=", "-p", "no:faulthandler"]
code = pytest.main([*options, "-p", "no:cacheprovider", *tests])
assert code == 0, code
"""


@pytest.mark.pyodide
@pytest.mark.timeout(900)
@pytest.mark.skipif(
    not PYODIDE or NODE is None, reason="ROUTELAB_PYODIDE names no Pyodide, or there is no Node"
)
def test_the_recorder_does_there_what_it_does_here(tmp_path: Path) -> None:
    assert NODE is not None
    script = tmp_path / "run.mjs"
    script.write_text(IN_NODE, encoding="utf-8")
    site = Path(pytest.__file__).parents[1]
    ended = subprocess.run(
        [NODE, script, PYODIDE, ROOT, site, PROGRAM, *DONE_THERE],
        capture_output=True,
        text=True,
        encoding="utf-8",
        check=False,
    )
    assert ended.returncode == 0, (ended.stdout + ended.stderr)[-3000:]
    assert " passed" in ended.stdout

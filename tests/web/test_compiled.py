"""What Python made of modules serves the next Python, though its copy of them was unpacked later."""

from __future__ import annotations

import json
import subprocess
import sys
from io import BytesIO
from pathlib import Path
from zipfile import ZipFile

import pytest

from routelab.web.compiled import compiled_modules, modules_are_kept

ASK = "import json, one.inner; print(json.dumps([one.inner.SAID, one.inner.__file__]))"


def test_the_next_python_reads_what_was_made(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    package = tmp_path / "first" / "one"
    package.mkdir(parents=True)
    (package / "__init__.py").touch()
    (package / "inner.py").write_text("SAID = 'first'\n", encoding="utf-8")
    monkeypatch.syspath_prepend(str(package.parent))
    monkeypatch.setattr(sys, "dont_write_bytecode", True)
    monkeypatch.setattr(sys, "pycache_prefix", None)
    with modules_are_kept():
        __import__("one.inner")
    assert sys.dont_write_bytecode
    for name in ("one.inner", "one"):
        monkeypatch.delitem(sys.modules, name)
    with ZipFile(BytesIO(compiled_modules(str(package.parent)))) as archive:
        archive.extractall(tmp_path / "later")
    # Another text shows which of the two was read; a site's digest keeps that from happening there.
    source = tmp_path / "later" / "one" / "inner.py"
    source.write_text("SAID = 'read anew'\n", encoding="utf-8")
    monkeypatch.delenv("PYTHONPYCACHEPREFIX", raising=False)
    ended = subprocess.run(
        [sys.executable, "-B", "-c", ASK], cwd=tmp_path / "later", capture_output=True, text=True, check=True
    )
    assert json.loads(ended.stdout) == ["first", str(source)]

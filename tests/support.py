"""What several tests share: writing apps, calling the command line, and checking every trace."""

from __future__ import annotations

import json
import os
import time
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from functools import cache
from importlib import import_module
from pathlib import Path
from textwrap import dedent
from typing import Any

import pytest
from jsonschema_rs import Draft202012Validator, meta

from effort import LONG_FORM
from engine.twins import ENGINE, bound
from routelab.cli import main
from routelab.lab import Lab, load
from routelab.tracing.trace import Trace
from routelab.watched import watch

ROOT = Path(__file__).parent.parent
ENGINES = ("routelab", "flask")
Object = dict[str, Any]
# Code that never comes back from C, where no signal is heard and no other thread goes on; it takes no processor.
STAYS_IN_C = (
    "import ctypes; c, held = ctypes.PyDLL(None), ctypes.create_string_buffer(128); "
    "c.pthread_mutex_init(held, None); c.pthread_mutex_lock(held); c.pthread_mutex_lock(held)"
)


@contextmanager
def little_room(room: int) -> Iterator[None]:
    """Have the system refuse what is more than `room` bytes of one file, in the middle of a write."""
    import resource  # a limit on files' sizes, as a small disk has one; Windows has none

    soft, hard = resource.getrlimit(resource.RLIMIT_FSIZE)
    resource.setrlimit(resource.RLIMIT_FSIZE, (room, hard))
    try:
        yield
    finally:
        resource.setrlimit(resource.RLIMIT_FSIZE, (soft, hard))


@cache
def schema() -> Draft202012Validator:
    document = json.loads((ROOT / "docs" / "trace.schema.json").read_text())
    meta.validate(document)
    return Draft202012Validator(document)


_read_again: set[tuple[str, ...]] = set()


def checked(trace: Trace) -> Object:
    """Return the trace's JSON after holding it against the schema, and through JSON itself.

    In the short form that is done where something has fields that nothing had together in this process: one
    mechanism reads and writes a field in every record, whatever its value.
    """
    document = trace.to_dict()
    schema().validate(document)
    fields = _fields_in(document)
    if LONG_FORM or not fields <= _read_again:
        again: Object = json.loads(json.dumps(document))
        assert again == document
        assert Trace.from_dict(again) == trace
        _read_again.update(fields)
    return document


def _fields_in(document: Object) -> set[tuple[str, ...]]:
    """Name the fields that a trace has together, and those of each step, note and the like; empty ones are none."""
    each = [
        it for value in document.values() if isinstance(value, list) for it in value if isinstance(it, dict)
    ]
    return {(it.get("kind", ""), *(name for name, value in it.items() if value)) for it in (document, *each)}


def write_app(folder: Path, source: str, name: str = "app.py") -> Path:
    """Write an app below `folder`, its indentation removed, and return the file."""
    file = folder / name
    file.parent.mkdir(parents=True, exist_ok=True)
    file.write_text(dedent(source).lstrip("\n"), encoding="utf-8")
    return file


def lab_of(folder: Path, source: str, engine: str = "routelab") -> Lab:
    """Load an app from its source; it must load."""
    lab = load(write_app(folder, source), engine=engine, folder=folder)
    if lab.failure is not None:
        raise AssertionError(lab.failure)
    return lab


def live(folder: Path, source: str, engine: str) -> tuple[Any, Lab]:
    """Import an app into this process, `flask` being the engine there, and watch it: the app, and its lab."""
    write_app(folder, source)
    with bound(ENGINE if engine == "routelab" else engine, folder):
        app = import_module("app").__dict__["app"]
        return app, watch(app)


def step(document: Object, kind: str, number: int = 0) -> Object:
    """Return the step of a kind; `number` counts from 0 where there are several."""
    found: list[Object] = [step for step in document["steps"] if step["kind"] == kind]
    assert len(found) > number, (
        f"no {kind} step number {number} among {[s['kind'] for s in document['steps']]}"
    )
    return found[number]


def kinds(document: Object) -> list[str]:
    return [step["kind"] for step in document["steps"]]


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """How a command ended."""

    code: int
    out: str
    err: str


class Cli:
    """Calls the command line in this process, from a folder."""

    def __init__(self, capsys: pytest.CaptureFixture[str]) -> None:
        self._capsys = capsys

    def __call__(self, *arguments: str, folder: Path | None = None) -> Ended:
        before = Path.cwd()
        os.chdir(folder or before)
        try:
            self._capsys.readouterr()
            code = main(arguments)
        finally:
            os.chdir(before)
        out, err = self._capsys.readouterr()
        return Ended(code=code, out=out, err=err)


def while_there(process: int) -> None:
    """Wait for the end of a process, some seconds at most; raises ProcessLookupError when it is there no more."""
    for _ in range(200):
        os.kill(process, 0)
        time.sleep(0.05)

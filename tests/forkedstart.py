"""Starts of `routelab`, forked from a process that has imported what they use: each import would take as long again.

It is run by path, and asked on its standard input; see `started`. Nothing is loaded that an app's process must not have:
its engine is imported by that process itself.
"""

from __future__ import annotations

import gc
import json
import os
import resource
import signal
import sys
import traceback
from collections.abc import Sequence
from importlib import import_module
from typing import Any

if __name__ == "__main__":
    del sys.path[0]  # these tests' folder

from routelab import cli
from routelab.worker.forking import _WANTED_LATER

# What they import once they are asked for something, and what their workers import before any app.
_WANTED = (
    "routelab.commands.learn", "routelab.commands.request", "routelab.session.opening", "routelab.session.places",
    "routelab.session.warmup", "routelab.screen.shown.lesson", "routelab.screen.shown.played",
    "routelab.streams", "routelab.worker.rehearsal", "routelab.worker.service", *_WANTED_LATER,
)  # fmt: skip
_WANTED_ON_A_TERMINAL = (
    "routelab.commands.demo", "routelab.commands.play", "routelab.repl.demo", "routelab.repl.stepper",
    "routelab.repl.terminal", "routelab.screen.rich.colouring", "routelab.screen.rich.stage",
    "prompt_toolkit.input.vt100", "prompt_toolkit.patch_stdout", "prompt_toolkit.key_binding.bindings.search",
    "pygments.lexers.html", "rich.syntax", "rich.table",
)  # fmt: skip


def main() -> None:
    _load(_WANTED)
    for line in sys.stdin:
        asked = json.loads(line)
        if "pid" in asked:
            pid, status = os.waitpid(asked["pid"], 0 if asked["wait"] else os.WNOHANG)
            answer = os.waitstatus_to_exitcode(status) if pid else None
        else:
            words = asked["arguments"]
            if words and words[0] in cli.COMMANDS:
                _load([f"routelab.commands.{words[0]}"])  # the next one has it, too
            if "terminal" in asked:
                _load(_WANTED_ON_A_TERMINAL)
                for name in ("routelab.repl.terminal", "routelab.repl.demo"):
                    vars(sys.modules[name])["_LOOK_EVERY"] = 0.05  # seconds: nobody need wait longer for it
            streams = [os.open(*each) for each in _streams_of(asked)]
            answer = os.fork()
            if not answer:
                _be_routelab(streams, asked)
            for stream in streams:
                os.close(stream)
        print(json.dumps(answer), flush=True)


def _load(names: Sequence[str]) -> None:
    if not {*names} <= sys.modules.keys():
        for name in names:
            import_module(name)
        gc.collect()
        gc.freeze()  # else each child would write to, and so copy, all that is loaded


def _streams_of(asked: dict[str, Any]) -> list[tuple[str, int]]:
    if "terminal" in asked:
        return [(asked["terminal"], os.O_RDWR | os.O_NOCTTY)]
    into, *pipes = asked["streams"]
    return [(into, os.O_RDONLY), *((pipe, os.O_WRONLY) for pipe in pipes)]


def _be_routelab(streams: list[int], asked: dict[str, Any]) -> None:
    """Be what a shell starts with those streams, or on that terminal."""
    try:
        if len(streams) == 1:
            os.login_tty(streams[0])
        else:
            for number, stream in enumerate(streams):
                os.dup2(stream, number)
                os.close(stream)
        sys.stdin, sys.stdout, sys.stderr = open(0), open(1, "w"), open(2, "w")  # noqa: SIM115
        sys.__stdin__, sys.__stdout__, sys.__stderr__ = sys.stdin, sys.stdout, sys.stderr  # type: ignore[misc]
        signal.signal(signal.SIGINT, signal.default_int_handler)
        for number in (signal.SIGHUP, signal.SIGTERM, signal.SIGUSR1):
            signal.signal(number, signal.SIG_DFL)  # `nohup` lets all be deaf that it starts
        os.environ.clear()
        os.environ.update(asked["environ"])
        os.chdir(asked["folder"])
        sys.argv[1:] = asked["arguments"]
        for name, value in asked.get("instead", {}).items():
            module, _, key = name.rpartition(".")
            vars(import_module(module))[key] = value
        sys.dont_write_bytecode = "PYTHONDONTWRITEBYTECODE" in os.environ
        for name, limit in asked.get("limits", {}).items():
            resource.setrlimit(getattr(resource, name), (limit, limit))
        _fork_workers()
        cli.run()
    except BaseException:
        traceback.print_exc()
    finally:
        os._exit(1)


def _fork_workers() -> None:
    """Fork the workers that are started ahead, and start any other: there are threads by then."""
    from routelab import spawn

    really, start_ahead = spawn._started_quickly, vars(cli)["start_ahead"]

    def forking(command: str, arguments: Sequence[str]) -> None:
        spawn._started_quickly = _forked_worker
        try:
            start_ahead(command, arguments)
        finally:
            spawn._started_quickly = really

    vars(cli)["start_ahead"] = forking


def _forked_worker(words: Sequence[str]) -> Any:
    from routelab.spawn import _PosixProcess
    from routelab.worker.forking import serve_forks
    from routelab.worker.loop import serve

    (theirs_in, into), (out, theirs_out), (past, theirs_past) = (os.pipe() for _ in range(3))
    pid = os.fork()
    if pid:
        for descriptor in (theirs_in, theirs_out, theirs_past):
            os.close(descriptor)
        return _PosixProcess(pid, (into, out, past))
    try:
        os.setsid()
        for number, descriptor in enumerate((theirs_in, theirs_out, theirs_past)):
            os.dup2(descriptor, number)
        os.closerange(3, 64)
        kind, _, engine = words[-1].partition(":")
        token, tool = words[-4], int(words[-2])
        (serve_forks if kind == "parent" else serve)(token, tool, engine)
    finally:
        os._exit(1)


if __name__ == "__main__":
    main()

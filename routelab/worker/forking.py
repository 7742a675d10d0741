"""A warm parent: a process with everything loaded but an app, which forks a worker whenever one is wanted.

It knows named pipes and children, and nothing of apps. Where a system has no fork, nobody asks for it.
"""

from __future__ import annotations

import gc
import os
import signal
from contextlib import suppress
from importlib import import_module
from pathlib import Path
from typing import Any

from routelab.endcodes import WITH_THE_TOOL
from routelab.worker.channel import Channel, open_channel
from routelab.worker.limits import adopt_orphans
from routelab.worker.loop import answer_messages, say_hello

# What an app, a trace or an answer may want, and no start should wait for: loaded once here for all workers.
# So, too, what the rehearsal loads: a process in which an app loads another library has no app after it.
_WANTED_LATER = (
    "ctypes",
    "encodings.idna",
    "encodings.unicode_escape",
    "encodings.utf_8_sig",
    "itsdangerous",
    "jinja2",
    "jinja2.debug",
    "jinja2.sandbox",
    "routelab.engine.sessions",
    "routelab.engine.templating",
    "routelab.engine.testing",
    "routelab.liverouter",
    "routelab.loading.other_apps",
    "routelab.loading.unregistered",
    "routelab.routing.auditing",
    "routelab.routing.building",
    "routelab.routing.scope",
    "routelab.routing.suggesting",
    "routelab.tracing.watching.code.view_audit",
    "routelab.tracing.watching.exceptions.set_on_g",
    "routelab.tracing.watching.templates.steps",
    "sqlite3",
)


def serve_forks(token: str, tool: int, engine: str) -> None:
    """Say hello, and fork a worker for each "fork" message, over the three named pipes in its `folder`."""
    channel = open_channel(token, tool)
    say_hello(channel)
    from routelab.worker.rehearsal import rehearse  # the tool is said hello to before
    from routelab.worker.service import prepare

    engine = prepare(engine)
    gc.freeze()  # what is imported stays, so it is not searched for garbage of the rehearsal's
    for name in _WANTED_LATER:
        with suppress(ImportError):  # this system or this environment has none, and nobody may ask for it
            import_module(name)
    rehearse(engine)
    adopt_orphans()
    gc.collect()
    gc.freeze()  # else each child would write to, and so copy, all that is loaded
    channel.write({"ready": True})
    while (message := channel.read()) is not None and message["do"] != "end":
        match message["do"]:
            case "fork":
                reply = _fork(channel, Path(message["folder"]), engine, message.get("user"))
            case "sweep":
                _sweep(message["alone"], message["beside"])
                reply = {}
            case "interrupt":
                with suppress(OSError):
                    os.kill(message["pid"], signal.SIGINT)
                reply = {}
            case "kill":
                reply = _killed(message["pid"])
            case _:
                reply = _state(message["pid"])
        channel.write({"id": message["id"], **reply})


def _fork(channel: Channel, folder: Path, engine: str, user: int | None) -> dict[str, Any]:
    # The tool holds the other ends open. Where it is gone by now, waiting for it would never end.
    try:
        into = os.open(folder / "in", os.O_RDONLY | os.O_NONBLOCK)
        out = os.open(folder / "out", os.O_WRONLY | os.O_NONBLOCK)
        past = os.open(folder / "past", os.O_WRONLY | os.O_NONBLOCK)
    except OSError:
        raise SystemExit(WITH_THE_TOOL) from None
    child = os.fork()
    if child:
        for descriptor in (into, out, past):
            os.close(descriptor)
        return {"pid": child}
    try:
        os.setsid()
        for descriptor in (into, out, past):
            os.set_blocking(descriptor, True)
        own = channel.replaced(into=into, out=out, past=past)
        if user is not None:
            become(user)
        os.dup2(past, 1)
        os.dup2(past, 2)
        say_hello(own)
        answer_messages(own, engine)
    finally:
        os._exit(1)


def become(user: int) -> None:
    """Be another user from now on, of no group of ours: root alone can."""
    os.setgroups([])
    os.setgid(user)
    os.setuid(user)


def _state(child: int) -> dict[str, Any]:
    """Tell how a child ended: its exit code, or minus the signal; None while it runs."""
    try:
        pid, status = os.waitpid(child, os.WNOHANG)
    except ChildProcessError:
        return {"code": 0}
    return {"code": os.waitstatus_to_exitcode(status) if pid else None}


def _killed(child: int) -> dict[str, Any]:
    """End a child and its group, unless it has ended; tell how."""
    state = _state(child)
    runs = state["code"] is None
    for end in (os.killpg, os.kill) if runs else (os.killpg,):
        with suppress(OSError):
            end(child, signal.SIGKILL)
    if runs:
        with suppress(ChildProcessError):
            os.waitpid(child, 0)
    return state


# What a worker left behind


def _sweep(alone: bool, beside: int | None) -> None:
    """End all that workers have left, however it got away from them; `beside` is one that may stay.

    `alone`: this process and they have a world of processes to themselves. Otherwise what became this
    process's own children is ended, as orphans do. In such a world the one beside ends, too, where there is
    anything to end: one signal to all leaves nothing the time to start more.
    """
    if alone and os.getppid() == 1 and Path("/proc/1/comm").read_text().strip() == "bwrap":
        if beside is not None and _everyone() <= {1, os.getpid(), beside}:
            return
        with suppress(OSError):
            os.kill(-1, signal.SIGKILL)
    for _ in range(1000):  # each that ends may leave children of its own
        left = [pid for pid in _children() if pid != beside]
        if not left:
            break
        for pid in left:
            with suppress(OSError):
                os.kill(pid, signal.SIGKILL)
        for pid in left:
            with suppress(OSError):
                os.waitpid(pid, 0)


def _everyone() -> set[int]:
    return {int(name) for name in os.listdir("/proc") if name.isdigit()}  # noqa: PTH208 - no more than names


def _children() -> list[int]:
    try:
        return [int(pid) for pid in Path(f"/proc/self/task/{os.getpid()}/children").read_text().split()]
    except OSError:
        return []

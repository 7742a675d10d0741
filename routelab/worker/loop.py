"""The worker's life: a hello, then message after message, until the tool is gone.

It knows how messages come and go, and nothing of what they ask for.
"""

from __future__ import annotations

import os
import signal
import sys
from _thread import get_native_id, interrupt_main, start_new_thread
from os import _exit  # held here: an app may put something else in its place
from queue import SimpleQueue
from typing import TYPE_CHECKING, Any, NoReturn, TypeAlias

from routelab.endcodes import BROKEN, WITH_THE_TOOL
from routelab.ownthreads import OWN
from routelab.worker.channel import Channel, open_channel
from routelab.worker.copying import Copies

if TYPE_CHECKING:
    from routelab.worker.service import Service

Message: TypeAlias = dict[str, Any]


def serve(token: str, tool: int, engine: str) -> None:
    """Say hello, and answer messages from then on; meanwhile the engine is loaded."""
    channel = open_channel(token, tool)
    say_hello(channel)
    answer_messages(channel, engine)


def say_hello(channel: Channel) -> None:
    """Tell which Python this is, and which process."""
    version = "{}.{}.{}".format(*sys.version_info[:3])
    channel.write({"python": version, "pid": os.getpid()})


def answer_messages(channel: Channel, engine: str) -> None:
    """Answer messages until there are no more; the app runs in this, the main, thread."""
    leave, code = _exit, BROKEN  # an app may take any name away, of this module and of Python's own
    try:
        _answer_messages(channel, engine)
    finally:  # a traceback of ours would be told as what the app wrote
        leave(code)


def _answer_messages(channel: Channel, engine: str) -> None:
    messages: SimpleQueue[Message] = SimpleQueue()
    copies = Copies(channel)
    start_new_thread(_listen, (channel, copies, messages))
    try:
        from routelab.worker.service import Service, prepare  # the tool is said hello to before

        prepare(engine)
        service = Service(channel)
    except Exception as error:  # there is no app yet, so it is none that failed
        _tell_failure(error, channel, messages.get())
    while True:
        try:
            message = messages.get()
            if message["do"] == "copy":
                _copy(message, service, copies, channel)
                start_new_thread(_listen, (channel, copies, messages))
            elif message["do"] == "begin_again":
                _begin_again(message, service, copies, channel)
            else:
                service.answer(message)
        except KeyboardInterrupt:
            continue  # it came when nothing ran any more


def _tell_failure(error: Exception, channel: Channel, message: Message) -> NoReturn:
    """Answer the first message with what failed here; there will be no more."""
    if isinstance(error, ImportError) and not (error.name or "").startswith("routelab"):
        text = (
            f"{sys.executable} cannot run Flask apps: {error}; install Flask 3.0 or later there, or name "
            "another interpreter with --python"
        )
        said = {"error": text, "exit_code": 1, "no_app": False}
    else:
        said = _failed_before_app(error)
    channel.write({"id": message["id"], **said})
    _exit(BROKEN)


def _failed_before_app(error: Exception) -> Message:
    """Tell of a failure that is ours, since there was no app yet."""
    from traceback import format_exception  # a worker that serves has it from elsewhere

    return {"failed": "".join(format_exception(error)), "before_app": True}


def _copy(message: Message, service: Service, copies: Copies, channel: Channel) -> None:
    """Let a copy of this process answer what follows, until it leaves; nobody listens meanwhile."""
    made = copies.may_be_made(service.folder)
    number = None
    if made and not message["last"]:
        try:
            service.make_ready()
            number = copies.make()
        except Exception:  # there is no room for another, or the app took away what this needs
            made = False
    channel.write({"id": message["id"], "copied": made} if number is None else {"id": number})


def _begin_again(message: Message, service: Service, copies: Copies, channel: Channel) -> None:
    """Let the app go, for another to be loaded; not where it left anything that runs."""
    reply: Message = {"begun": False}
    if copies.nothing_else_runs():
        try:
            reply = {"begun": service.begin_again()}
        except Exception as error:  # an app may have taken away what this needs
            if not service.had_app:
                reply = _failed_before_app(error)
    copies.forget()
    channel.write({"id": message["id"], **reply})


def _listen(channel: Channel, copies: Copies, messages: SimpleQueue[Message]) -> None:
    """Take messages in while the app runs, too: it may have to be interrupted, or to end with the tool."""
    hears = True
    copies.listener = get_native_id()
    OWN.clear()  # where this process was forked, the one before it is not here
    OWN.add(copies.listener)
    try:
        while hears and (message := channel.read()) is not None:
            match message["do"]:
                case "interrupt":
                    interrupt_main()
                case "end":
                    break
                case "leave":
                    copies.leave(message["id"])
                case "copy":  # which is made while no other thread runs
                    hears = False
                    messages.put(message)
                case _:
                    messages.put(message)
    finally:  # also where the app took away what reading needs: nobody else would hear of the tool's end
        if hears:
            end_with_children()


def end_with_children() -> None:
    """End this process at once, and what the app has started in its group."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    _exit(WITH_THE_TOOL)

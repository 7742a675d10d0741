"""The worker's life: a hello, then message after message, until the tool is gone.

It knows how messages come and go, and nothing of what they ask for.
"""

from __future__ import annotations

import os
import signal
import sys
from _thread import interrupt_main, start_new_thread
from queue import SimpleQueue
from typing import Any

from routelab.worker.channel import Channel, open_channel

ENDED_WITH_THE_TOOL = 75


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
    messages: SimpleQueue[dict[str, Any]] = SimpleQueue()
    start_new_thread(_listen, (channel, messages))
    from routelab.worker.service import Service, prepare

    prepare(engine)
    service = Service(channel)
    while True:
        try:
            message = messages.get()
            service.answer(message)
        except KeyboardInterrupt:
            continue  # it came when nothing ran any more


def _listen(channel: Channel, messages: SimpleQueue[dict[str, Any]]) -> None:
    """Take messages in while the app runs, too: it may have to be interrupted, or to end with the tool."""
    try:
        while (message := channel.read()) is not None:
            if message["do"] == "interrupt":
                interrupt_main()
            elif message["do"] == "end":
                break
            else:
                messages.put(message)
    finally:  # also where the app took away what reading needs: nobody else would hear of the tool's end
        end_with_children()


def end_with_children() -> None:
    """End this process at once, and what the app has started in its group."""
    if hasattr(os, "killpg") and os.getpgrp() == os.getpid():
        os.killpg(os.getpid(), signal.SIGKILL)
    os._exit(ENDED_WITH_THE_TOOL)

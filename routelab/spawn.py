"""Start the process of a worker, and nothing more: so little that a command can do it before it loads itself.

It knows interpreters and pipes, and neither messages nor apps.
"""

from __future__ import annotations

import os
import subprocess

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

_PACKAGE = os.path.dirname(os.path.abspath(__file__))  # noqa: PTH100, PTH120 - pathlib takes a while to load
_BOOTSTRAP = os.path.join(_PACKAGE, "worker", "bootstrap.py")  # noqa: PTH118


class Spawned:
    """A process that was started as a worker: what it was started for, and its pipes.

    `within` are the words of a command that runs it, a sandbox's; `environ` is its environment, this one's
    where it is None.
    """

    def __init__(
        self, python: str, role: str, *, within: Sequence[str] = (), environ: Mapping[str, str] | None = None
    ) -> None:
        self.python, self.role = python, role
        # Marks the worker's own lines and marks among what an app or an interpreter writes.
        self.token = os.urandom(8).hex()
        self.process = subprocess.Popen(
            [*within, python, _BOOTSTRAP, self.token, _PACKAGE, role],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
            env=environ,
            # A group of its own: Ctrl-C comes to it through the tool, and its children end with it.
            start_new_session=os.name == "posix",
            creationflags=getattr(subprocess, "CREATE_NEW_PROCESS_GROUP", 0),
        )

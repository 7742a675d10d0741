"""Start the worker that a command line is going to want, before the command itself is loaded.

It guesses from a few words of the line and looks at nothing else: a wrong guess costs a process, no answer.
"""

from __future__ import annotations

import os
import sys

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    from collections.abc import Sequence

    from routelab.spawn import Spawned

_HELP = ("-h", "--help")
_NAME_A_LESSON = ("learn", "demo", "explain")  # or what came with routelab like one
_SAY_AN_APP = ("wsgi.py", "app.py", ".flaskenv", ".env")
ENVIRONMENT = ("ROUTELAB_PYTHON", "VIRTUAL_ENV")

started: list[Spawned] = []  # each taken by whoever wants a worker of that interpreter and that engine


def start_ahead(command: str, arguments: Sequence[str]) -> None:
    """Start a worker in the tool's own interpreter, unless another one may be wanted, or none."""
    if any(word in arguments for word in _HELP) or _value_of("--python", arguments) is not None:
        return
    if any(os.environ.get(name, sys.prefix) != sys.prefix for name in ENVIRONMENT):
        return
    from routelab.spawn import Spawned  # only where a worker is started

    guess = _engine_of_lesson if command in _NAME_A_LESSON else _engine_of
    engine = _value_of("--engine", arguments) or guess(arguments)
    if engine in ("auto", "routelab", "flask"):
        # A page that explains a mistake runs the app that has it, and then its fix.
        count = 2 if command == "explain" else 1
        kind = "parent" if command == "demo" else "app"  # of one that forks them, for each line of a demo
        started.extend(Spawned(sys.executable, f"{kind}:{engine}") for _ in range(count))


def take(python: str, role: str) -> Spawned | None:
    """Return the worker that was started ahead, if it is the one that is wanted; see `Spawned.role`."""
    while started:
        spawned = started.pop()
        if spawned.python == python and spawned.role == role:
            return spawned
        spawned.process.kill()
        spawned.process.communicate()
    return None


def let_go() -> None:
    """End what nobody took: the command needed no app, or another interpreter or engine."""
    take("", "")


def _engine_of(arguments: Sequence[str]) -> str:
    """Guess the engine: what came with routelab runs on its own."""
    named = _value_of("-A", arguments) or _value_of("--app", arguments)
    named = named or os.environ.get("ROUTELAB_APP") or os.environ.get("FLASK_APP")
    if named is None:
        here = any(os.path.isfile(name) for name in _SAY_AN_APP)  # noqa: PTH113
        return "auto" if here else "routelab"
    is_path = any(sign in named for sign in ":./\\") or os.path.exists(named)  # noqa: PTH110
    return "auto" if is_path or not named.replace("-", "").isalnum() else "routelab"


def _engine_of_lesson(arguments: Sequence[str]) -> str | None:
    """Guess the engine of the lesson that is named; None where none is: a list runs no app."""
    named = next((word for word in arguments if not word.startswith("-")), None)
    if named is None:
        return None
    return "auto" if os.path.exists(named.partition("/")[0] or "/") else "routelab"  # noqa: PTH110


def _value_of(option: str, arguments: Sequence[str]) -> str | None:
    for number, word in enumerate(arguments):
        if word == option:
            return arguments[number + 1] if number + 1 < len(arguments) else ""
        if word.startswith(f"{option}=") or (len(option) == 2 and word.startswith(option)):
            return word[len(option) :].removeprefix("=")
    return None

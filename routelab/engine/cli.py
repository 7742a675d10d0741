"""LOAD: the commands that an app adds for Flask's command line. They are written down here, and never run.

It knows names and functions, and nothing of click.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from .tables import naming

if TYPE_CHECKING:
    from collections.abc import Callable

    from .typing import AnyFunction


class AppGroup:
    """Commands under one name: `app.cli`, that of each blueprint, and those that an app makes itself."""

    def __init__(self, name: str | None = None, **_: Any) -> None:
        self.name = name
        self.commands: dict[str, Any] = {}

    def add_command(self, cmd: Any, name: str | None = None) -> None:
        """Write down a command: one of click's, a group, or just a function."""
        name = name or getattr(cmd, "name", None) or cmd.__name__.replace("_", "-")
        self.commands[name] = cmd

    def command(self, name: str | None = None, **_: Any) -> Callable[[AnyFunction], AnyFunction]:
        return naming(self.add_command, name)

    def group(self, name: str | None = None, **_: Any) -> Callable[[AnyFunction], AppGroup]:
        """Make a group of the decorated function."""

        def decorator(function: AnyFunction) -> AppGroup:
            group = AppGroup(name or function.__name__)
            self.add_command(group)
            return group

        return decorator


def with_appcontext(f: AnyFunction) -> AnyFunction:
    """Leave a command as it is: the one who would push a context for it is the command line."""
    return f

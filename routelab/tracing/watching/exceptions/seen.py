"""The exceptions of one request: which of them a step tells of, and the one that escaped.

It knows nothing of stages, and holds no exception once it has been told to forget them.
"""

from __future__ import annotations

from collections.abc import Callable

from routelab.lacking_names import lacking_words
from routelab.removed_names import removed_name
from routelab.tracing.facts import Escaped, Note
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.code.values import message_of
from routelab.tracing.watching.exceptions.raised import suggestion_for
from routelab.tracing.watching.exceptions.tracebacks import traceback_text
from routelab.tracing.watching.guard import Guard
from routelab.tracing.watching.recorded import NotesTaken


class SeenExceptions:
    """Exceptions as they come by; `escaped` describes the last one that no handler of its own took."""

    def __init__(self, sources: Sources, guard: Callable[[str], Guard], notes: NotesTaken) -> None:
        self._sources, self._guard, self._notes = sources, guard, notes
        self.escaped: Escaped | None = None
        self.escaping: BaseException | None = None  # the one that `escaped` describes
        self._told: tuple[BaseException, ...] = ()

    def tells(self, error: BaseException) -> None:
        """Know that a step says what came out of it."""
        if not self.is_told(error):
            self._told += (error,)

    def is_told(self, error: BaseException) -> bool:
        """Tell whether a step has told of this exception."""
        return any(each is error for each in self._told)

    def escapes(self, error: BaseException) -> None:
        """Note an exception that no handler of its own took."""
        self.escaping = error
        self.escaped = Escaped(type=type(error).__name__, message=message_of(error))
        with self._guard("the way of an exception"):
            self.escaped = self.escaped.replace(
                frames=self._sources.frames(error),
                traceback=self.traceback(error),
                suggestion=suggestion_for(error, self._sources),
            )
            removed = removed_name(error)
            if removed is not None:
                self._notes.add(Note(code="name_removed", text=removed.text))
            elif (lacking := lacking_words(error)) is not None:
                self._notes.add(Note(code="engine_lacks_name", text=lacking))

    def traceback(self, error: BaseException) -> str:
        """Write out an exception's whole way, without our own frames."""
        return traceback_text(error, self._sources.own_file)

    def forget(self) -> None:
        """Let go of the exceptions, which hold all that was on their way."""
        self.escaping, self._told = None, ()

"""The loop: show a reply, do what it asks for, read a line, answer it.

It knows a session, and a terminal by four things that it can do; it must not know which terminal.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Protocol

from routelab.bugreport import write_report
from routelab.errors import RoutelabError, SystemRefused
from routelab.session.lines import is_unfinished
from routelab.session.reply import Message, MessageKind, OpenEditor, Prompt, Quit, Reply, SaveTrace, saying
from routelab.session.session import Session

if TYPE_CHECKING:
    from routelab.tracing.trace import Trace

# The conversation ends with them: what was typed is at its end, or nobody is there to be told.
_NOT_OURS = (RoutelabError, EOFError, BrokenPipeError)
_WAY_OUT = Message(text="quit, or Ctrl-D, leaves; what you have done is kept.")


class Terminal(Protocol):
    """What reads and shows."""

    def show(self, reply: Reply) -> None:
        """Show what a reply holds."""

    def read(self, prompt: Prompt, line: str) -> str | None:
        """Read a line, beginning with `line`; None when a file was saved meanwhile.

        Raises EOFError at the end, and KeyboardInterrupt where the line was given up.
        """

    def read_more(self) -> str:
        """Read the next line of a command that goes on."""

    def open_editor(self, file: Path) -> str | None:
        """Open a file, and return what is to be said where that did not work."""


def converse(session: Session, terminal: Terminal, which: str | None = None) -> None:
    """Talk until the learner leaves."""
    reply, given_up = session.opening(which), False
    while True:
        _show(session, terminal, reply)
        match reply.action:
            case Quit():
                return
            case OpenEditor(file=file):
                try:
                    _open(session, terminal, file)
                except KeyboardInterrupt:
                    terminal.show(saying("Stopped."))  # what the editor's file came to was not shown
            case SaveTrace(trace=trace, file=file):
                terminal.show(Reply(items=(_saved(trace, file),)))
            case None:
                pass
        try:
            reply, given_up = _next(session, terminal, reply), False
        except EOFError:
            terminal.show(session.leaving())
            return
        except KeyboardInterrupt:
            # Who presses it twice wants to leave.
            reply = session.interrupted().replace(items=(_WAY_OUT,) if given_up else ())
            given_up = True


def _next(session: Session, terminal: Terminal, reply: Reply) -> Reply:
    typed = terminal.read(reply.prompt, reply.line)
    while typed is not None and is_unfinished(typed):
        typed = f"{typed}\n{terminal.read_more()}"
    return _guarded(session, typed)


def _guarded(session: Session, typed: str | None) -> Reply:
    """Answer; Ctrl-C while something runs ends that, not the session."""
    try:
        return session.look() if typed is None else session.answer(typed)
    except KeyboardInterrupt:
        return session.interrupted().replace(items=(Message(text="Stopped."),))
    except _NOT_OURS:
        raise
    except Exception as error:
        return session.interrupted().replace(items=(_told(error, typed or "a file was saved"),))


def _show(session: Session, terminal: Terminal, reply: Reply) -> None:
    """Show a reply; where that fails, say so in its place: the prompt comes back."""
    try:
        terminal.show(reply)
    except _NOT_OURS:
        raise
    except Exception as error:
        terminal.show(session.interrupted().replace(items=(_told(error, "a reply was shown"),)))


def _saved(trace: Trace, file: Path) -> Message:
    from routelab.screen.saved import saved_trace  # few ask
    from routelab.wholefile import write_whole

    try:
        write_whole(file, saved_trace(trace, file.suffix))
    except OSError as error:
        return _wrong(f"{file} cannot be written: {error.strerror or error}.")
    except ValueError:  # a NUL in the name
        return _wrong(f"{str(file)!r} is not a file name.")
    return Message(text=f"Saved in {file.absolute()}; passwords, tokens and cookies are left out.")


def _told(error: Exception, typed: str) -> Message:
    """Say what the system refused, or else that it is a bug of ours."""
    refused = SystemRefused.by(error)
    return _our_bug(error, typed) if refused is None else _wrong(str(refused))


def _our_bug(error: Exception, typed: str) -> Message:
    report = write_report(error, typed)
    where = "The report could not be written." if report is None else f"Please send us the report: {report}"
    text = f"That is a bug in routelab, not in what you typed. Nothing of yours is lost. {where}"
    return _wrong(text)


def _wrong(text: str) -> Message:
    return Message(text=text, kind=MessageKind.WRONG)


def _open(session: Session, terminal: Terminal, file: Path) -> None:
    problem = terminal.open_editor(file)
    if problem is not None:
        terminal.show(saying(problem))
    elif session.has_news():
        terminal.show(session.look())

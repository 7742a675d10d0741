"""The command line: find the command, run it, and turn what went wrong into one line and an exit code.

It knows no command's options; those stand in the command's own module.
"""

from __future__ import annotations

import atexit
import gc
import os
import sys

from routelab.ahead import let_go, start_ahead
from routelab.endsignals import EndedBySignal, end_at_once, hear_them, signal_behind
from routelab.errors import OUR_BUG, RoutelabError, SystemRefused, UsageError
from routelab.version import VERSION

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import ModuleType
    from typing import NoReturn

# One line a command; its module is imported only when it is called.
COMMANDS = {
    "learn": "learn in lessons with tasks; the same as no command at all",
    "play": "send requests to an app from a prompt",
    "request": "send one simulated request to an app and see each step",
    "match": "ask the router alone what it decides about a request",
    "routes": "list an app's rules in the order in which the router decides",
    "build": "build a URL as url_for does, and see how",
    "audit": "find rules that never win, duplicates and traps in an app",
    "explain": "explain a finding, such as R402, with the smallest app that has it",
    "demo": "show a class how a request is routed, one thing at a time",
    "handout": "write a lesson as one page, to read and to print",
    "web": "write the course as a site that runs in a browser's tab",
    "share": "write an app and a request as a link to such a site",
    "grade": "grade a class's submissions, each in a process of its own",
    "check": "prove lessons: every task can be done, and every claim is true",
    "new": "write a first lesson, to be changed into your own",
    "progress": "show what you have finished, take it along, or forget a lesson",
}
# In `--help`, as people look for them.
GROUPS = {
    "Learn": ("learn", "progress", "explain"),
    "Ask an app": ("request", "play", "match", "routes", "build", "audit"),
    "Teach": ("demo", "handout", "grade", "web", "share"),
    "Write lessons": ("new", "check"),
}
# These load one app, in a worker that starts while they are loaded.
_ASK_AN_APP = ("learn", "demo", "explain", "play", "request", "match", "routes", "build", "audit")
# These read requests, and say what is wrong with their text and where.
_READ_TEXT = ("request", "match", "demo", "share")
# New ones until the collector looks at them. Modules and records are no garbage, and a start makes 100,000.
_OBJECTS = 20_000
# Names of the package that people take for commands.
_IN_PYTHON = ("watch", "load")
INTERRUPTED = 130


class NoSuchText(UsageError):
    """A word has a character that no system hands over, and that no file's name can have."""

    def __init__(self, word: str) -> None:
        super().__init__(f"{word!r} is not valid text, and nothing can have that name; type it again")


def main(argv: Sequence[str] | None = None) -> int:
    """Run one command and return its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    try:
        code = _dispatch(arguments)
        sys.stdout.flush()  # that it cannot be written is told here, not by Python when it ends
        return code
    except EndedBySignal as ended:
        return _ended(ended)
    except SystemExit as leaving:  # argparse leaves so after --help
        return leaving.code if isinstance(leaving.code, int) else 0
    except KeyboardInterrupt:
        return INTERRUPTED
    except BrokenPipeError:  # the reader (head, less) has left
        return 0
    except Exception as error:
        if (ended_by := signal_behind(error)) is not None:
            return _ended(ended_by)
        if isinstance(error, RoutelabError):
            return _told(error)
        refused = SystemRefused.by(error)
        return _our_bug(error, arguments) if refused is None else _told(refused)


def run() -> NoReturn:
    """Run `main` as a program: whatever the standard streams are, and whatever threads were left behind."""
    from routelab import streams  # the worker starts before it is loaded

    gc.set_threshold(_OBJECTS)
    try:
        streams.prepare()
        hear_them()
        code = main()
    except streams.OutputLost as error:
        code = _told(error)
    except KeyboardInterrupt:  # it came when what ended the command was being told
        code = INTERRUPTED
    except EndedBySignal as ended:
        code = _ended(ended)
    end_at_once()
    # Else Python would wait for such threads, and take apart, one by one, all that was loaded.
    atexit._run_exitfuncs()
    streams.finish()
    os._exit(code)


def _complain(*lines: str) -> None:
    from routelab.screen.telling import complain  # most commands have nothing to complain of

    complain(*lines)


def _ended(ended: EndedBySignal) -> int:
    _complain(f"routelab: {ended}")
    return ended.exit_code


def _told(error: RoutelabError) -> int:
    line, *details = error.lines
    _complain(f"routelab: {line}", *details)
    return error.exit_code


def _dispatch(arguments: list[str]) -> int:
    if not arguments:
        arguments = ["learn"]
    if arguments[0] == "help" and len(arguments) > 1:
        arguments = [arguments[1], "--help"]
    if arguments[0] in ("-h", "--help", "help"):
        sys.stdout.write(f"{_help()}\n")
        return 0
    if arguments[0] in ("-V", "--version"):
        sys.stdout.write(f"routelab {VERSION}\n")
        return 0
    name, *rest = arguments
    if name not in COMMANDS:
        raise UsageError(f"{name!r} is not a command; {_meant(name, rest)}")
    if rest in (["-h"], ["--help"]):
        from routelab.commands.parser import kept_parser  # argparse takes a while

        kept_parser(name).print_help()
        return 0
    if name not in _READ_TEXT:
        _check_words(rest)
    os.getcwd()  # noqa: PTH109 - where there is no folder any more, that is said before anything is done
    if not sys.executable:  # a program started Python under another name, or none
        raise RoutelabError(
            "this Python does not know where it is, nor its packages; start it by its own path"
        )
    if name in _ASK_AN_APP:
        start_ahead(name, rest)
    try:
        command = _imported(name)
        if name in _ASK_AN_APP and sys.stdout.isatty() and sys.stderr.isatty():
            _tell_of_waiting()
        code: int = command.main(rest)
    finally:
        let_go()
    return code


def _meant(word: str, rest: list[str]) -> str:
    """Say what may be meant by a first word that is no command."""
    if word.isupper() or word.startswith("/"):
        import shlex  # only for those who mistype

        return f"to send a request, type: routelab request {shlex.join([word, *rest])}"
    if word in _IN_PYTHON:
        return f"it is a call in Python, routelab.{word}(...); routelab --help lists the commands"
    from routelab.nearest import did_you_mean  # as above
    from routelab.session.places import known_in

    if where := known_in(word):
        return f"type it at the prompt, {where}; routelab learn opens one"

    return did_you_mean(word, COMMANDS, "routelab --help lists them")


def _tell_of_waiting() -> None:
    # Nearly all of these load them, and not before the worker starts.
    from routelab.screen.telling import tell_waiting
    from routelab.waiting import WAITING

    WAITING.teller = tell_waiting


def _check_words(words: list[str]) -> None:
    for word in words:
        try:
            os.fsencode(word)
        except UnicodeEncodeError:
            raise NoSuchText(word) from None
        if "\0" in word:
            raise NoSuchText(word)


def _imported(name: str) -> ModuleType:
    """Import a command."""
    module = f"routelab.commands.{name}"
    if module in sys.modules:
        return sys.modules[module]
    import importlib  # here the worker has been started

    from routelab.uncollected import Uncollected

    with Uncollected():
        return importlib.import_module(module)


def _help() -> str:
    import textwrap  # few ask

    from routelab.streams import columns

    room = max(20, min(columns(), 80))
    width = max(map(len, COMMANDS)) + 5

    def wrapped(text: str, first: str = "", below: str = "") -> str:
        return textwrap.fill(
            text, room, initial_indent=first, subsequent_indent=below, break_on_hyphens=False
        )

    def row(name: str) -> str:
        return wrapped(COMMANDS[name], f"  {name}".ljust(width), " " * (width if room >= 40 else 4))

    groups = ("\n".join((f"{group}:", *map(row, names))) for group, names in GROUPS.items())
    return "\n\n".join(
        (
            wrapped(f"routelab {VERSION}: watch a web request find its Python function."),
            wrapped("usage: routelab COMMAND [options] ...", below="  "),
            *groups,
            wrapped("routelab help COMMAND tells more. Try: routelab request GET /user/alice"),
        )
    )


def _our_bug(error: Exception, arguments: list[str]) -> int:
    from routelab.bugreport import text_of  # not needed as long as all goes well

    _complain(
        *text_of(error, " ".join(arguments)).split("\n"),
        f"routelab: this is a bug in routelab {VERSION}, not in your code. Please report it,",
        "with the lines above.",
    )
    return OUR_BUG

"""Options that several commands take, and the parser that reads them.

It knows names, values and help texts; what an option does is the command's business.
"""

from __future__ import annotations

import argparse
import textwrap
from collections.abc import Sequence
from typing import Any, NoReturn

from routelab.errors import UsageError
from routelab.fates import Policy
from routelab.screen.media import MEDIA


class _Help(argparse.RawDescriptionHelpFormatter):
    """Fills the paragraphs of a description for the terminal; lines that are indented stay lines."""

    def add_usage(self, usage: str | None, actions: Any, groups: Any, prefix: str | None = None) -> None:
        folded = None if usage is None else "\n".join(_folded(f"usage: {usage}", self._width))[7:]
        super().add_usage(folded, actions, groups, prefix)

    def _fill_text(self, text: str, width: int, indent: str) -> str:
        return "\n".join(indent + line for each in _paragraphs(text) for line in _folded(each, width))


def _paragraphs(text: str) -> list[str]:
    """Join the lines of a paragraph; a line that is indented, or follows one, stands alone."""
    joined: list[str] = []
    for line in text.splitlines():
        alone = not joined or not joined[-1] or not line or line[0] == " " or joined[-1][0] == " "
        joined = [*joined, line] if alone else [*joined[:-1], f"{joined[-1]} {line}"]
    return joined


def _folded(text: str, width: int) -> list[str]:
    if len(text) <= width:
        return [text]
    indent = len(text) - len(text.lstrip())
    below = " " * (indent + 2 if indent or text.startswith("usage:") else 0)
    return textwrap.wrap(text, width, subsequent_indent=below, break_on_hyphens=False) or [""]


class Parser(argparse.ArgumentParser):
    """An argument parser whose complaint is one line, and an error like any other."""

    def __init__(self, command: str, usage: str, description: str) -> None:
        super().__init__(
            prog=f"routelab {command}",
            usage=f"routelab {command} {usage}",
            description=description,
            formatter_class=_Help,
            allow_abbrev=False,
        )

    def error(self, message: str) -> NoReturn:
        """Raise instead of leaving."""
        raise UsageError(f"{message}; {self.prog} --help lists the options")

    def own_and_rest(self, arguments: Sequence[str]) -> tuple[argparse.Namespace, list[str]]:
        """Read the command's own options, and return the words of the request line.

        From a word `curl` on, where a request begins, all words are curl's: it has options of the same names.
        """
        for place, word in enumerate(arguments):
            if word.lower() == "curl" and len(arguments) > place + 1:
                try:
                    options, before = self.parse_known_args(arguments[:place])
                except UsageError:  # it is an option's value
                    continue
                if not before:
                    return options, list(arguments[place:])
        return self.parse_known_args(arguments)

    def option_names(self) -> tuple[str, ...]:
        """Return all options, short and long."""
        return tuple(self._option_string_actions)


def add_app_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that choose an app and what runs it."""
    parser.add_argument(
        "-A",
        "--app",
        metavar="APP",
        help="the app: a file, a folder, module:name, module:factory, or a lesson's number or name "
        "(default: ROUTELAB_APP, FLASK_APP, wsgi.py or app.py here, else the playground)",
    )
    parser.add_argument(
        "--python",
        metavar="PATH",
        help="the app's interpreter, or the folder of its virtual environment "
        "(default: ROUTELAB_PYTHON, an active VIRTUAL_ENV, else routelab's own)",
    )
    parser.add_argument(
        "--engine",
        choices=("auto", "routelab", "flask"),
        default="auto",
        help="what runs the app (default: auto, which is real Flask where it is installed; "
        "the bundled lessons run on routelab)",
    )


def add_format_option(parser: argparse.ArgumentParser) -> None:
    """Add the choice of output, and where it goes."""
    parser.add_argument(
        "--format",
        choices=tuple(MEDIA),
        help="how the result is written (default: rich on a terminal, plain in a pipe); svg is a picture, "
        "html a page that plays it",
    )
    parser.add_argument("-o", "--output", metavar="FILE", help="write the result to a file")
    parser.add_argument(
        "--redact",
        action=argparse.BooleanOptionalAction,
        help="leave out passwords, tokens, credentials and cookies (default: for svg and html)",
    )


def add_jar_option(parser: argparse.ArgumentParser) -> None:
    """Add the choice of the client whose way cookies go."""
    parser.add_argument(
        "--jar",
        choices=tuple(policy.value for policy in Policy),
        default=Policy.BROWSER.value,
        help="keep and send cookies as a browser does, which refuses some (the default), "
        "or as Flask's test client does",
    )


def seconds(text: str) -> float:
    """Read a positive number of seconds."""
    number = float(text)
    if not 0 < number <= 3600:
        raise argparse.ArgumentTypeError("give seconds above 0, up to 3600")
    return number

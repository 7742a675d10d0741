"""The parser of a command's options: its complaints are one line, and its help fits the terminal.

It knows no option. Help is shown without the command itself, which takes three times as long to load: what it
says is kept in help.json, and a test holds the two together.
"""

from __future__ import annotations

import argparse
import json
import os
import textwrap
from collections.abc import Sequence

from routelab.errors import UsageError
from routelab.requestline.copied import words_without_wrapping
from routelab.streams import columns

TYPE_CHECKING = False  # type checkers know this name; to load `typing` takes a while
if TYPE_CHECKING:
    from typing import Any, NoReturn

KEPT = os.path.join(os.path.dirname(__file__), "help.json")  # noqa: PTH118, PTH120 - so does pathlib

_UNKNOWN = "unrecognized arguments: "  # as argparse begins to say so
_LACKING = "arguments are required"  # argparse's own words


class _Help(argparse.RawDescriptionHelpFormatter):
    """Fills the paragraphs of a description for the terminal; lines that are indented stay lines."""

    def __init__(self, prog: str) -> None:
        super().__init__(prog, width=columns() - 2)  # as wide as it would find out itself, by a longer way

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
        unknown = message.removeprefix(_UNKNOWN)
        said = message if unknown == message else self._not_known(unknown.split(" ")[0])
        raise UsageError(f"{said}{'' if said.endswith('?') else ';'} {self.prog} --help lists the options")

    def _not_known(self, word: str) -> str:
        if not word.startswith("-"):
            return f"{word!r} is one word too many"
        from routelab.nearest import nearest  # only for those who mistype

        near = nearest(word.partition("=")[0], self.option_names())
        return f"there is no option {word!r}" + (f"; did you mean {near}?" if near else "")

    # Nobody hands in a namespace of another class.
    def parse_args(  # type: ignore[override]
        self, args: Sequence[str] | None = None, namespace: argparse.Namespace | None = None
    ) -> argparse.Namespace:
        """Read the command's options, which may stand anywhere, also between the words that it takes."""
        try:
            return super().parse_intermixed_args(args, namespace)
        except UsageError as error:
            if _LACKING in str(error):
                super().parse_args(args, namespace)  # which names the words that are missing, too
            raise

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
                if not words_without_wrapping(before):
                    return options, list(arguments[place:])
        options, words = self.parse_known_args(arguments)
        return options, words_without_wrapping(words)

    def kept_help(self) -> dict[str, Any]:
        """Return what its help says, as JSON: `routelab.commands` keeps that of each command."""
        said = self._get_formatter()
        return {
            "usage": self.usage,
            "description": self.description,
            "options": [
                {
                    "words": action.option_strings or [action.dest],
                    "takes": action.nargs,
                    "metavar": action.metavar,
                    "choices": None if action.choices is None else list(action.choices),
                    "help": said._expand_help(action),
                }
                for action in self._actions
                if "--help" not in action.option_strings
            ],
        }

    def option_names(self) -> tuple[str, ...]:
        """Return all options, short and long."""
        return tuple(self._option_string_actions)


def kept_parser(command: str) -> Parser:
    """Return a parser with the help of a command, which need not be loaded for that."""
    with open(KEPT, encoding="utf-8") as file:  # noqa: PTH123
        kept = json.load(file)[command]
    parser = Parser(command, "", kept["description"])
    parser.usage = kept["usage"]
    for option in kept["options"]:
        words, said = option["words"], option["help"].replace("%", "%%")
        if option["takes"] == 0:
            parser.add_argument(*words, action="store_true", help=said)
        else:
            parser.add_argument(
                *words,
                nargs=option["takes"],
                metavar=option["metavar"],
                choices=option["choices"],
                help=said,
            )
    return parser

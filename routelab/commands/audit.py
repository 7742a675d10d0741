"""`routelab audit`: rules that can never win, doubles and traps, for people and for CI.

It reads options and writes findings; the lab finds them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from routelab.commands.apps import load_for_its_router
from routelab.commands.options import add_app_options, add_format_option
from routelab.commands.output import write
from routelab.commands.parser import Parser
from routelab.routing.finding import FindingCode, Level
from routelab.screen.routing_json import audit_document
from routelab.screen.shown.router import audit_blocks

_USAGE = "[options]"
_DESCRIPTION = """\
Check an app's rules: rules that no URL tried or no host reaches, the same rule twice, rules whose order
decides, query strings in rules, methods that no client sends, views that do not take what their rules give
them. The app's converters are asked about made-up values; no view runs.

Routes of the app's files that are in no table are noted, and leave the exit code as it is.

A finding is an error, a warning or an info: the last is a pattern of Flask's own, or of a library's. The exit
code is 1 when one is a warning or worse; --level moves that.
"""


def main(arguments: Sequence[str]) -> int:
    """Print the findings; return 1 where one of them is of the level that was asked for, or graver."""
    parser = Parser("audit", _USAGE, _DESCRIPTION)
    add_app_options(parser)
    add_format_option(parser)
    parser.add_argument(
        "--ignore",
        action="append",
        default=[],
        type=_code,
        metavar="CODE",
        help="a code to leave out, such as R103",
    )
    parser.add_argument(
        "--level",
        choices=[level.value for level in Level],
        default=Level.WARNING.value,
        help="the lowest level of a finding that makes the exit code 1 (default: warning)",
    )
    options = parser.parse_args(arguments)
    lab = load_for_its_router(options, playground=False)
    found = lab.audit()
    kept = tuple(placed for placed in found.findings if placed.finding.code not in options.ignore)
    shown = found.replace(findings=kept)
    write(
        options,
        command=("audit", *arguments),
        document=lambda: audit_document(lab, shown),
        blocks=lambda: audit_blocks(shown),
    )
    limit = Level(options.level).number
    return 1 if any(placed.level.number <= limit for placed in kept) else 0


def _code(text: str) -> FindingCode:
    try:
        return FindingCode(text.upper())
    except ValueError:
        codes = ", ".join(code.value for code in FindingCode)
        raise argparse.ArgumentTypeError(f"there is no code {text!r}; there are {codes}") from None

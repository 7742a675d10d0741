"""`routelab audit`: rules that can never win, doubles and traps, for people and for CI.

It reads options and writes findings; the lab finds them.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from routelab.commands.apps import load_for_its_router
from routelab.commands.options import Parser, add_app_options, add_format_option
from routelab.commands.output import write
from routelab.routing.finding import Code
from routelab.screen.routing_json import audit_document
from routelab.screen.shown.router import audit_blocks

_USAGE = "[options]"
_DESCRIPTION = """\
Look an app's rules over: rules that no URL tried reaches, the same rule twice, rules whose order decides,
query strings in rules, methods that no client sends. The app's converters are asked about made-up values;
no view runs. Exit code 1 when there are findings.
"""


def main(arguments: Sequence[str]) -> int:
    """Print the findings; return 1 where there are any."""
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
    options = parser.parse_args(arguments)
    lab = load_for_its_router(options, playground=False)
    found = lab.audit()
    kept = tuple(placed for placed in found.findings if placed.finding.code not in options.ignore)
    shown = found.replace(findings=kept)
    write(
        options.format,
        document=lambda: audit_document(lab, shown),
        blocks=lambda: audit_blocks(shown),
    )
    return 1 if kept else 0


def _code(text: str) -> Code:
    try:
        return Code(text.upper())
    except ValueError:
        codes = ", ".join(code.value for code in Code)
        raise argparse.ArgumentTypeError(f"there is no code {text!r}; there are {codes}") from None

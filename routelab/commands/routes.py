"""`routelab routes`: the route table, in the order in which the router decides.

It reads options, chooses rows and writes them; the lab lists them.
"""

from __future__ import annotations

from collections.abc import Callable, Sequence
from typing import Any

from routelab.commands.apps import load_for_its_router
from routelab.commands.options import add_app_options, add_format_option
from routelab.commands.output import write
from routelab.commands.parser import Parser
from routelab.errors import RoutelabError
from routelab.lab import Lab
from routelab.router import RouteRow, RouteTable
from routelab.screen.routing_json import table_document
from routelab.screen.shown.router import table_blocks
from routelab.tracing.phrases import count

_USAGE = "[options] [SEARCH]"
_DESCRIPTION = """\
List an app's rules in the order in which the router decides: segment by segment, fixed text before variables,
int and float before other variables, path last. Ties keep the order in which rules first used them.
Routes of the app's files that are in no table, as those of a blueprint that is not registered, are noted.

  routelab routes                 all rules
  routelab routes user            those with "user" in rule, endpoint or view
  routelab routes /user/alice     those that fit this path, or contain it
"""
_SORTS: dict[str, Callable[[RouteRow], Any]] = {
    "order": lambda route: route.order,
    "rule": lambda route: (route.rule, route.order),
    "endpoint": lambda route: (route.endpoint, route.order),
    "methods": lambda route: (route.methods, route.order),
    "view": lambda route: (route.place.file or "", route.place.line or 0, route.order),
}


def main(arguments: Sequence[str]) -> int:
    """Print the table."""
    parser = Parser("routes", _USAGE, _DESCRIPTION)
    add_app_options(parser)
    add_format_option(parser)
    parser.add_argument(
        "--sort", choices=tuple(_SORTS), default="order", help="the order of the rows (default: order)"
    )
    parser.add_argument(
        "search", nargs="?", metavar="SEARCH", help="a fragment, or a path that begins with /"
    )
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show each view's decorators, outermost first"
    )
    options = parser.parse_args(arguments)
    lab = load_for_its_router(options)
    table = lab.routes()
    rows = _found(lab, table, options.search) if options.search else table.routes
    notes = () if options.search else table.notes
    shown = table.replace(routes=tuple(sorted(rows, key=_SORTS[options.sort])), notes=notes)
    write(
        options,
        command=("routes", *arguments),
        document=lambda: table_document(lab, shown),
        blocks=lambda: table_blocks(shown, verbose=options.verbose),
    )
    return 0


def _found(lab: Lab, table: RouteTable, search: str) -> tuple[RouteRow, ...]:
    rows = lab.find_routes(table, search)
    if not rows:
        left_out = "".join(f". Note: {said}" for said in lab.routes_left_out(search))
        raise RoutelabError(
            f"none of {count(len(table.routes), 'rule')} has {search!r} in it or fits it; without it all are "
            f"listed{left_out}"
        )
    return rows

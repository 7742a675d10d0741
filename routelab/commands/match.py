"""`routelab match`: what the router decides about a request. No view runs.

It reads options and writes results; the lab asks the router.
"""

from __future__ import annotations

from collections.abc import Sequence

from routelab.commands.apps import load_for_its_router
from routelab.commands.options import add_app_options, add_format_option
from routelab.commands.output import write
from routelab.commands.parser import Parser
from routelab.requestline.parsing import parse
from routelab.screen.routing_json import decision_document
from routelab.screen.shown.router import decision_blocks

_USAGE = "[options] [METHOD] PATH"
_DESCRIPTION = """\
Ask the router alone what it decides: which rule takes the request, or why none does.
No view and no hook runs.

  routelab match GET /user/alice
  routelab match --rules DELETE /login     every rule with its reason
  routelab match -v /post/hello            also how the router searched
"""


def main(arguments: Sequence[str]) -> int:
    """Print the decision, whatever it is."""
    parser = Parser("match", _USAGE, _DESCRIPTION)
    add_app_options(parser)
    add_format_option(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show every rule, and how the router searched"
    )
    parser.add_argument("--rules", action="store_true", help="show every rule, not only near ones")
    options, words = parser.own_and_rest(arguments)
    request = parse(words, also_known=parser.option_names())
    lab = load_for_its_router(options)
    every_rule = options.verbose or options.rules
    decision = lab.match(request, all_candidates=every_rule)
    write(
        options,
        command=("match", *arguments),
        document=lambda: decision_document(lab, request, decision),
        blocks=lambda: decision_blocks(lab, request, decision, everything=every_rule, walk=options.verbose),
    )
    return 0

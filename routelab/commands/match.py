"""`routelab match`: what the router decides about a request. No view runs.

It reads options and writes results; `asking` asks the router.
"""

from __future__ import annotations

from collections.abc import Sequence
from typing import TYPE_CHECKING

from routelab import asking
from routelab.commands.apps import load_for_its_router
from routelab.commands.options import Parser, add_app_options, add_format_option
from routelab.commands.output import write
from routelab.lab import Lab
from routelab.loading.records import Note
from routelab.requestline import RequestLine, parse
from routelab.routing.outcome import Outcome
from routelab.screen.routing_json import decision_document
from routelab.screen.routing_plain import decision_lines, note_lines

if TYPE_CHECKING:
    from rich.console import RenderableType

_USAGE = "[options] [METHOD] PATH"
_DESCRIPTION = """\
Ask the router alone what it decides: which rule takes the request, or why none does.
No view and no hook runs.

  routelab match GET /user/alice
  routelab match -v DELETE /login          every rule with its reason
"""


def main(arguments: Sequence[str]) -> int:
    """Print the decision, whatever it is."""
    parser = Parser("match", _USAGE, _DESCRIPTION)
    add_app_options(parser)
    add_format_option(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="tell of every rule, not only of near ones"
    )
    options, words = parser.parse_known_args(arguments)
    request = parse(words, also_known=parser.option_names())
    lab = load_for_its_router(options)
    decision = asking.match(lab, request, all_candidates=options.verbose)
    notes = lab.unreached if decision.match.outcome is Outcome.NOT_FOUND else ()
    write(
        options.format,
        document=lambda: decision_document(lab, request, decision, notes),
        lines=lambda: (*decision_lines(lab, request, decision), *note_lines(notes)),
        view=lambda: _view(lab, request, decision, notes),
    )
    return 0


def _view(
    lab: Lab, request: RequestLine, decision: asking.Decision, notes: tuple[Note, ...]
) -> RenderableType:
    from rich.console import Group

    from routelab.screen.routing_rich import decision_view, note_views

    return Group(decision_view(lab, request, decision), *note_views(notes))

"""`routelab build`: how url_for would build a URL, and which rules it passed over.

It reads options and writes results; the lab asks the router.
"""

from __future__ import annotations

import argparse
from collections.abc import Sequence

from routelab.commands.apps import load_for_its_router
from routelab.commands.options import add_app_options, add_format_option
from routelab.commands.output import write
from routelab.commands.parser import Parser
from routelab.requestline.urlfor import UrlFor, is_url_for, parse_build_words, parse_url_for
from routelab.screen.routing_json import build_document
from routelab.screen.shown.router import build_blocks

_USAGE = "[options] ENDPOINT [NAME=VALUE ...]"
_DESCRIPTION = """\
Build a URL as url_for does in a view, and see which rules were considered and what became of each value.

  routelab build show_user name=alice
  routelab build show_post post_id:=5 tab=comments     := gives any JSON value
  routelab build "url_for('show_user', name='alice')"
"""


def main(arguments: Sequence[str]) -> int:
    """Print how the URL was built; return 1 where none could be."""
    parser = Parser("build", _USAGE, _DESCRIPTION)
    add_app_options(parser)
    add_format_option(parser)
    parser.add_argument(
        "words", nargs="+", metavar="ENDPOINT", help="the endpoint, then its values as NAME=VALUE"
    )
    options = parser.parse_intermixed_args(arguments)
    words: list[str] = options.words
    wanted = parse_url_for(" ".join(words)) if is_url_for(words[0]) else parse_build_words(words)
    return tell(options, wanted, typed=("build", *arguments))


def tell(options: argparse.Namespace, wanted: UrlFor, *, typed: Sequence[str]) -> int:
    """Build what was asked for on the app that the options choose, and print how."""
    lab = load_for_its_router(options)
    built = lab.build(wanted)
    write(
        options,
        command=typed,
        document=lambda: build_document(lab, wanted, built),
        blocks=lambda: build_blocks(wanted, built),
    )
    return 0 if built.url is not None else 1

"""`routelab share`: an app and one request as a link to a site that `routelab web` wrote.

It reads options and finds the app's files; what a link is like is the business of `web.sharing`. No code is
run.
"""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

from routelab import bundled
from routelab.commands.apps import choose
from routelab.commands.parser import Parser
from routelab.requestline.parsing import parse
from routelab.requestline.writing import format_request
from routelab.screen.telling import complain, tell
from routelab.tracing.phrases import count
from routelab.web.sharing import MOST_FILES, CannotShare, files_of, fragment_of

_USAGE = "[-A APP] [--site URL] [[METHOD] PATH [ITEM ...]]"
_DESCRIPTION = f"""\
Write an app and one request as a link to a site that `routelab web` made. Anyone
who opens it sees the code first, and runs it with a yes. All of it is behind
the # of the link, which no server gets to see. No code is run here.

  routelab share -A app.py --site http://127.0.0.1:8000/ GET /user/alice

A link holds the app's file, or of a folder its Python files, and the texts in
templates and static: at most {MOST_FILES} files, and no hidden ones.
"""


def main(arguments: Sequence[str]) -> int:
    """Print the link."""
    parser = Parser("share", _USAGE, _DESCRIPTION)
    parser.add_argument("-A", "--app", metavar="APP", help="the app: a file, a folder, or a lesson's name")
    parser.add_argument(
        "--site", metavar="URL", default="", help="where the site is (default: only what follows its address)"
    )
    options, words = parser.own_and_rest(arguments)
    request = format_request(parse(words, also_known=parser.option_names())) if words else ""
    shared = files_of(_target(options.app))._replace(request=request)
    tell(f"{options.site.partition('#')[0]}#{fragment_of(shared)}")
    names = ", ".join(shared.files)
    complain(f"routelab: {count(len(shared.files), 'file')} in the link: {names}")
    return 0


def _target(asked: str | None) -> Path:
    chosen = choose(asked)
    found = bundled.find(chosen.target) if chosen.bundled else None
    path = found or Path(chosen.target)
    if not path.exists() and ":" in chosen.target:
        raise CannotShare(f"{chosen.target!r} names a module; name the file or the folder of the app")
    return path

"""Options that several commands take.

It knows names, values and help texts; what an option does is the command's business.
"""

from __future__ import annotations

import argparse

from routelab.fates import Policy
from routelab.lab import ENGINES, LOADING_LIMIT, TIME_LIMIT
from routelab.screen.media import MEDIA


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
    add_engine_option(
        parser, "auto, which is real Flask where it is installed; the bundled lessons run on routelab"
    )
    parser.add_argument(
        "--timeout",
        type=seconds,
        metavar="SECONDS",
        help="the time limit of loading the app, and of each request to it "
        f"(default: {LOADING_LIMIT:g}; {TIME_LIMIT:g} for a request to what came with routelab)",
    )


def add_engine_option(
    parser: argparse.ArgumentParser, says: str, *, what: str = "the app", default: str = "auto"
) -> None:
    """Add the choice of the engine that runs `what`; the help `says` what its default means here."""
    parser.add_argument(
        "--engine", choices=ENGINES, default=default, help=f"what runs {what} (default: {says})"
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
    try:
        number = float(text)
    except ValueError:
        number = 0.0
    if not 0 < number <= 3600:
        raise argparse.ArgumentTypeError("give seconds above 0, up to 3600")
    return number

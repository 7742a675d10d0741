"""`routelab request`: send one simulated request to an app, and see each step.

It reads options and writes results; the lab does the work.
"""

from __future__ import annotations

import argparse
from collections.abc import Iterable, Iterator, Sequence
from functools import partial

from routelab.commands.apps import load_chosen, request_limit
from routelab.commands.options import add_app_options, add_format_option, add_jar_option
from routelab.commands.output import chosen_medium, redacts, write
from routelab.commands.parser import Parser
from routelab.commands.sessions import add_session_options, jar_of
from routelab.requestline.parsing import parse
from routelab.screen.blocks import Block
from routelab.screen.selection import Collapsed, select, with_redirects
from routelab.screen.shown.trace import body_blocks, trace_blocks
from routelab.screen.telling import complain
from routelab.streams import has_terminal, in_colour
from routelab.tracing.steps.load import LoadStep
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.trace import Trace

_USAGE = "[options] [METHOD] PATH [ITEM ...]"
_DESCRIPTION = """\
Send one simulated request to an app and see each step, with no socket at all.

  routelab request GET /user/alice
  routelab request "GET /search q==cat"         one quoted string is fine, too
  routelab request "url_for('show_user', name='alice')"     how it is built
  routelab request POST /login name=ann -f      a form; without -f it is JSON

items:
  Name:value  a header           name==value  a query argument
  name=value  data               name:=json   data as JSON
  name@file   a file
options of the request line, anywhere on it:
  -f, --form   -j, --json   --multipart   --raw TEXT   -a, --auth USER:PASS
  -F, --follow (redirects)  --max-redirects N
"""
_SAFE_METHODS = ("GET", "HEAD", "OPTIONS")
_TIMED_OUT = 124
_INTERRUPTED = 130


def main(arguments: Sequence[str]) -> int:
    """Send the request that the arguments describe; return the exit code."""
    parser = _parser()
    options, words = parser.own_and_rest(arguments)
    if words and words[0].startswith("url_for("):
        # A line of a view, typed where a request was expected: show how that URL is built.
        from routelab.commands import build
        from routelab.requestline.urlfor import parse_url_for

        return build.tell(options, parse_url_for(" ".join(words)), typed=("request", *arguments))
    request = parse(words, also_known=parser.option_names())
    lab, chosen = load_chosen(options)
    if request.method not in _SAFE_METHODS and not chosen.bundled:
        complain("routelab: this runs your view for real; routelab match asks the router only")
    limit = request_limit(chosen, options)
    with jar_of(options) as lab.cookies:
        send = partial(lab.send, seconds=limit, all_candidates=options.verbose or options.rules)
        trace = send(request)
        while options.step and (way := _play(trace, options)):
            # What the learner wants to try is played like what was asked for, and is the result then.
            _write(trace, options, arguments)
            trace = send(way)
    _write(trace, options, arguments)
    return exit_code(trace, options.check_status)


def _write(trace: Trace, options: argparse.Namespace, arguments: Sequence[str]) -> None:
    secrets: Iterable[str] = ()
    if redacts(options):
        from routelab.tracing.secrets import masked  # only what is shared is redacted

        trace, secrets = masked(trace)
    write(
        options,
        command=("request", *arguments),
        document=trace.to_dict,
        blocks=lambda: _blocks(trace, options),
        secrets=secrets,
    )


def _blocks(trace: Trace, options: argparse.Namespace) -> Iterator[Block]:
    if options.body:
        return body_blocks(trace)
    return trace_blocks(
        trace,
        verbose=options.verbose,
        quiet=options.quiet,
        rules=options.rules,
        every_step=chosen_medium(options.format).roomy,
    )


def exit_code(trace: Trace, check_status: bool) -> int:
    """Return 0 for any answer; 1 for an app that does not load, 124 and 130 for a request that was stopped.

    With `check_status`: 3, 4 or 5 for a status of that class, as HTTPie has it; no response counts as 5.
    """
    last = trace.last_hop
    load, stopped = last.first(LoadStep), last.first(StoppedStep)
    if load is not None:
        return _TIMED_OUT if load.timed_out else 1
    if stopped is not None:
        return _INTERRUPTED if stopped.reason is Stop.INTERRUPT else _TIMED_OUT
    if not check_status:
        return 0
    status_class = 5 if last.response is None else last.response.status // 100
    return status_class if status_class in (3, 4, 5) else 0


def _parser() -> Parser:
    parser = Parser("request", _USAGE, _DESCRIPTION)
    add_app_options(parser)
    add_format_option(parser)
    add_jar_option(parser)
    add_session_options(parser)
    parser.add_argument(
        "-v", "--verbose", action="store_true", help="show everything: every step, every rule, the whole body"
    )
    parser.add_argument(
        "--step", action="store_true", help="play the steps one by one first, where this is a terminal"
    )
    parser.add_argument("--rules", action="store_true", help="show every rule, and why it did not match")
    parser.add_argument("-q", "--quiet", action="store_true", help="show the status and the headers only")
    parser.add_argument("-b", "--body", action="store_true", help="show the body only, all of it")
    parser.add_argument(
        "--check-status", action="store_true", help="exit with 3, 4 or 5 for a status of 3xx, 4xx or 5xx"
    )
    return parser


def _play(trace: Trace, options: argparse.Namespace) -> str:
    """Play the trace, and those of the redirects that the result shows whole; return a request to try.

    Without a terminal the result that follows has to do.
    """
    if not (chosen_medium(options.format).plays and has_terminal()):
        return ""
    from routelab.repl.stepper import play  # it loads a terminal
    from routelab.screen.shown.playback import played_trace

    for one in with_redirects(trace, everything=options.verbose):
        if not isinstance(one, Collapsed):
            chosen = select(one, verbose=options.verbose)
            played = played_trace(one, chosen)
            left = play(played, colour=in_colour())
            if left.line:
                return left.line
    return ""

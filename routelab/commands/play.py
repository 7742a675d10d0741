"""`routelab play`: the prompt on any app, free of lessons.

It reads options and finds the app; the session does the rest.
"""

from __future__ import annotations

from collections.abc import Sequence

from routelab.commands.apps import choose, loaded, request_limit
from routelab.commands.learning import add_terminal_options, learner_environment, run_session
from routelab.commands.options import add_app_options, add_jar_option
from routelab.commands.parser import Parser
from routelab.cookies import CookieJar
from routelab.fates import Policy
from routelab.lab import Lab
from routelab.lessons.course import bundled_lessons
from routelab.session.course import Course
from routelab.session.play import PlaySession
from routelab.session.session import Session

_DESCRIPTION = """\
Send requests to an app from a prompt. The app is reloaded whenever one of its files is saved.

  routelab play                     the app.py here, or the playground
  routelab play -A shop:create_app
"""


def main(arguments: Sequence[str]) -> int:
    """Play; return the exit code."""
    parser = Parser("play", "[options]", _DESCRIPTION)
    add_app_options(parser)
    add_jar_option(parser)
    add_terminal_options(parser)
    options = parser.parse_args(arguments)
    chosen = choose(options.app, python=options.python)

    def open_app() -> Lab:
        lab = loaded(chosen, options)
        lab.cookies = CookieJar(Policy(options.jar))
        return lab

    with learner_environment(guest=False, engine=options.engine) as learner:
        course = Course(bundled_lessons(), bundled=True)
        limit = request_limit(chosen, options)
        play = PlaySession(chosen.target, open_app, course, learner, limit=limit)
        session = Session(course, learner, play)
        return run_session(session, learner, plain=options.plain)

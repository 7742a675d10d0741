"""What `learn` and `play` share: what is the learner's, and the terminal to talk through.

It knows the environment, standard streams and folders; what is said in a session is the session's business.
"""

from __future__ import annotations

import argparse
import os
import sys
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import datetime
from functools import cache
from pathlib import Path
from tempfile import TemporaryDirectory

from routelab.learner.editors import Editors
from routelab.learner.environment import LearnerEnvironment, own_places
from routelab.learner.progress import ProgressFile, SetAside, saving_words
from routelab.learner.settings import Settings
from routelab.repl.conversation import converse
from routelab.repl.editors import open_file
from routelab.repl.piped import PipedTerminal
from routelab.screen.telling import complain, say_waiting
from routelab.session.session import Session
from routelab.streams import has_terminal, shows_little
from routelab.uncollected import Uncollected


def add_terminal_options(parser: argparse.ArgumentParser) -> None:
    """Add the options that say how to talk."""
    parser.add_argument(
        "--plain",
        action=argparse.BooleanOptionalAction,
        help="plain lines, one sentence a step, for screen readers; remembered until --no-plain",
    )


@contextmanager
def learner_environment(*, guest: bool, engine: str) -> Iterator[LearnerEnvironment]:
    """Open what is the learner's; a guest's is cleared away in the end."""
    folders: list[TemporaryDirectory[str]] = []

    @cache
    def scratch() -> Path:
        folders.append(TemporaryDirectory(prefix="routelab-", ignore_cleanup_errors=True))
        return Path(folders[0].name)

    kept = own_places()
    progress = ProgressFile(None if guest else kept.progress, say_waiting)
    if isinstance(progress.opened, SetAside):  # that nothing can be saved is said where something would be
        complain(f"routelab: {saving_words(progress.opened)}")
    try:
        yield LearnerEnvironment(
            progress=progress,
            settings=Settings(None if guest else kept.progress.with_name("settings.json"), say_waiting),
            work=scratch() / "work" if guest else kept.work,
            mine=None if guest else kept.mine,
            scratch=scratch,
            now=datetime.now,
            editors=Editors(environ=os.environ, platform=sys.platform),
            engine=engine,
        )
    finally:
        for folder in folders:
            folder.cleanup()


def run_session(
    session: Session,
    learner: LearnerEnvironment,
    *,
    plain: bool | None,
    which: str | None = None,
    guest: bool = False,
) -> int:
    """Run a session in the terminal that there is, until the learner leaves or the script ends."""
    if plain is not None:
        learner.settings.choose_plain(plain)
    if not wants_plain(learner.settings) and _rich_terminal(session, which, guest):
        return 0
    typing = sys.stdin.isatty()
    terminal = PipedTerminal(
        sys.stdin,
        sys.stdout,
        echo=not typing,
        has_news=session.has_news,
        edit=(lambda file: open_file(file, learner.editors, learner.settings.editor)) if typing else None,
    )
    converse(session, terminal, which)
    return 0


def wants_plain(settings: Settings) -> bool:
    """Tell whether only plain lines will do: by choice, in a pipe, or on a terminal that can do no more."""
    return not has_terminal() or settings.plain or shows_little()


def _rich_terminal(session: Session, which: str | None, guest: bool) -> bool:
    """Talk through prompt-toolkit; False where there is no console that it can use."""
    with Uncollected():
        from routelab.repl.terminal import NoConsole, RichTerminal  # plain lines need no terminal
        from routelab.repl.terminalmode import terminal_mode

    history = None if guest else own_places().progress.with_name("history")
    try:
        terminal = RichTerminal(session, history)
    except NoConsole:
        return False
    with terminal_mode(sys.stdin, off="ECHO"):  # what is typed while the app runs is shown by the next prompt
        converse(session, terminal, which)
    return True

"""The errors that routelab expects: each says where, what and what next, in one line.

It knows exit codes and sentences, and nothing of terminals or of who catches it.
"""


class RoutelabError(Exception):
    """An expected error: its text is one line for the person at the terminal."""

    exit_code = 1


class UsageError(RoutelabError):
    """What was typed cannot be understood, so nothing was done."""

    exit_code = 2

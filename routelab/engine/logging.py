"""Where the app's log goes: to the server's error stream while a request runs, and else to `sys.stderr`.

It knows loggers and that stream. Who logs, and why, is the app's business.
"""

from __future__ import annotations

import logging
import sys
from typing import TYPE_CHECKING, TextIO, cast

from werkzeug.local import LocalProxy

from .globals import active_request_context

if TYPE_CHECKING:
    from .app import Flask

_LAYOUT = "[%(asctime)s] %(levelname)s in %(module)s: %(message)s"


def _error_stream() -> TextIO:
    context = active_request_context.get(None)
    return sys.stderr if context is None else cast(TextIO, context.request.environ["wsgi.errors"])


wsgi_errors_stream = LocalProxy(_error_stream)
default_handler: logging.StreamHandler[TextIO] = logging.StreamHandler(cast(TextIO, wsgi_errors_stream))
default_handler.setFormatter(logging.Formatter(_LAYOUT))


def has_level_handler(logger: logging.Logger) -> bool:
    """Tell whether somebody set up a handler that would take what this logger lets through."""
    level = logger.getEffectiveLevel()
    current: logging.Logger | None = logger
    while current is not None:
        if any(handler.level <= level for handler in current.handlers):
            return True
        current = current.parent if current.propagate else None
    return False


def create_logger(app: Flask) -> logging.Logger:
    """Make the logger of an app's name ready: in debug mode it takes all, and it has a handler."""
    logger = logging.getLogger(app.name)
    if app.debug and not logger.level:
        logger.setLevel(logging.DEBUG)
    if not has_level_handler(logger):
        logger.addHandler(default_handler)
    return logger

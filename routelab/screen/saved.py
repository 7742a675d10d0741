"""A trace as a file for others: a page, a picture or JSON, by the end of the file's name.

Secrets are left out. It returns bytes; who writes them where is not its business.
"""

from __future__ import annotations

import shlex

from routelab.screen.blocks import CommandResult
from routelab.screen.html.page import result_page
from routelab.screen.json_text import json_text
from routelab.screen.redaction import Redaction
from routelab.screen.shown.trace import trace_blocks
from routelab.tracing.secrets import masked
from routelab.tracing.trace import Trace


def saved_trace(trace: Trace, suffix: str) -> bytes:
    """Return the content of a file with this suffix, one of `session.reply.SAVED_AS`."""
    hidden, secrets = masked(trace)
    redaction = Redaction(secrets)
    command = shlex.join(redaction.words(shlex.split(trace.command)))
    if suffix == ".json":
        return json_text(redaction.tree(hidden.to_dict()) | {"command": command})
    whole = suffix == ".html"
    blocks = redaction.tree(tuple(trace_blocks(hidden, every_step=whole)))
    if whole:
        result = CommandResult(command=command, redacted=True, blocks=lambda: blocks, document=dict)
        return result_page(result).encode()
    from routelab.screen.rich.picture import picture  # a page and JSON need no rich

    return picture(blocks, title=command).encode()

"""How things look: styles as data, keyed by what they mean.

Colour never carries meaning alone; the words beside it do.
"""

from __future__ import annotations

TITLE = "bold"
LABEL = "cyan"
QUIET = "dim"

_STATUS_CLASSES = {2: "bold green", 3: "bold blue", 4: "bold yellow", 5: "bold red"}


def status_look(status: int) -> str:
    """Return the style of a status by its class: 2xx, 3xx, 4xx, 5xx, anything else as an error."""
    return _STATUS_CLASSES.get(status // 100, "bold red")

"""Which threads of the app's process are routelab's own: what they do is no doing of the app's.

It knows their numbers, and not what they are for.
"""

from __future__ import annotations

import os

OWN: set[int] = set()  # as the system numbers them
TASKS = "/proc/self/task"  # Linux: a folder for each thread of this process


def thread_numbers() -> set[int]:
    """Return the numbers of all threads of this process, inside C too; of none where no system tells."""
    try:
        return set(map(int, os.listdir(TASKS)))  # noqa: PTH208 - names, and no paths: it is asked in each request
    except OSError:
        return set()

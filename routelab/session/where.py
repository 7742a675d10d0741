"""The places where a learner can be, by which command words have their meaning.

It must not know what the commands are.
"""

from __future__ import annotations

from enum import Enum


class Where(Enum):
    """A place, in the words that say where a command belongs: "in a lesson"."""

    LIST = "in the list of lessons"
    LESSON = "in a lesson"
    PLAY = "in play"


ANYWHERE = frozenset(Where)
WITH_APP = frozenset({Where.LESSON, Where.PLAY})
IN_LESSON = frozenset({Where.LESSON})
WITH_LESSONS = frozenset({Where.LIST, Where.LESSON})

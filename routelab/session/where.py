"""The places where a learner can be, for which commands and words have their meaning."""

from __future__ import annotations

from enum import Enum


class Where(Enum):
    """The places where a command word means something."""

    LIST = "in the list of lessons"
    LESSON = "in a lesson"
    PLAY = "in play"


ANYWHERE = frozenset(Where)
WITH_APP = frozenset({Where.LESSON, Where.PLAY})
IN_LESSON = frozenset({Where.LESSON})
WITH_LESSONS = frozenset({Where.LIST, Where.LESSON})

"""The places where a learner can be, and their words: a new place is an entry here.

It must not know how one comes from one place to another.
"""

from __future__ import annotations

from routelab.session.commands import SessionPlace
from routelab.session.lesson import LessonSession
from routelab.session.lesson_list import LessonList
from routelab.session.play import PlaySession
from routelab.session.warmup import WarmUp

PLACES: tuple[type[SessionPlace], ...] = (LessonList, LessonSession, PlaySession, WarmUp)
NAMES = tuple(dict.fromkeys(name for place in PLACES for name in place.names()))


def known_in(name: str) -> str:
    """Say where a command word means something: "in a lesson or in play"; "" where it is nowhere."""
    *first, last = sorted(place.mode.value for place in PLACES if place.command(name)) or [""]
    return " or ".join([*([", ".join(first)] if first else []), last])

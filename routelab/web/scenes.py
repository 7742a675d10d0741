"""What takes the whole page for a while: a trace that is played, and a demo in front of a class.

Each shows HTML and takes keys by what they mean; which key of a keyboard means what is the page's business.
"""

from __future__ import annotations

from collections.abc import Callable
from typing import Any, NamedTuple, Protocol

from routelab.screen.html.panes import panes_elements
from routelab.screen.html.stage import stage_elements
from routelab.screen.shown.playback import Left, Played
from routelab.session.demo.stage import DemoStage


class Key(NamedTuple):
    """Something that can be done now: its word, what stands on its button, and whether it does anything."""

    word: str
    text: str
    works: bool = True


class SceneShown(NamedTuple):
    """What is to be seen; `typing` asks for a line of the presenter's own."""

    name: str
    html: str
    keys: tuple[Key, ...]
    said: str = ""
    typing: bool = False
    black: bool = False

    def to_json(self) -> dict[str, Any]:
        """Return it as the page takes it."""
        return {**self._asdict(), "keys": [key._asdict() for key in self.keys]}


class PageScene(Protocol):
    """What takes the page until it is left."""

    def shown(self) -> SceneShown:
        """Return what is to be seen."""

    def press(self, word: str) -> Left | None:
        """Do what a key means; words that mean nothing do nothing."""


_BUILTIN = {False: "Show Flask's own rule", True: "Hide Flask's own rule"}


class PlayedScene:
    """A trace, moment by moment."""

    def __init__(self, played: Played) -> None:
        self._played = played

    def shown(self) -> SceneShown:
        """Return this moment's panes."""
        playback, panes = self._played.playback, self._played.panes
        at_end = playback.at == playback.total
        keys = [
            Key("back", "Back", works=playback.at > 1),
            Key("forward", "Done" if at_end else "Next"),
            Key("rest", "All", works=not at_end),
            *([Key("try", "Try it")] if panes.way is not None else []),
            *([Key("edit", "Edit")] if self._played.edits else []),
            *([Key("builtin", _BUILTIN[panes.builtin])] if panes.builtin is not None else []),
            Key("word", f"What is: {panes.word}"),
            Key("leave", "Leave"),
        ]
        return SceneShown(
            name="The request, step by step",
            html=panes_elements(panes),
            keys=tuple(keys),
            said=f"Step {panes.number} of {panes.total}",
        )

    def press(self, word: str) -> Left | None:
        """Go on, go back, show all, explain a word, or leave."""
        played, playback = self._played, self._played.playback
        match word:
            case "forward":
                return None if playback.forward() else Left()
            case "back":
                playback.back()
            case "rest":
                playback.rest()
            case "word":
                playback.explaining = not playback.explaining
            case "builtin":
                played.toggle_builtin()
            case "try":
                way = played.panes.way
                return None if way is None else Left(way.request)
            case "edit":
                return Left("edit") if played.edits else None
            case "leave":
                return Left()
        return None


class DemoScene:
    """A demo: what is revealed, and the hands of the class."""

    def __init__(self, stage: DemoStage) -> None:
        self._stage = stage
        self._acts: dict[str, Callable[[], object]] = {
            "forward": stage.forward,
            "back": stage.back,
            "enter": stage.enter,
            "black": stage.blacken,
            "restart": stage.restart,
            "begin": stage.begin,
            "next": lambda: stage.turn(1),
            "previous": lambda: stage.turn(-1),
            "more": lambda: stage.more(1),
            "less": lambda: stage.more(-1),
            "free": stage.toggle_free,
        }

    def shown(self) -> SceneShown:
        """Return what is revealed."""
        view = self._stage.view
        asked = view.scene.question if view.asks and view.scene is not None else None
        letters = [] if asked is None else [letter for letter, _ in asked.choices]
        keys = (
            Key("back", "Back"),
            Key("forward", "Reveal", works=not view.finished),
            *(Key(f"hand {letter}", f"Count {letter}") for letter in letters),
            Key("previous", "Page before", works=view.page > 1),
            Key("next", "Next page", works=view.page < view.pages),
            Key("more", "More"),
            Key("less", "Less", works=view.detail > 0),
            Key("restart", "Page again"),
            Key("black", "Black"),
            Key("free", "Back to the script" if view.free else "A line of my own"),
            Key("leave", "Leave"),
        )
        return SceneShown(
            name=view.title or "Demo",
            html=stage_elements(view),
            keys=(Key("black", "Show it again"),) if view.black else keys,
            typing=view.free,
            black=view.black,
        )

    def press(self, word: str) -> Left | None:
        """Reveal, take back, turn pages, count hands ("hand a", "digit 7"), run a line ("run GET /")."""
        stage = self._stage
        if word == "leave":
            return Left()
        if stage.view.black:  # any key brings it back, and then does nothing else
            stage.blacken()
            return None
        what, _, rest = word.partition(" ")
        if what == "hand":
            stage.hand(rest)
        elif what == "digit":
            stage.digit(rest)
        elif what == "run" and stage.view.free:
            stage.type_free(rest)
            stage.run_free()
        elif word in self._acts:
            self._acts[word]()
        return None

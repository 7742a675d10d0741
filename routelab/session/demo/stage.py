"""A demo as it is played: which line one is at, what of it is revealed, and what each key does.

State and no terminal: keys come in as calls, and what is to be seen is a DemoView. Going back is made by
running the lines anew, in a session of its own; nothing that fails ends a demo.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Callable, Iterator
from typing import NamedTuple

from routelab.errors import RoutelabError, SystemRefused
from routelab.session.demo.scene import Scene, Thing, scene_of
from routelab.session.demo.script import DemoLine, DemoScript
from routelab.session.reply import Message, MessageKind, TraceShown
from routelab.session.session import Session

TYPED_AT_ONCE = 2  # characters of the script that one key types
MOST_DETAIL = 2
_MOST_HANDS = 999

Opened = Callable[[DemoLine], Session]


class DemoView(NamedTuple):
    """What is to be seen: `line` is typed so far, and `shown` of the scene's things are revealed.

    `free` is whether the presenter types; `finished` whether the script is at its end; `votes` are counted
    hands by letter.
    """

    title: str
    page: int
    pages: int
    line: str
    scene: Scene | None
    shown: int
    votes: dict[str, int]
    hands: str
    detail: int
    black: bool
    free: bool
    finished: bool
    end: str

    @property
    def things(self) -> tuple[Thing, ...]:
        """What is revealed."""
        return () if self.scene is None else self.scene.things[: self.shown]

    @property
    def told(self) -> bool:
        """Whether the answer is revealed."""
        return Thing.ANSWER in self.things

    @property
    def asks(self) -> bool:
        """Whether the question is there, and its answer is not."""
        return Thing.QUESTION in self.things and not self.told

    @property
    def steps_seen(self) -> int:
        """How many of the scene's steps are revealed."""
        steps = () if self.scene is None else self.scene.steps
        seen = 1 + (Thing.TICK in self.things or Thing.CROSS in self.things)
        return len(steps) if self.told else min(seen, len(steps))


class DemoStage:
    """A script with a class in front of it; `opened` gives a fresh session for the app of a line."""

    def __init__(self, script: DemoScript, opened: Opened) -> None:
        self.script = script
        self._opened = opened
        self._session: Session | None = None
        self._ran: tuple[int, int] | None = None  # the lines that ran in the session: from, to before
        self._scenes: dict[int, Scene] = {}
        self.number = 0  # the number of the line that one is at
        self._typed = 0
        self._shown = 0
        self._votes: dict[int, Counter[str]] = {}
        self._hands = ""
        self._detail = 0
        self._black = False
        self._free: str | None = None
        self._free_scene: Scene | None = None
        self._free_ready = False
        self.finished = False  # everything was shown

    @property
    def line(self) -> DemoLine:
        """The line that one is at."""
        return self.script.lines[self.number]

    @property
    def next_line(self) -> str:
        """What comes after it; "" at the end."""
        lines = self.script.lines
        return lines[self.number + 1].typed if self.number + 1 < len(lines) else ""

    @property
    def differs(self) -> str:
        """How the line gave something else than its author noted; "" where it is as noted, or not known."""
        scene = self._scenes.get(self.number) if self._shown else None
        if scene is None or scene.trace is None:
            return ""
        return next(self.line.gives.differences(scene.trace, scene.verdict), "")

    @property
    def view(self) -> DemoView:
        """What is to be seen."""
        free = self._free is not None
        scene = self._free_scene if free else self._scenes.get(self.number) if self._shown else None
        typed = self._free if self._free is not None else self.line.typed[: self._typed]
        return DemoView(
            title=self.script.title,
            page=self.line.page + 1,
            pages=self.script.pages,
            line=typed,
            scene=scene,
            shown=len(scene.things) if free and scene is not None else self._shown,
            votes={} if free else dict(self._votes.get(self.number, Counter())),
            hands=self._hands,
            detail=self._detail,
            black=self._black,
            free=free,
            finished=self.finished and not free,
            end=self.script.end,
        )

    # Keys

    def forward(self) -> None:
        """Type the line, run it, reveal the next thing, go to the next line; one of them."""
        self._hands = ""
        if self.finished:
            return
        if self._typed < len(self.line.typed):
            self._typed = len(self.line.typed)
        elif not self._shown:
            self._scenes[self.number], self._shown = self.run_line(self.number), 1
        elif self._shown < len(self._scenes[self.number].things):
            self._shown += 1
        elif self.number + 1 < len(self.script.lines):
            self._go(self.number + 1)
        else:
            self.finished = True

    def enter(self) -> None:
        """Run the line, however much of it is typed; after that go on."""
        if not self.finished and not self._shown:
            self._typed = len(self.line.typed)
        self.forward()

    def type(self) -> None:
        """Type the next characters of the script."""
        if not self.finished and not self._shown:
            self._typed = min(self._typed + TYPED_AT_ONCE, len(self.line.typed))

    def back(self) -> None:
        """Take back what came last, a digit too; what ran since is run anew before anything else runs."""
        if self._hands:
            self._hands = self._hands[:-1]
        elif self.finished:
            self.finished = False
        elif self._shown > 1:
            self._shown -= 1
        elif self._shown:
            self._shown, self._ran = 0, None
        elif self._typed:
            self._typed = 0
        elif self.number:
            self.number -= 1
            self._typed = len(self.line.typed)
            if self.number not in self._scenes:
                self._scenes[self.number] = self.run_line(self.number)
            self._shown = max(1, len(self._scenes[self.number].things))

    def restart(self) -> None:
        """Start the page again, without hands."""
        begins = self.line.begins
        for at in range(begins, len(self.script.lines)):
            self._votes.pop(at, None)
        self._go(begins)

    def turn(self, by: int) -> None:
        """Go to the next page or the one before."""
        page = max(0, min(self.line.page + by, self.script.pages - 1))
        if by > 0 and page == self.line.page:
            return
        self._go(next(at for at, line in enumerate(self.script.lines) if line.page == page))

    def begin(self) -> None:
        """Go to the very beginning."""
        self._votes.clear()
        self._go(0)

    def hand(self, letter: str) -> bool:
        """Count a raised hand, or as many as were typed before; False where nothing is asked now."""
        scene = self._scenes.get(self.number)
        if not self.view.asks or scene is None or scene.question is None:
            return False
        if letter not in (each for each, _ in scene.question.choices):
            return True
        votes = self._votes.setdefault(self.number, Counter())
        votes[letter] = int(self._hands) if self._hands else min(votes[letter] + 1, _MOST_HANDS)
        self._hands = ""
        return True

    def digit(self, digit: str) -> bool:
        """Take a digit of the number of hands; False where nothing is asked now."""
        if not self.view.asks:
            return False
        self._hands = (self._hands + digit)[-3:]
        return True

    def blacken(self) -> None:
        """Black the screen, or show it again."""
        self._black = not self._black

    def more(self, by: int) -> None:
        """Show more, or less."""
        self._detail = max(0, min(self._detail + by, MOST_DETAIL))

    # The presenter's own lines

    def toggle_free(self) -> None:
        """Type freely, or return to the script, whose lines then run anew."""
        if self._free is None:
            self._free, self._free_scene, self._free_ready = "", None, False
        else:
            self._free, self._free_scene, self._ran = None, None, None

    def type_free(self, text: str) -> None:
        """Type something of one's own; a clicker's keys are no text, and a space alone clears no answer."""
        if not text.isprintable() or (text.isspace() and (self._free_scene or not self._free)):
            return
        if self._free is not None:
            self._free, self._free_scene = f"{'' if self._free_scene else self._free}{text}", None

    def erase(self) -> None:
        """Take the last character back."""
        if self._free is not None:
            self._free, self._free_scene = self._free[:-1], None

    def run_free(self) -> None:
        """Run what was typed."""
        if self._free and self._free.strip():
            if not self._free_ready:  # the presenter's lines follow what the class has seen, and each other
                self._ready(self.line.since, self.number + (self._shown > 0))
                self._ran, self._free_ready = None, True
            self._free_scene = self._answered(DemoLine(typed=self._free.strip()))

    def close(self) -> None:
        """Let the app go that ran last."""
        if self._session is not None:
            self._session.close()
        self._session, self._ran = None, None

    # Running

    def _go(self, at: int) -> None:
        self.number, self._typed, self._shown, self._hands, self.finished = at, 0, 0, "", False

    def run_line(self, at: int) -> Scene:
        """Run a line after all those before it."""
        line = self.script.lines[at]
        self._ready(line.since, at)
        for request in line.before:
            self._answered(DemoLine(typed=request))
        scene = self._answered(line)
        self._ran = (line.since, at + 1)
        return scene

    def _ready(self, since: int, at: int) -> None:
        """Have a session in which the lines from `since` to before `at` have run, and no others."""
        if self._session is not None and self._ran == (since, at):
            return
        line = self.script.lines[min(at, len(self.script.lines) - 1)]
        self.close()
        try:
            self._session = self._opened(line)
        except RoutelabError:
            return  # each line that needs it says so
        for earlier in range(since, at):
            for request in self.script.lines[earlier].before:
                self._answered(DemoLine(typed=request))
            self._answered(self.script.lines[earlier])

    def _answered(self, line: DemoLine) -> Scene:
        """Run a line. Whatever goes wrong is what the scene tells: no class may see a demo end."""
        try:
            if self._session is None:
                self._session = self._opened(line)
            items = self._session.answer(line.typed).items
        except RoutelabError as error:
            return _failed(line, error.lines[0])
        except Exception as error:
            why = SystemRefused.by(error) or f"this line could not be run ({type(error).__name__})"
            return _failed(line, f"{why}; go on with the next")
        shown = next((item for item in items if isinstance(item, TraceShown)), None)
        if shown is None:
            return Scene(typed=line.typed, items=items)
        try:
            return scene_of(line, shown.trace)
        except Exception:
            return Scene(typed=line.typed, trace=shown.trace, verdict=shown.trace.verdict, items=items)


def _failed(line: DemoLine, said: str) -> Scene:
    return Scene(typed=line.typed, items=(Message(text=said, kind=MessageKind.WRONG),))


def all_scenes(stage: DemoStage) -> Iterator[tuple[DemoLine, Scene]]:
    """Run a whole script, line by line."""
    for at, line in enumerate(stage.script.lines):
        yield line, stage.run_line(at)

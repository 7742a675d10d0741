"""Werkzeug's own matcher, watched: the untouched `match` runs over states that note each read of them.

This is the only module that knows `Map._matcher` and the states below its `_root`; where they are not what it
expects, there is no observation, and the match runs as if nobody watched. It knows no verdicts and no words.
"""

from collections.abc import Iterator
from typing import Any, NamedTuple

from werkzeug.exceptions import HTTPException
from werkzeug.routing import Map, MapAdapter, Rule
from werkzeug.routing.exceptions import NoMatch, RequestAliasRedirect, RequestPath

_new = object.__new__


class Lookup(NamedTuple):
    """Fixed text was looked for in a state.

    Visits go by numbers: each has that of the note which led there, from 1; 0 is where the search began.
    """

    visit: int
    text: str
    state: Any  # where it led, None when it was not there


class Trial(NamedTuple):
    """A pattern was held against the text; it fitted if a later note says that `state` was visited."""

    visit: int
    part: Any
    state: Any


class Reading(NamedTuple):
    """The rules of a state were gone through, as far as `left` was consumed."""

    visit: int
    left: Any  # the list iterator that the matcher got: it knows what is left of it
    rules: list[Rule]

    @property
    def seen(self) -> list[Rule]:
        """The rules that the matcher took, in its order."""
        return self.rules[: len(self.rules) - self.left.__length_hint__()]


Note = Lookup | Trial | Reading

_LIST_ITERATOR: type = type(iter([]))
_ROUTERS_OWN = (NoMatch, RequestPath, RequestAliasRedirect)


class Visit:
    """Stands in for one state, for one visit of the matcher; what is read of it is noted, and read on.

    Notes name visits by number: notes and visits that held each other would be garbage that only the
    collector finds. They are plain tuples while the match runs, since a traced request waits for them.
    """

    __slots__ = ("notes", "number", "state")

    def __init__(self, state: Any, notes: list[Any], number: int) -> None:
        self.state = state
        self.notes = notes
        self.number = number

    @property
    def static(self) -> "Visit":
        return self

    def __contains__(self, text: str) -> bool:
        if text in self.state.static:
            return True
        self.notes.append((self.number, text, None))
        return False

    def __getitem__(self, text: str) -> "Visit":
        state, notes = self.state.static[text], self.notes
        notes.append((self.number, text, state))
        return Visit(state, notes, len(notes))

    @property
    def dynamic(self) -> Any:
        return self._trials() if self.state.dynamic else ()

    def _trials(self) -> Iterator[tuple[Any, "Visit"]]:
        notes, number = self.notes, self.number
        for part, state in self.state.dynamic:
            notes.append((number, part, state))
            yield part, Visit(state, notes, len(notes))

    @property
    def rules(self) -> Any:
        rules = self.state.rules
        left = iter(rules)
        self.notes.append((self.number, left, rules))
        return left


class Run(NamedTuple):
    """What one match came to: `rule` and `args`, or `error`; `notes` is None when it could not be watched."""

    rule: Rule | None
    args: Any
    error: Exception | None
    notes: list[Any] | None


def watch(adapter: MapAdapter, arguments: tuple[Any, ...]) -> Run:
    """Run `adapter.match(*arguments)` once, watched; the adapter and its map are left as they are.

    The match runs on a twin of the adapter whose map is a twin of the map, and the twin's matcher begins at a
    watched root. `arguments` are those of MapAdapter.match with return_rule=True.
    """
    notes: list[Any] = []
    try:
        twin = _watched_twin(adapter, notes)
    except AttributeError:  # another Werkzeug, with no such matcher
        return _run(adapter, arguments, None)
    run = _run(twin, arguments, notes)
    if run[2] is not None and not isinstance(run[2], HTTPException) and not _has_winner(notes):
        # Nothing of the app's runs before a rule is found: it was the matcher that stumbled over a Visit.
        return _run(adapter, arguments, None)
    return run


def _watched_twin(adapter: MapAdapter, notes: list[Any]) -> MapAdapter:
    url_map: Any = adapter.map
    url_map.update()
    matcher = url_map._matcher
    watched = _new(matcher.__class__)
    watched.__dict__ = {**matcher.__dict__, "_root": Visit(matcher._root, notes, 0)}
    map_twin = _new(url_map.__class__)
    map_twin.__dict__ = {**url_map.__dict__, "_matcher": watched}
    twin: MapAdapter = _new(adapter.__class__)
    twin.__dict__ = {**adapter.__dict__, "map": map_twin}
    twin.__dict__.pop("match", None)  # a recorder may have put itself there
    return twin


def _run(adapter: MapAdapter, arguments: tuple[Any, ...], notes: list[Any] | None) -> Run:
    try:
        rule, values = type(adapter).match(adapter, *arguments)
    except Exception as error:
        if isinstance(error.__context__, _ROUTERS_OWN):
            _forget_frames(error)
        return Run(None, None, error, notes)
    return Run(rule, values, None, notes)


def _forget_frames(error: BaseException) -> None:
    """Drop the frames of the router's own answer: they tell nothing, and keep all that they hold."""
    link: BaseException | None = error
    for _ in range(3):  # the answer, what the matcher raised, and what made it do so
        if link is None or not type(link).__module__.startswith("werkzeug."):
            return
        link.__traceback__ = None
        link = link.__context__


def _has_winner(notes: list[Any]) -> bool:
    return bool(notes) and isinstance(notes[-1][1], _LIST_ITERATOR) and bool(Reading(*notes[-1]).seen)


def root_of(url_map: Map) -> Any:
    """Read the state in which each search begins. Raises AttributeError where there is none."""
    url_map.update()
    matcher: Any = url_map._matcher
    return matcher._root


def notes_of(run: Run) -> tuple[Note, ...]:
    """Give the notes of a run their names."""
    return tuple(_named(note) for note in run.notes or ())


def _named(note: tuple[Any, ...]) -> Note:
    if isinstance(note[1], str):
        return Lookup(*note)
    return Reading(*note) if isinstance(note[1], _LIST_ITERATOR) else Trial(*note)


def begins(note: Note) -> bool:
    """Whether a search begins with this note; a second one does when slashes are merged."""
    return note.visit == 0 and isinstance(note, Lookup)


def visited_states(notes: tuple[Note, ...]) -> dict[int, Any]:
    """Map each visit that was made to its state, in order, without the one where the search began."""
    led = ((note.visit, notes[note.visit - 1]) for note in notes if note.visit)
    return {visit: note.state for visit, note in led if not isinstance(note, Reading)}

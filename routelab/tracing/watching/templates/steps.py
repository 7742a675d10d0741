"""What a template's step tells beside its name: its file, what it missed, what of it is lost, its error.

It is found out when the request is over, so that it changes no answer. Of what it asks, everything is
Jinja's own or lies on the disk.
"""

from __future__ import annotations

import builtins
import re
from collections.abc import Callable, Iterator
from contextlib import suppress
from functools import cached_property, partial
from itertools import groupby
from pathlib import Path
from traceback import walk_tb

import jinja2

from routelab.nearest import nearest
from routelab.tracing.facts import Raised
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.steps.undefined import Strictness, Undefined, Use
from routelab.tracing.watching.code.files import in_time, same_name, seen_from_app
from routelab.tracing.watching.exceptions.raised import raised_of
from routelab.tracing.watching.recorded import Loaded
from routelab.tracing.watching.recorder import Recorder
from routelab.tracing.watching.templates.facts import (
    available_templates,
    files_named,
    same_names,
    searched_folders,
    source_by_name,
    source_of,
)
from routelab.tracing.watching.templates.slips import what_was_meant
from routelab.tracing.watching.templates.text import TemplateText, lies_in_comment
from routelab.tracing.watching.templates.undefined_names import NameAsked

_UNKNOWN = re.compile(r"No (filter|test) named '([^']*)'").match
# What Python has as a function, and Jinja as a filter of another name.
_FILTERS_FOR = {"len": "length", "str": "string", "sorted": "sort", "reversed": "reverse"}
_FILTERS_FOR |= {
    "upcase": "upper",
    "uppercase": "upper",
    "downcase": "lower",
    "lowercase": "lower",
    "strip": "trim",
}
_TOO_MANY = 50  # templates inside each other: what differs among so many nobody reads
_SHORTEST_NEAR = 3  # letters: shorter names are all near each other


def tell_of_templates(recorder: Recorder) -> None:
    """Add to the steps of templates what can be found out now."""
    in_time(_tell, recorder)


def _tell(recorder: Recorder) -> None:
    handled = recorder.handling.error
    error = recorder.exceptions.escaping or (None if handled is None else handled[1])
    failed = None if error is None else _place_in_template(recorder, error)
    _join_alike(recorder, partial(_asks_for_itself, recorder), _TOO_MANY)  # there is no time for each
    for loaded in recorder.templates.loaded:
        step = recorder.steps.at(loaded.place)
        if isinstance(step, TemplateStep):
            teller = _Teller(recorder, loaded)
            for tell in (teller.tell_file, teller.tell_undefined, teller.tell_unrendered):
                with suppress(Exception):  # the others are told all the same
                    step = tell(step)
            recorder.steps.fill(loaded.place, step)
    if failed is not None and error is not None:
        _tell_error(recorder, *failed, error)
    for place, path, source in _raising(recorder):
        step = recorder.steps.at(place)
        if isinstance(step, TemplateStep) and step.raised is not None:
            raised = step.raised
            if path is not None and Path(path).is_file():
                step = step.replace(file=seen_from_app(path, recorder.sources))
            recorder.steps.fill(place, _with_hint(recorder, step, raised, source))
    for place in recorder.templates.lost:
        step = recorder.steps.at(place)
        if isinstance(step, TemplateStep):
            recorder.steps.fill(place, _searched(recorder, step))
    _join_alike(recorder, recorder.steps.at)


def _join_alike(recorder: Recorder, alike: Callable[[int], object], least: int = 2) -> None:
    """Make one step of those of a template that was loaded in a row, as in a loop, where all went alike."""
    steps = recorder.steps
    for _, places in groupby(tuple(steps.places()), key=alike):
        first, *more = row = tuple(places)
        if len(row) >= least and isinstance(steps.at(first), TemplateStep):
            steps.amend(first, TemplateStep, times=len(row))
            for place in more:
                steps.fill_with(place, ())


def _asks_for_itself(recorder: Recorder, place: int) -> object:
    """Return what steps in a row have in common where a template asks for itself, or extends itself."""
    step = recorder.steps.at(place)
    if not isinstance(step, TemplateStep) or step.parent != step.name:
        return place
    return step.name, step.raised


class _Teller:
    """Finds out about one loaded template."""

    def __init__(self, recorder: Recorder, loaded: Loaded) -> None:
        self._recorder = recorder
        self._loaded = loaded
        self._environment = recorder.app.jinja_env

    def tell_file(self, step: TemplateStep) -> TemplateStep:
        """Tell where it was found, and what else has its name."""
        path = self._loaded.template.filename
        if self._loaded.text is not None or not path or not Path(path).is_file():
            return step
        sources = self._recorder.sources
        blueprint, others = same_names(files_named(self._recorder.app, step.name), path, sources)
        return step.replace(file=seen_from_app(path, sources), blueprint=blueprint, same_name=others)

    def tell_unrendered(self, step: TemplateStep) -> TemplateStep:
        """Tell what of it is lost because it extends another."""
        source = self._source
        if source is None or "extends" not in source or self._text is None:
            return step
        lost = self._text.unrendered(partial(source_by_name, self._environment))
        return step.replace(extends=self._text.extends, unrendered=lost)

    def tell_undefined(self, step: TemplateStep) -> TemplateStep:
        """Tell what it asked for that was not there."""
        asked = self._recorder.templates.asked_at(self._loaded.place)
        if not asked:
            return step
        found = tuple(each for one in asked if (each := self._undefined(one)) is not None)
        names = {each.name for each in found if each.owner is None and each.said_by_jinja is None}
        return step.replace(undefined=found, missing=tuple(sorted(names)))

    @cached_property
    def _source(self) -> str | None:
        if self._loaded.text is not None:
            return self._loaded.text
        return source_of(self._environment, self._loaded.template)

    @cached_property
    def _text(self) -> TemplateText | None:
        return None if self._source is None else TemplateText(self._environment, self._source)

    def _undefined(self, asked: NameAsked) -> Undefined | None:
        """Describe what was not there; None where the template asks whether it is, and is content."""
        strictness = _strictness(self._environment.undefined)
        if asked.hint is not None:
            return Undefined(
                name=asked.name, line=asked.line, strictness=strictness, said_by_jinja=asked.hint
            )
        attribute = asked.owner is not None
        places = () if self._text is None else self._text.uses_of(asked.name, asked.line, attribute=attribute)
        uses = tuple(dict.fromkeys(each.use for each in places if each.use is not None))
        if places and not uses:
            return None
        written = places[0].name if places else f"the attribute {asked.name}" if attribute else asked.name
        if attribute:
            return Undefined(
                name=written,
                line=asked.line,
                uses=uses,
                strictness=strictness,
                owner=asked.owner,
                near=asked.near,
            )
        giver, given = self._recorder.templates.names_given(self._loaded.place) or (None, ())
        return Undefined(
            name=written,
            line=asked.line,
            uses=uses,
            strictness=strictness,
            near=self._near(asked.name, given),
            given_to=self._given_to(asked.name, giver, given),
            set_inside=None if self._text is None else self._text.set_inside(asked.name),
            # A name that is not called was hardly meant as a function: somebody gave it under another name.
            filter_name=self._filter(asked.name) if Use.CALLED in uses else None,
        )

    def _given_to(self, name: str, giver: int | None, given: tuple[str, ...]) -> str | None:
        if giver is None or giver == self._loaded.place or name not in given:
            return None
        step = self._recorder.steps.at(giver)
        return step.name if isinstance(step, TemplateStep) else None

    def _near(self, name: str, given: tuple[str, ...]) -> str | None:
        if len(name) < _SHORTEST_NEAR or name in given:
            return None
        there = [*given, *self._environment.globals]
        return nearest(name, there, cutoff=0.75)

    def _filter(self, name: str) -> str | None:
        filters = self._environment.filters
        known = _FILTERS_FOR.get(name, name)
        return known if known in filters and (known == name or hasattr(builtins, name)) else None


def _strictness(undefined: type) -> Strictness:
    for each in (Strictness.PLAIN, Strictness.CHAINABLE, Strictness.DEBUG, Strictness.STRICT):
        if undefined is getattr(jinja2, each.value):
            return each
    return Strictness.OWN


def _place_in_template(recorder: Recorder, error: BaseException) -> tuple[Loaded, int] | None:
    """Find the template, and its line, that an exception arose in; None where that was other code."""
    found: tuple[str, int] | None = None
    for frame, line in walk_tb(error.__traceback__):
        # Jinja puts frames of this kind in the place of its own, so that a traceback shows the template.
        if "__jinja_exception__" in frame.f_globals:
            found = frame.f_code.co_filename, line
        elif found is not None and recorder.sources.is_own(frame.f_code):
            found = None  # the template called the app's own code, which failed
    if found is None:
        return None
    loaded = [each for each in recorder.templates.loaded if each.template.filename == found[0]]
    same = len({id(each.template) for each in loaded}) == 1
    return (loaded[-1], found[1]) if same else None


def _tell_error(recorder: Recorder, loaded: Loaded, line: int, error: BaseException) -> None:
    step = recorder.steps.at(loaded.place)
    if not isinstance(step, TemplateStep) or step.raised is not None:
        return
    raised = raised_of(error, recorder.sources)
    if step.file is None:  # then the innermost place of the learner's own is in another file
        raised = raised.replace(file=None, line=None)
    source = loaded.text or source_of(recorder.app.jinja_env, loaded.template)
    commented = source is not None and lies_in_comment(source, line)
    step = step.replace(raised=raised, error_line=line, in_comment=commented)
    recorder.steps.fill(loaded.place, step)


def _raising(recorder: Recorder) -> Iterator[tuple[int, str | None, str | None]]:
    """Yield (place, path, text) of the templates that may have raised; no path where it is told already."""
    templates, environment = recorder.templates, recorder.app.jinja_env
    for each in templates.loaded:
        step = recorder.steps.at(each.place)
        if isinstance(step, TemplateStep) and step.raised is not None:
            yield each.place, None, each.text or source_of(environment, each.template)
    yield from templates.unread


def _with_hint(recorder: Recorder, step: TemplateStep, error: Raised, source: str | None) -> TemplateStep:
    with suppress(Exception):
        return step.replace(error_hint=_hint(recorder, step, error, source))
    return step


def _hint(recorder: Recorder, step: TemplateStep, error: Raised, source: str | None) -> str | None:
    """Say what was probably meant; None where that is not clear."""
    environment = recorder.app.jinja_env
    unknown = _UNKNOWN(error.message)
    if unknown is None:
        if source is None or step.error_line is None:
            return None
        return what_was_meant(environment, source, step.error_line, error.message)
    kind, name = unknown.groups()
    known = environment.filters if kind == "filter" else environment.tests
    near = _FILTERS_FOR.get(name) or nearest(name, known, cutoff=0.7)
    if near in known:
        return f"Jinja has a {kind} {near}"
    return f"a {kind} of the app's own is made by @app.template_{kind}({name!r})"


def _searched(recorder: Recorder, step: TemplateStep) -> TemplateStep:
    """Tell where a template was looked for, and what is there instead."""
    app, sources = recorder.app, recorder.sources
    folders, lacking = searched_folders(app, sources)
    name = (step.choices or (step.name,))[0]
    asked = Path(sources.folder, folders[0] if folders else "", name)
    return step.replace(
        searched=folders,
        no_folders=lacking,
        available=available_templates(app.jinja_env),
        elsewhere=same_name(str(asked), sources),
        optional=_is_optional(recorder, step, name),
    )


def _is_optional(recorder: Recorder, step: TemplateStep, name: str) -> bool:
    for loaded in reversed(recorder.templates.loaded):
        if loaded.template.name == step.parent:
            source = loaded.text or source_of(recorder.app.jinja_env, loaded.template)
            return source is not None and TemplateText(recorder.app.jinja_env, source).includes_optionally(
                name
            )
    return False

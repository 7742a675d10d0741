"""An app whose code failed while it loaded, as facts: what was raised, and where in the learner's own files.

It must not know how the failure is shown, nor what is done about it.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from traceback import walk_tb
from types import TracebackType
from typing import Any

from routelab.loaded import AT_CTRL_C, AT_THE_LIMIT
from routelab.loading.causes import (
    ClashOfViews,
    NameClash,
    RuleRefused,
    no_blueprint,
    refused_rule,
    taken_endpoint,
    taken_name,
    unknown_converter,
    unnamed_view,
)
from routelab.loading.meant import meant_decorator, meant_word
from routelab.loading.modules import AppModules
from routelab.loading.shadowing import shadowed_library
from routelab.loading.unregistered import line_assigned, names_of
from routelab.stopping import LimitReached, raised_again
from routelab.tracing.facts import Frame, Place
from routelab.tracing.steps.load import LoadStep, RefusedRule, TakenEndpoint, TakenName
from routelab.tracing.watching.code.decorators import swallowed_by
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.code.values import message_of
from routelab.tracing.watching.exceptions.raised import words_beside
from routelab.tracing.watching.exceptions.raising import raising_point
from routelab.tracing.watching.exceptions.tracebacks import raised_by_a_statement
from routelab.tracing.watching.exceptions.unset_variables import unset_variable

_ENDS = 10  # frames that are kept of either end of a traceback: recursion has a thousand


def load_step(error: BaseException, modules: AppModules, printed: str) -> LoadStep:
    """Read an exception: the innermost of the learner's own lines counts, and for a SyntaxError its own."""
    ways = (list(_own_frames(each.__traceback__, modules)) for each in raised_again(error))
    walked = next(filter(None, ways), [])
    frames = tuple(frame for _, frame in (*walked[:_ENDS], *walked[_ENDS:][-_ENDS:]))
    file, line, source = (
        (frames[-1].file, frames[-1].line, frames[-1].source) if frames else (None, None, None)
    )
    message = _message(error)
    lines: list[str] = []
    kept = None
    if isinstance(error, SyntaxError) and error.filename in modules.files:
        kept = modules.saved_as(error.filename)
        lines = [] if kept else modules.lines(error.filename)
        file, line = modules.relative(error.filename), error.lineno or None  # 0 is no line
        source, message = _source_line(error.filename, error.lineno or 0, modules), error.msg
    sources = modules.sources()
    chain = _chain(error, [module for module, frame in walked if frame.function == "<module>"])
    # A library that comes back to a file of the app's wanted another library.
    shadowed = None if chain and _ends_in_own(error, modules) else shadowed_library(error, modules)
    return LoadStep(
        exception=type(error).__name__,
        message=message,
        file=file,
        line=line,
        source=source,
        unread=_unread(error, lines),
        frames=frames,
        chain=() if shadowed else chain,
        printed=printed,
        taken=_taken(taken_endpoint(error), sources),
        taken_name=_taken_name(taken_name(error), error, modules, sources),
        no_blueprint=no_blueprint(error),
        converter=unknown_converter(error),
        unnamed_view=unnamed_view(error),
        refused_rule=_refused(refused_rule(error), sources),
        meant=meant_decorator(error, source)
        or meant_word(error, lines, source if _ends_in_own(error, modules) else None),
        suggestion=words_beside(error, sources),
        saved_as=kept,
        unset_variable=unset_variable(error),
        shadowed=shadowed,
    )


def _taken(taken: ClashOfViews | None, sources: Sources) -> TakenEndpoint | None:
    if taken is None:
        return None
    wrapper = taken.wrapper
    bare = swallowed_by(wrapper or taken.first, sources)
    if bare is not None:
        other = swallowed_by(taken.second, sources)
        return TakenEndpoint(
            endpoint=taken.endpoint,
            first=sources.place(bare.function),
            second=sources.place(taken.second if other is None else other.function),
            bare=bare.maker,
        )
    return TakenEndpoint(
        endpoint=taken.endpoint,
        first=_view_place(taken.first, sources),
        second=_view_place(taken.second, sources),
        wrapper=None if wrapper is None else sources.place(wrapper),
        wrapper_of=None if wrapper is None else wrapper.__code__.co_qualname.split(".<locals>.")[-2],
        decorated=taken.decorated,
    )


def _taken_name(
    taken: NameClash | None, error: BaseException, modules: AppModules, sources: Sources
) -> TakenName | None:
    if taken is None:
        return None
    # A module that failed is no longer among the app's own, but its code is on the way.
    names = [*map(names_of, modules), *(frame.f_globals for frame, _ in walk_tb(error.__traceback__))]
    bound = (
        Place(file=modules.relative(file), line=line)
        for each in names
        if (file := each.get("__file__")) in modules.files
        for name, value in tuple(each.items())
        if value is taken.first and (line := line_assigned(str(file), name, modules)) is not None
    )
    place = next(bound, None) or (Place() if taken.view is None else _view_place(taken.view, sources))
    return TakenName(name=taken.name, first=place, again=taken.again)


def _refused(refused: RuleRefused | None, sources: Sources) -> RefusedRule | None:
    if refused is None:
        return None
    place = Place() if refused.view is None else _view_place(refused.view, sources)
    return RefusedRule(rule=refused.rule, blueprint=refused.blueprint, place=place, prefix=refused.prefix)


def _view_place(view: Callable[..., Any], sources: Sources) -> Place:
    place = sources.place(view)
    return place.replace(function=f"{place.function}.as_view") if isinstance(view, type) else place


def _own_frames(way: TracebackType | None, modules: AppModules) -> Iterator[tuple[str, Frame]]:
    """Yield (module, frame), outermost first."""
    for frame, line in walk_tb(way):
        code = frame.f_code
        if code.co_filename in modules.files:
            source = _source_line(code.co_filename, line, modules)
            file = modules.relative(code.co_filename)
            told = Frame(file=file, line=line, function=code.co_name, source=source)
            yield str(frame.f_globals.get("__name__")), told


def _source_line(file: str, line: int, modules: AppModules) -> str:
    return "".join(modules.lines(file)[line - 1 : line]).strip()


def _unread(error: BaseException, lines: Sequence[str]) -> tuple[str, ...]:
    """Return the line that Python cannot read, and what stands above it, with their indentation."""
    if not isinstance(error, SyntaxError) or not 0 < (at := error.lineno or 0) <= len(lines):
        return ()
    above = next((number for number in range(at - 1, 0, -1) if lines[number - 1].strip()), at)
    return tuple(line.rstrip().expandtabs() for line in lines[above - 1 : at])


def _message(error: BaseException) -> str:
    match error:
        case LimitReached():
            return AT_THE_LIMIT
        case KeyboardInterrupt() if not raised_by_a_statement(error):
            return AT_CTRL_C
        case SystemExit(code=None):
            return ""  # what exit() raises is called None
    # A name that the engine lacks was looked for in no file that a learner has.
    return message_of(error).removesuffix(" (unknown location)")


def _ends_in_own(error: BaseException, modules: AppModules) -> bool:
    """Tell whether the line that raised is the app's own."""
    way = raising_point(error)
    return way is not None and way.tb_frame.f_code.co_filename in modules.files


def _chain(error: BaseException, importing: list[str]) -> tuple[str, ...]:
    """Show how imports came back to a module that was not finished; empty where they did not."""
    name = None
    if isinstance(error, ImportError):
        name = error.name
    elif isinstance(error, AttributeError) and "partially initialized module" in _message(error):
        name = getattr(error.obj, "__name__", None)
    if name not in importing:
        return ()
    return (*dict.fromkeys(importing[importing.index(name) :]), name)

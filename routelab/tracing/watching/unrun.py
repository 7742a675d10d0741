"""Find what did not run in a request that is over, and why: from the app's tables and the steps.

It calls nothing of the app's. Where the steps do not tell why something did not run, it is passed over.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from functools import cached_property
from operator import attrgetter
from typing import TYPE_CHECKING, Any, TypeVar

from werkzeug.exceptions import InternalServerError

from routelab.routing.outcome import Outcome
from routelab.tracing.facts import Place
from routelab.tracing.not_run import Expected, NotRun, Why
from routelab.tracing.steps.automatic_options import AutomaticOptionsStep
from routelab.tracing.steps.error import ErrorStep, HandledBy
from routelab.tracing.steps.hook import HookStep, When
from routelab.tracing.steps.session import SessionStep
from routelab.tracing.steps.step import Step
from routelab.tracing.steps.stopped import StoppedStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.watching.code.views import Views
from routelab.tracing.watching.unasked_handlers import (
    blueprints_of,
    http_code,
    lies_in,
    rules_by_blueprint,
    taker_of,
)

if TYPE_CHECKING:
    from routelab.tracing.watching.recorder import Recorder

S = TypeVar("S", bound=Step)
Functions = list[tuple[str | None, Any]]  # (the blueprint, or None for the app; its function)

_REGISTRIES = (
    (Expected.URL_VALUE_PREPROCESSOR, "url_value_preprocessors"),
    (Expected.BEFORE_REQUEST, "before_request_funcs"),
    (Expected.AFTER_REQUEST, "after_request_funcs"),
    (Expected.TEARDOWN_REQUEST, "teardown_request_funcs"),
)
_NO_BLUEPRINT = {
    Outcome.NOT_FOUND: Why.NO_RULE,
    Outcome.METHOD_NOT_ALLOWED: Why.NO_RULE_FOR_METHOD,
    Outcome.REDIRECT: Why.REDIRECTED,
    Outcome.NOT_TRIED: Why.NOT_TRIED,
}
# Those that run before the view, in this order.
_EARLY = (When.URL_VALUE_PREPROCESSOR, When.BEFORE_REQUEST)
_PREPROCESSES = "preprocess_request"
_DISPATCHERS = ("full_dispatch_request", "dispatch_request")
_BEFORE_VIEWS = frozenset({_PREPROCESSES, *_DISPATCHERS})
_tables_of = attrgetter(*(registry for _, registry in _REGISTRIES))
_TEARDOWNS = (When.TEARDOWN_REQUEST, When.TEARDOWN_APPCONTEXT)


def not_run(recorder: Recorder, status: int | None) -> tuple[NotRun, ...]:
    """Tell what could be expected in this request and did not run; `status` is the response's, if any."""
    if recorder.context is None or recorder.routed.explanation is None:
        return ()  # middleware answered, or the request was refused before anything was asked
    if recorder.exceptions.escaped is None and not _expects_anything(recorder):
        return ()
    found = _Finding(recorder, status)
    if any(isinstance(step, StoppedStep) for step in found.steps):
        return ()  # the step of it says more
    return tuple(dict.fromkeys(found.all()))


def _expects_anything(recorder: Recorder) -> bool:
    """Tell whether the app has hooks or handlers at all; without an error, a view alone always runs."""
    app = recorder.app
    if not _BEFORE_VIEWS.isdisjoint(recorder.watched_app.replaced):
        return True
    if app.teardown_appcontext_funcs or getattr(recorder.context, "_after_request_functions", ()):
        return True
    tables = _tables_of(app)
    if any(tables) and any(any(table.values()) for table in tables):
        return True
    handlers = app.error_handler_spec
    return bool(handlers) and any(any(table.values()) for table in handlers.values())


class _Finding:
    def __init__(self, recorder: Recorder, status: int | None) -> None:
        self._recorder, self._app, self._status = recorder, recorder.app, status
        self.steps = tuple(step for _, step in recorder.steps.made())
        self._ran = [function for function, _ in recorder.hooks]
        self._blueprints = blueprints_of(recorder.context.request)
        # The app's come first, then those of the outermost blueprint.
        self._asked: tuple[str | None, ...] = (None, *reversed(self._blueprints))
        self._outcome = (
            recorder.routed.explanation.outcome if recorder.routed.explanation else Outcome.NOT_TRIED
        )

    def all(self) -> Iterator[NotRun]:
        yield from self._early()
        yield from self._view()
        yield from self._handlers()
        yield from self._late()
        yield from self._of_other_blueprints()

    # Facts

    def _of(self, kind: type[S]) -> list[S]:
        return [step for step in self.steps if isinstance(step, kind)]

    def _hook_steps(self, *whens: When) -> list[HookStep]:
        return [step for step in self._of(HookStep) if step.when in whens]

    def _missing(self, registry: str) -> Functions:
        table = getattr(self._app, registry)
        functions = [(name, function) for name in self._asked for function in table.get(name, ())]
        return [(name, function) for name, function in functions if function not in self._ran]

    def _made(self, expected: Expected, functions: Functions, why: Why, by: str | None) -> Iterator[NotRun]:
        for blueprint, function in functions:
            place = self._recorder.sources.place(function)
            yield NotRun(expected=expected, place=place, blueprint=blueprint, why=why, by=by)

    # Hooks of the request's own chain

    def _early(self) -> Iterator[NotRun]:
        ended = self._end_of_early
        if ended is None:
            return
        why, by = ended
        for expected, registry in _REGISTRIES[:2]:
            yield from self._made(expected, self._missing(registry), why, by)

    @cached_property
    def _end_of_early(self) -> tuple[Why, str] | None:
        """Find what came before the view and kept the rest from running."""
        opened = next(iter(self._of(SessionStep)), None)
        if opened is not None and opened.raised is not None and not self._hook_steps(*_EARLY):
            return Why.RAISED, f"opening the session raised {opened.raised.type}"
        for step in self._hook_steps(*_EARLY):
            name = _named(step)
            if step.call.failure is not None:
                return Why.RAISED, f"{name} raised {step.call.failure.type}"
            result = step.call.result
            if step.when is When.BEFORE_REQUEST and result is not None and not result.is_none:
                return Why.ANSWERED, name
        return None

    def _view(self) -> Iterator[NotRun]:
        if self._outcome is not Outcome.MATCHED or self._of(ViewStep):
            return
        view = self._app.view_functions.get(self._recorder.routed.endpoint)
        ended = self._end_of_early or self._own_dispatch
        if view is None or ended is None:
            return
        why, by = ended
        blueprint = self._blueprints[0] if self._blueprints else None
        endpoint = str(self._recorder.routed.endpoint)
        place = Views(self._app.view_functions, self._recorder.sources).place(endpoint)
        yield NotRun(expected=Expected.VIEW, place=place, blueprint=blueprint, why=why, by=by)

    @property
    def _own_dispatch(self) -> tuple[Why, str] | None:
        """Name what dispatches in the place of Flask's own, where that answered without the view."""
        if any(isinstance(step, AutomaticOptionsStep | ErrorStep) for step in self.steps):
            return None
        recorder = self._recorder
        if recorder.progress.view_unseen:
            return None
        for stage in (
            (_PREPROCESSES,)
            if recorder.progress.preprocessed
            else _DISPATCHERS[recorder.progress.view_sought :]
        ):
            if stage in recorder.watched_app.replaced:
                return Why.DISPATCHED, str(recorder.place_of_own(stage).function)
        return None

    def _late(self) -> Iterator[NotRun]:
        ended = self._end_of_after
        if ended is not None:
            this = [(None, f) for f in getattr(self._recorder.context, "_after_request_functions", ())]
            waiting: Functions = [(name, f) for name, f in this if f not in self._ran]
            yield from self._made(Expected.AFTER_THIS_REQUEST, waiting, *ended)
            yield from self._made(Expected.AFTER_REQUEST, self._missing("after_request_funcs"), *ended)
        failed = ((step, step.call.failure) for step in self._hook_steps(*_TEARDOWNS))
        for step, failure in [(step, failure) for step, failure in failed if failure is not None][:1]:
            by = f"{_named(step)} raised {failure.type}"
            if step.when is When.TEARDOWN_REQUEST:
                missing = self._missing("teardown_request_funcs")
                yield from self._made(Expected.TEARDOWN_REQUEST, missing, Why.RAISED, by)
            contexts = [(None, f) for f in self._app.teardown_appcontext_funcs if f not in self._ran]
            yield from self._made(Expected.TEARDOWN_APPCONTEXT, list(contexts), Why.RAISED, by)

    @cached_property
    def _end_of_after(self) -> tuple[Why, str] | None:
        """Find why after_request functions did not run, where the steps tell."""
        for step in self._hook_steps(When.AFTER_REQUEST, When.AFTER_THIS_REQUEST):
            if step.call.failure is not None:
                return Why.RAISED, f"{_named(step)} raised {step.call.failure.type}"
        errors = self._of(ErrorStep)
        if errors and errors[-1].propagated:
            return Why.PROPAGATED, errors[-1].exception
        if not self._recorder.answering.became and self._recorder.exceptions.escaped is not None:
            return Why.NO_RESPONSE, self._recorder.exceptions.escaped.type
        return None

    # Hooks of blueprints in which the request is not

    def _of_other_blueprints(self) -> Iterator[NotRun]:
        for expected, registry in _REGISTRIES:
            table = getattr(self._app, registry)
            for name in tuple(table):
                if name is None or name in self._asked or not table[name] or not self._lies_in(name):
                    continue
                functions: Functions = [(name, f) for f in table[name] if f not in self._ran]
                yield from self._made(expected, functions, *self._why_no_part)

    def _lies_in(self, name: str) -> bool:
        blueprint = self._app.blueprints.get(name)
        path = self._recorder.context.request.path
        return blueprint is not None and lies_in(path, blueprint, self._rules.get(name, []))

    @cached_property
    def _rules(self) -> dict[str, list[str]]:
        return rules_by_blueprint(self._recorder.context)

    @property
    def _why_no_part(self) -> tuple[Why, str | None]:
        why = _NO_BLUEPRINT.get(self._outcome, Why.OTHER_BLUEPRINT)
        return why, self._blueprints[0] if why is Why.OTHER_BLUEPRINT and self._blueprints else None

    # Error handlers

    def _handlers(self) -> Iterator[NotRun]:
        errors: dict[int, tuple[BaseException, list[tuple[int, bool]]]] = {}
        for error, place, final in self._recorder.handling.looked_up:
            errors.setdefault(id(error), (error, []))[1].append((place, final))
        for error, looks in errors.values():
            steps = [self._recorder.steps.at(place) for place, _ in looks]
            known = [step for step in steps if isinstance(step, ErrorStep)]
            if isinstance(error, Exception) and known:
                missing = self._not_asked(error, known[-1], early=any(not final for _, final in looks))
                yield from (it for it in missing if it.place not in self._handled_by)
        if errors or self._recorder.handling.asked_inside:
            return
        if self._status is not None and self._status >= 400:
            yield from self._for_a_returned_status(self._status)

    @cached_property
    def _handled_by(self) -> tuple[Place, ...]:
        """The handlers that were called: one may raise an error about which others might be asked."""
        return tuple(step.handler.place for step in self._of(ErrorStep) if step.handler is not None)

    def _not_asked(self, error: Exception, step: ErrorStep, *, early: bool) -> Iterator[NotRun]:
        """Tell of the handlers that an exception might have been expected to reach; `early`: before the end.

        Only what is raised up to the view's return is looked up by its own class.
        """
        code = http_code(type(error))
        if code is not None and (code < 400 or step.code is None):
            return  # a redirect of the router, or abort(response)
        taker = taker_of(self._table, self._blueprints, error)
        if step.handled_by is HandledBy.REPLACEMENT and step.replacement is not None:
            if step.code == 500 and taker is None:
                taker = taker_of(self._table, self._blueprints, InternalServerError())
            if taker is not None and step.handler is None:
                yield self._handler(*taker, Why.REPLACED, step.replacement.function)
            return
        name = type(error).__name__
        if not early and code is None:
            for owner, function, kind, at in self._registered(self._asked):
                if at is None and isinstance(error, kind) and kind is not Exception:
                    yield self._handler(owner, function, Why.AFTER_THE_VIEW, name, kind.__name__)
        if step.propagated:
            last = taker_of(self._table, self._blueprints, InternalServerError())
            if last is not None:
                yield self._handler(*last, Why.PROPAGATED, name)
        if step.handler is None:
            yield from self._for_something_else(error, code, early=early)
            yield from self._elsewhere(error, taker)

    def _for_something_else(self, error: Exception, code: int | None, *, early: bool) -> Iterator[NotRun]:
        """Tell of the handlers for another code of the same hundred, or for another class of exception."""
        name = type(error).__name__
        for owner, function, kind, at in self._registered(self._asked):
            if isinstance(error, kind):
                continue
            if code is not None and at is not None and at // 100 == code // 100:
                yield self._handler(owner, function, Why.OTHER_CODE, str(code), str(at))
            elif code is None and at is None and early and http_code(kind) is None:
                yield self._handler(owner, function, Why.OTHER_CLASS, name, kind.__name__)

    def _elsewhere(self, error: Exception, taker: tuple[str | None, Any] | None) -> Iterator[NotRun]:
        """Tell of the handlers of other blueprints that would take the error."""
        if taker is not None:
            return
        for name in self._app.blueprints:
            if name in self._asked:
                continue
            found = taker_of({name: self._table.get(name, {})}, (name,), error)
            if found is not None:
                why, by = self._why_no_part
                yield self._handler(name, found[1], why, by)

    def _for_a_returned_status(self, status: int) -> Iterator[NotRun]:
        for owner, function, _, at in self._registered(self._asked):
            if at == status:
                yield self._handler(owner, function, Why.NOT_RAISED, str(status), str(status))

    def _handler(
        self,
        owner: str | None,
        function: Callable[..., Any],
        why: Why,
        by: str | None,
        handles: str | None = None,
    ) -> NotRun:
        return NotRun(
            expected=Expected.ERRORHANDLER,
            place=self._recorder.sources.place(function),
            blueprint=owner,
            why=why,
            by=by,
            handles=handles,
        )

    @property
    def _table(self) -> Any:
        return self._app.error_handler_spec

    def _registered(
        self, names: tuple[str | None, ...]
    ) -> Iterator[tuple[str | None, Callable[..., Any], type, int | None]]:
        """Yield (blueprint, handler, class, code) of what is registered under these names."""
        for name in names:
            for code, by_class in tuple(self._table.get(name, {}).items()):
                for kind, function in tuple(by_class.items()):
                    yield name, function, kind, code


def _named(step: HookStep) -> str:
    """Name who did what a hook came to: "before_request load_user", or what is around that."""
    answered = step.call.answered_by
    around = "" if answered is None else f"{answered.name} around "
    return f"{around}{step.when.value} {step.call.place.function}"

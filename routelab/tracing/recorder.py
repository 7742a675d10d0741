"""Watch one request go through an app, and write down what happens as steps.

The recorder shadows the stage methods that Flask and routelab's engine share by name, on the app instance
and for one request. It converts, matches and decides nothing: it only looks.
"""

from __future__ import annotations

from collections.abc import Callable
from contextvars import ContextVar
from enum import Enum, auto
from typing import TYPE_CHECKING, Any, TypeAlias

from werkzeug.exceptions import HTTPException

from routelab.routing.explanation import MatchExplanation, observe
from routelab.tracing.match_steps import converters_step, match_step
from routelab.tracing.origins import Ledger
from routelab.tracing.printing import Printed
from routelab.tracing.records import (
    AutomaticOptionsStep,
    Call,
    ContextStep,
    ErrorStep,
    Escaped,
    Event,
    HookStep,
    MatchStep,
    Origin,
    Place,
    Raised,
    Stage,
    ViewStep,
    When,
)
from routelab.tracing.seen import request_step
from routelab.tracing.session_watch import WatchedSessionInterface
from routelab.tracing.shapes import header_names_given, make_response_step
from routelab.tracing.sources import Sources
from routelab.tracing.tape import Tape
from routelab.tracing.template_watch import TemplateWatch
from routelab.tracing.values import message_of, named_values, value_of
from routelab.tracing.wraps import Wraps

if TYPE_CHECKING:
    from _typeshed.wsgi import WSGIEnvironment

# A stage method of the app, whatever its signature in this version: arguments are passed on as they come.
Original: TypeAlias = Callable[..., Any]

_recording: ContextVar[Recorder | None] = ContextVar("routelab_recording", default=None)


class During(Enum):
    """What runs now; it tells what a callable is that the app is about to call."""

    LOOP = auto()
    BEFORE = auto()
    DISPATCH = auto()
    ERROR = auto()
    AFTER = auto()
    TEARDOWN_REQUEST = auto()
    TEARDOWN_APPCONTEXT = auto()
    OWN_CODE = auto()
    NESTED = auto()  # the loop again, called by the learner's own code: no part of this trace


_HOOKS = {
    During.BEFORE: When.BEFORE_REQUEST,
    During.AFTER: When.AFTER_REQUEST,
    During.TEARDOWN_REQUEST: When.TEARDOWN_REQUEST,
    During.TEARDOWN_APPCONTEXT: When.TEARDOWN_APPCONTEXT,
}


class Recorder:
    """Watches one request; afterwards `tape`, `ledger`, `exception` and `explanation` tell of it."""

    def __init__(self, app: Any, sources: Sources, printed: Printed, *, all_candidates: bool = False) -> None:
        self.tape = Tape()
        self.ledger = Ledger()
        self.explanation: MatchExplanation | None = None
        self.exception: Escaped | None = None
        self.response: Any = None
        self.streams = False
        self._app = app
        self._sources = sources
        self._printed = printed
        self._all_candidates = all_candidates
        self._templates = TemplateWatch(self.tape, sources)
        self._wraps = Wraps()
        self._during = During.LOOP
        self._body = b""
        self._request_seen = False
        self._context_seen = False
        self._torn_down = False
        self._view: Callable[..., Any] | None = None
        self._error: tuple[int, BaseException] | None = None
        self._handler: Call | None = None
        self._producer = Origin(stage=Stage.MAKE_RESPONSE)

    # The recording as a whole

    def start(self, body: bytes) -> None:
        """Begin to watch, in this context; `body` is a copy of the request's bytes."""
        self._body = body
        _recording.set(self)
        app, put = self._app, self._wraps.put
        for name, watch in _LOOP_STAGES:
            put(app, name, self._loop_stage(getattr(app, name), watch))
        for name, watch in _STAGES_ANYWHERE:
            put(app, name, self._stage(getattr(app, name), watch))
        put(
            app,
            "session_interface",
            WatchedSessionInterface(
                app.session_interface, self.tape, self.ledger, self._watching_loop, self.raised
            ),
        )
        if "jinja_env" in vars(app):
            self._watch_templates(app.jinja_env)

    def stop(self) -> None:
        """Take every wrap off again."""
        self._wraps.undo()

    def request_arrives(self, environ: WSGIEnvironment) -> None:
        """Note the request: where Flask takes it over, or at the end if no part of Flask ever saw it."""
        if not self._request_seen:
            self._request_seen = True
            self.tape.add_first(request_step(environ, self._body))

    def escapes(self, error: BaseException) -> None:
        """Note an exception that no handler of its own took."""
        self.exception = Escaped(
            type=type(error).__name__, message=message_of(error), frames=self._sources.frames(error)
        )

    def raised(self, error: BaseException) -> Raised:
        """Describe an exception with the learner's own innermost line."""
        return self._sources.raised(error)

    def _watching(self) -> bool:
        # Another thread may call the same app meanwhile: its requests are not this one.
        return _recording.get() is self and self._during is not During.NESTED

    def _watching_loop(self) -> bool:
        return self._watching() and self._during is not During.OWN_CODE

    def _stage(self, original: Original, watch: Callable[..., Any]) -> Original:
        def stage(*args: Any, **kwargs: Any) -> Any:
            if not self._watching():
                return original(*args, **kwargs)
            return watch(self, original, *args, **kwargs)

        return stage

    def _loop_stage(self, original: Original, watch: Callable[..., Any]) -> Original:
        def stage(*args: Any, **kwargs: Any) -> Any:
            if not self._watching():
                return original(*args, **kwargs)
            if self._during is During.OWN_CODE:
                return self._staged(During.NESTED, original, *args, **kwargs)
            return watch(self, original, *args, **kwargs)

        return stage

    def _staged(self, during: During, original: Original, *args: Any, **kwargs: Any) -> Any:
        outer, self._during = self._during, during
        try:
            return original(*args, **kwargs)
        finally:
            self._during = outer

    # Context and match

    def _request_context(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        if self._context_seen:
            return original(*args, **kwargs)
        self._context_seen = True
        self.request_arrives(args[-1])
        self.tape.add(ContextStep(event=Event.PUSH))
        context = original(*args, **kwargs)
        self._wraps.put(context, "push", self._stage(context.push, Recorder._push))
        self._wraps.put(context, "pop", self._stage(context.pop, Recorder._pop))
        return context

    def _push(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        pushed = original(*args, **kwargs)
        if self.explanation is None:
            self.tape.add(MatchStep(outcome=None))  # an untrusted host, for example
        return pushed

    def _pop(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        try:
            return original(*args, **kwargs)
        finally:
            # `stream_with_context` pops the same context once more; only the last pop tears down.
            if self._torn_down:
                self._torn_down = False
                self.tape.add(ContextStep(event=Event.POP))

    def _create_url_adapter(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        adapter = original(*args, **kwargs)
        request = args[-1] if args else kwargs.get("request")
        if request is not None and adapter is not None and self.explanation is None:
            adapter.match = self._watched_match(adapter)
        return adapter

    def _watched_match(self, adapter: Any) -> Callable[..., Any]:
        def match(*args: Any, **kwargs: Any) -> Any:
            del adapter.match
            place = self.tape.reserve()
            self.explanation = explanation = observe(adapter, *args, **kwargs)
            error = explanation.error
            step = match_step(
                explanation,
                self.view_place,
                all_candidates=self._all_candidates,
                raised=None if error is None else self._sources.raised(error),
            )
            self.tape.fill(place, step)
            if explanation.values:
                self.tape.add(converters_step(explanation))
            return explanation.replay()

        return match

    def view_place(self, endpoint: str) -> Place:
        """Find where an endpoint's view function stands."""
        return self._sources.view_place(self._app.view_functions, endpoint)

    # The learner's own callables

    def _ensure_sync(self, original: Original, function: Callable[..., Any]) -> Callable[..., Any]:
        """Every callable passes here just before it is called: see to it that its call is noted."""
        run: Callable[..., Any] = original(function)
        during = self._during
        if during is During.OWN_CODE:
            # A class-based view passes here again with the method that really answers.
            if self._view is not None and hasattr(getattr(function, "__self__", None), "dispatch_request"):
                self._view = function
        elif during is During.DISPATCH:
            return lambda *args, **kwargs: self._run_view(function, run, args, kwargs)
        elif during is During.ERROR:
            return lambda *args, **kwargs: self._run_handler(function, run, args, kwargs)
        elif during in _HOOKS:
            when, blueprint = self._registered(_HOOKS[during], function)
            return lambda *args, **kwargs: self._run_hook(when, blueprint, function, run, args, kwargs)
        return run

    def _call(self, function: Any, run: Any, args: Any, kwargs: Any, done: Callable[[Call], None]) -> Any:
        """Run the learner's callable, and hand its Call to `done` however it ends."""
        outer, self._during = self._during, During.OWN_CODE
        arguments = named_values({**_positional(function, args), **kwargs} if args else kwargs)
        mark = self._printed.mark()
        returned = raised = None
        try:
            result = run(*args, **kwargs)
            returned = value_of(result)
            return result
        except Exception as error:
            raised = self._sources.raised(error)
            raise
        finally:
            self._during = outer
            ran = function if self._view is None else self._view
            done(
                Call(
                    place=self._sources.place(ran),
                    arguments=arguments,
                    printed=self._printed.since(mark),
                    returned=returned,
                    raised=raised,
                )
            )

    def _run_view(self, function: Any, run: Any, args: Any, kwargs: Any) -> Any:
        place = self.tape.reserve()
        self._view = function

        def done(call: Call) -> None:
            lines = self._sources.lines(self._view) if self._view else ()
            self._view = None
            endpoint = (self.explanation and self.explanation.endpoint) or ""
            self.tape.fill(place, ViewStep(endpoint=endpoint, call=call, source=lines))
            self._producer = Origin(stage=Stage.VIEW, place=call.place)

        return self._call(function, run, args, kwargs, done)

    def _run_handler(self, function: Any, run: Any, args: Any, kwargs: Any) -> Any:
        def done(call: Call) -> None:
            self._handler = call
            self._producer = Origin(stage=Stage.ERROR, place=call.place)

        return self._call(function, run, args, kwargs, done)

    def _run_hook(
        self, when: When, blueprint: str | None, function: Any, run: Any, args: Any, kwargs: Any
    ) -> Any:
        place = self.tape.reserve()
        view, self._view = self._view, None  # a context processor runs inside the view

        def done(call: Call) -> None:
            self._view = view
            self.tape.fill(place, HookStep(when=when, blueprint=blueprint, call=call))

        result = self._call(function, run, args, kwargs, done)
        origin = Origin(stage=Stage.HOOK, place=self._sources.place(function))
        if when is When.BEFORE_REQUEST:
            self._producer = origin
        elif when in (When.AFTER_REQUEST, When.AFTER_THIS_REQUEST) and hasattr(result, "headers"):
            self.ledger.note(result.headers, origin)
        return result

    def _registered(self, when: When, function: Any) -> tuple[When, str | None]:
        """Tell which blueprint registered a hook, None for the app itself."""
        app = self._app
        if when is When.TEARDOWN_APPCONTEXT:
            return when, None
        registered = {
            When.BEFORE_REQUEST: app.before_request_funcs,
            When.AFTER_REQUEST: app.after_request_funcs,
            When.TEARDOWN_REQUEST: app.teardown_request_funcs,
        }[when]
        for name, functions in registered.items():
            if function in functions:
                return when, name
        return (When.AFTER_THIS_REQUEST if when is When.AFTER_REQUEST else when), None

    def _hooks_called_directly(self, when: When, registered: Any) -> dict[str | None, list[Any]]:
        """Wrap the functions of a registry whose calls do not pass `ensure_sync`."""

        def watched(name: str | None, function: Any) -> Callable[..., Any]:
            return lambda *args, **kwargs: self._run_hook(when, name, function, function, args, kwargs)

        return {
            name: [function if _is_builtin(function) else watched(name, function) for function in functions]
            for name, functions in registered.items()
        }

    # The phases of the loop

    def _full_dispatch_request(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        return original(*args, **kwargs)

    def _preprocess_request(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        preprocessors = self._app.url_value_preprocessors
        if preprocessors:
            wrapped = self._hooks_called_directly(When.URL_VALUE_PREPROCESSOR, preprocessors)
            self._wraps.put(self._app, "url_value_preprocessors", wrapped)
        return self._staged(During.BEFORE, original, *args, **kwargs)

    def _dispatch_request(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        return self._staged(During.DISPATCH, original, *args, **kwargs)

    def _make_default_options_response(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        place = self.tape.reserve()
        response = original(*args, **kwargs)
        self.tape.fill(place, AutomaticOptionsStep(allowed_methods=tuple(sorted(response.allow))))
        self._producer = Origin(stage=Stage.AUTOMATIC_OPTIONS)
        return response

    def _handle_user_exception(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        error = args[-1]
        place = self.tape.reserve()
        self._error = (place, error)
        return self._look_up(place, error, type(error).__name__, original, *args, **kwargs)

    def _handle_exception(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        error = args[-1]
        self.escapes(error)
        # An exception that no handler took a moment ago: still the same step, now as a 500.
        same = self._error is not None and self._error[1] is error and self._handler is None
        place = self._error[0] if same and self._error else self.tape.reserve()
        return self._look_up(place, error, "InternalServerError", original, *args, **kwargs)

    def _look_up(
        self, place: int, error: Any, handled_as: str, original: Original, *args: Any, **kwargs: Any
    ) -> Any:
        self._handler = None
        self._producer = Origin(stage=Stage.ERROR, place=Place(function=handled_as))
        code = 500 if handled_as == "InternalServerError" else getattr(error, "code", None)
        try:
            return self._staged(During.ERROR, original, *args, **kwargs)
        finally:
            self.tape.fill(
                place,
                ErrorStep(
                    exception=type(error).__name__,
                    message=message_of(error),
                    handled_as=handled_as,
                    code=code,
                    handler=self._handler,
                ),
            )

    def _make_response(self, original: Original, returned: Any) -> Any:
        place = self.tape.reserve()
        response, raised = None, None
        try:
            response = self.response = original(returned)
        except Exception as error:
            raised = self._sources.raised(error)
            raise
        finally:
            self.tape.fill(place, make_response_step(returned, response, raised))
        self._credit_headers(returned, response)
        # Werkzeug hands an error's page on as a stream of one piece, which is nobody's generator.
        self.streams = response.is_streamed and not isinstance(returned, HTTPException)
        return response

    def _credit_headers(self, returned: Any, response: Any) -> None:
        """Tell the headers that came with the returned value from those that `make_response` added."""
        self.ledger.restart()
        body = returned[0] if isinstance(returned, tuple) and returned else returned
        given = header_names_given(returned)
        whole = isinstance(body, (HTTPException, type(response)))
        own = [pair for pair in response.headers if whole or pair[0].lower() in given]
        self.ledger.note(own, self._producer)
        self.ledger.note(response.headers, Origin(stage=Stage.MAKE_RESPONSE))

    def _process_response(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        self.response = self._staged(During.AFTER, original, *args, **kwargs)
        return self.response

    def _do_teardown_request(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        self._torn_down = True
        return self._staged(During.TEARDOWN_REQUEST, original, *args, **kwargs)

    def _do_teardown_appcontext(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        return self._staged(During.TEARDOWN_APPCONTEXT, original, *args, **kwargs)

    # Templates

    def _create_jinja_environment(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        environment = original(*args, **kwargs)
        self._watch_templates(environment)
        return environment

    def _watch_templates(self, environment: Any) -> None:
        def watch(_recorder: Recorder, original: Original, *args: Any, **kwargs: Any) -> Any:
            return self._templates.get_template(original, *args, **kwargs)

        self._wraps.put(environment, "get_template", self._stage(environment.get_template, watch))

    def _update_template_context(self, original: Original, *args: Any, **kwargs: Any) -> Any:
        self._templates.give(args[-1])
        app = vars(self._app)
        processors = app["template_context_processors"]
        app["template_context_processors"] = self._hooks_called_directly(When.CONTEXT_PROCESSOR, processors)
        try:
            return original(*args, **kwargs)
        finally:
            app["template_context_processors"] = processors


def _positional(function: Any, args: tuple[Any, ...]) -> dict[str, Any]:
    """Name positional arguments as the function does: `{"response": <Response>}`."""
    code = getattr(function, "__code__", None)
    names = code.co_varnames[: code.co_argcount] if code is not None else ()
    return {names[n] if n < len(names) else f"argument {n + 1}": arg for n, arg in enumerate(args)}


def _is_builtin(processor: Any) -> bool:
    # Both engines register their own processor (request, session, g) under this name.
    return getattr(processor, "__name__", "") == "_default_template_ctx_processor"


_LOOP_STAGES: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("request_context", Recorder._request_context),
    ("create_url_adapter", Recorder._create_url_adapter),
    ("full_dispatch_request", Recorder._full_dispatch_request),
    ("preprocess_request", Recorder._preprocess_request),
    ("dispatch_request", Recorder._dispatch_request),
    ("make_default_options_response", Recorder._make_default_options_response),
    ("handle_user_exception", Recorder._handle_user_exception),
    ("handle_exception", Recorder._handle_exception),
    ("make_response", Recorder._make_response),
    ("process_response", Recorder._process_response),
    ("do_teardown_request", Recorder._do_teardown_request),
    ("do_teardown_appcontext", Recorder._do_teardown_appcontext),
)
_STAGES_ANYWHERE: tuple[tuple[str, Callable[..., Any]], ...] = (
    ("ensure_sync", Recorder._ensure_sync),
    ("create_jinja_environment", Recorder._create_jinja_environment),
    ("update_template_context", Recorder._update_template_context),
)

"""The stage methods of one app, wrapped on the instance while a request is traced.

It knows which methods Flask and routelab's engine share by name, and leaves what they mean to the stages.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from functools import partial
from threading import Lock
from types import MethodType
from typing import Any

from routelab.tracing.watching import contexts, error_stages, loop, made_in_view
from routelab.tracing.watching.calls import stages as calls
from routelab.tracing.watching.code.layers import class_with
from routelab.tracing.watching.code.sources import FLASKS_OWN, Sources
from routelab.tracing.watching.exceptions.tracebacks import leave_out_ours
from routelab.tracing.watching.made_in_view import WatchedAborter
from routelab.tracing.watching.recorder import PendingCall, Phase, Recorder, StageWrapper, current, nested
from routelab.tracing.watching.sessions import WatchedSessionInterface
from routelab.tracing.watching.templates import stages as templates
from routelab.tracing.watching.templates.undefined_names import NameAsked, watched_undefined
from routelab.tracing.watching.watched_app import WatchedApp

# Called by the learner's own code, a stage of the loop is no part of the trace, nor is what happens in it.
_LOOP: Mapping[str, StageWrapper] = {**contexts.STAGES, **error_stages.STAGES, **loop.STAGES}
_OWN_CALLS: Mapping[str, StageWrapper] = {**error_stages.OWN_CALLS, **loop.OWN_CALLS}
_ANYWHERE: Mapping[str, StageWrapper] = {**calls.STAGES, **templates.STAGES, **made_in_view.STAGES}
_SESSIONS = "session_interface"
_ABORTER = "aborter"
_ENVIRONMENT = "create_jinja_environment"
_UNDEFINED = "undefined"  # the attribute of Jinja's environment that makes a value of what is not there
_METHODS = frozenset({*_LOOP, *_ANYWHERE, _ENVIRONMENT})
_NAMES = _METHODS | {_SESSIONS, _ABORTER}
_OWN_CODE, _NESTED = Phase.OWN_CODE, Phase.NESTED


class Instrumentation:
    """Attributes of an app that hide its own: made once, put on while at least one request is traced.

    Each asks whose request it is that runs in this context: the app may serve others meanwhile.
    """

    def __init__(self, app: Any, sources: Sources) -> None:
        self.watched_app = WatchedApp(app, sources)
        self._attributes = vars(app)
        self._requests = 0
        self._lock = Lock()
        self._hidden: dict[str, Any] = {}
        self._made: dict[str, Any] = {}
        self._kind: type | None = None  # of the app, when these were made
        self._environments: list[tuple[dict[str, Any], ...]] = []  # attributes, those hidden, those made

    def make_ready(self) -> None:
        """Make what the first request would make for all that follow."""
        self.install()
        self.uninstall()
        self.watched_app.routes.make_ready()

    def install(self) -> None:
        """Begin to watch the app; each call needs one of `uninstall`."""
        with self._lock:
            self._requests += 1
            if self._requests > 1:
                return
            attributes = self._attributes
            # A stage may have been replaced on the instance, in the learner's file or since the last request.
            own = {name: attributes[name] for name in _NAMES & attributes.keys()}
            kind = type(self.watched_app.app)  # the learner's code may make it another
            if kind is not self._kind or own != self._hidden:
                self._made, self._hidden, self._kind = self._wrappers(), own, kind
                methods = {name: own[name] for name in _METHODS & own.keys()}
                self.watched_app.has_own({**dict(_own_methods(kind)), **methods})
            attributes.update(self._made)
            if "jinja_env" in attributes:
                self._watch_templates(attributes["jinja_env"])

    def uninstall(self) -> None:
        """Leave the app as it was, once no request is traced."""
        with self._lock:
            self._requests -= 1
            if self._requests:
                return
            for name in self._made:
                del self._attributes[name]
            self._attributes.update(self._hidden)
            while self._environments:
                attributes, hidden, made = self._environments.pop()
                for name, ours in made.items():
                    if attributes.get(name) is not ours:  # the app put something else there meanwhile
                        continue
                    del attributes[name]
                    if name in hidden:
                        attributes[name] = hidden[name]

    def _create_environment(self, recorder: Recorder, stage: PendingCall) -> Any:
        """Watch Jinja's environment, which an app makes when it first needs a template."""
        environment = stage()
        with recorder.guard("which templates were loaded"):
            self._watch_templates(environment)
        return environment

    def _watch_templates(self, environment: Any) -> None:
        """Wrap the look-up of templates, through which `extends`, `include` and `import` pass, too."""
        attributes = vars(environment)
        made = {
            name: self._stage(getattr(environment, name), watch, watch)
            for name, watch in templates.ENVIRONMENT_STAGES.items()
        }
        made[_UNDEFINED] = watched_undefined(environment.undefined, self._note_undefined)
        hidden = {name: attributes[name] for name in made if name in attributes}
        self._environments.append((attributes, hidden, made))
        attributes.update(made)

    def _note_undefined(self, asked: NameAsked) -> None:
        recorder = current.get()
        if recorder is not None and recorder.watched_app is self.watched_app:
            recorder.templates.ask(asked)

    def recorder_of_loop(self) -> Recorder | None:
        """Return the recorder of the request that runs here, unless the learner's own code runs."""
        recorder = current.get()
        if recorder is None or recorder.watched_app is not self.watched_app:
            return None
        return None if recorder.phase in (_OWN_CODE, _NESTED) else recorder

    def _recorder(self) -> Recorder | None:
        recorder = current.get()
        return recorder if recorder is not None and recorder.watched_app is self.watched_app else None

    def _wrappers(self) -> dict[str, Any]:
        app, environment = self.watched_app.app, self._create_environment
        return {
            **{
                name: self._stage(getattr(app, name), watch, _OWN_CALLS.get(name, nested))
                for name, watch in _LOOP.items()
            },
            **{name: self._stage(getattr(app, name), watch, watch) for name, watch in _ANYWHERE.items()},
            _ENVIRONMENT: self._stage(app.create_jinja_environment, environment, environment),
            _SESSIONS: WatchedSessionInterface(app.session_interface, self.recorder_of_loop),
            _ABORTER: WatchedAborter(app.aborter, self._recorder),
        }

    def _stage(self, original: Any, watch: StageWrapper, own_call: StageWrapper) -> Any:
        """Put `watch` before a stage, and `own_call` where the learner's own code calls it.

        Where the app has put there what cannot be called, Python is left to say so.
        """
        if not callable(original):
            return original
        if type(original) is partial:  # one around it would take it apart
            original = original.__call__

        watched_app, bound = self.watched_app, original
        held = bound.__self__ if isinstance(bound, MethodType) else None
        kind = type(held)

        def stage(*args: Any, **kwargs: Any) -> Any:
            original = bound if type(held) is kind else _of_another_class(bound)
            recorder = current.get()
            if recorder is None or recorder.watched_app is not watched_app:
                watched_app.comes_unwatched(args)
                return original(*args, **kwargs)
            phase = recorder.phase
            if phase is _OWN_CODE:
                return own_call(recorder, PendingCall(original, *args, **kwargs))
            if phase is _NESTED:
                return original(*args, **kwargs)
            try:
                return watch(recorder, PendingCall(original, *args, **kwargs))
            except Exception as error:  # a handler may look at it, or middleware, and show it to somebody
                with recorder.guard("the way of an exception"):
                    leave_out_ours(error)
                raise

        return stage


def _of_another_class(method: MethodType) -> Any:
    """Return the method of that name, as an object has it that was given another class meanwhile."""
    held, name = method.__self__, method.__name__
    owner = class_with(type(held), name)
    return method if owner is None else vars(owner)[name].__get__(held, type(held))


def _own_methods(kind: type) -> Iterator[tuple[str, Any]]:
    """Yield the methods that a class of the app's own, or of an extension's, has in the place of Flask's."""
    for name in _METHODS:
        owner = class_with(kind, name)
        if owner is not None and not owner.__module__.startswith(FLASKS_OWN):
            yield name, vars(owner)[name]

"""The stage methods of one app in the recorder's sight: shadowed on the instance while a request is traced.

It knows which methods Flask and routelab's engine share by name, and leaves what they mean to the stages.
"""

from __future__ import annotations

from collections.abc import Mapping
from threading import Lock
from typing import Any
from weakref import ReferenceType, ref

from routelab.tracing import call_stages, context_stages, loop_stages, template_stages
from routelab.tracing.recorder import During, Original, Recorder, Watch, current, nested
from routelab.tracing.session_watch import WatchedSessionInterface
from routelab.tracing.tape import Steps

# Called by the learner's own code, a stage of the loop is no part of the trace, nor is what happens in it.
_LOOP: Mapping[str, Watch] = {**context_stages.STAGES, **loop_stages.STAGES}
_OWN_CALLS: Mapping[str, Watch] = loop_stages.OWN_CALLS
_ANYWHERE: Mapping[str, Watch] = {**call_stages.STAGES, **template_stages.STAGES}
_SESSIONS = "session_interface"
_NAMES = frozenset({*_LOOP, *_ANYWHERE, _SESSIONS})
_OWN_CODE, _NESTED = During.OWN_CODE, During.NESTED


class Shadows:
    """Attributes of an app that hide its own: made once, put on while at least one request is traced.

    Each asks whose request it is that runs in this context: the app may serve others meanwhile.
    """

    def __init__(self, app: Any) -> None:
        self.app = app
        self._attributes = vars(app)
        self._requests = 0
        self._lock = Lock()
        self._hidden: dict[str, Any] = {}
        self._made: dict[str, Any] = {}
        self._unread: ReferenceType[Steps] | None = None
        self._environments: list[tuple[dict[str, Any], dict[str, Any]]] = []

    def put_on(self) -> None:
        """Begin to watch the app; each call needs one of `take_off`."""
        unread = None if self._unread is None else self._unread()
        if unread is not None:
            unread.made()
        with self._lock:
            self._requests += 1
            if self._requests > 1:
                return
            attributes = self._attributes
            # A stage may have been replaced on the instance, in the learner's file or since the last request.
            own = {name: attributes[name] for name in _NAMES & attributes.keys()}
            if not self._made or own != self._hidden:
                self._made, self._hidden = self._shadows(), own
            attributes.update(self._made)
            if "jinja_env" in attributes:
                self.watch_templates(attributes["jinja_env"])

    def take_off(self) -> None:
        """Leave the app as it was, once no request is traced."""
        with self._lock:
            self._requests -= 1
            if self._requests:
                return
            for name in self._made:
                del self._attributes[name]
            self._attributes.update(self._hidden)
            while self._environments:
                attributes, hidden = self._environments.pop()
                for name in template_stages.ENVIRONMENT_STAGES:
                    attributes.pop(name, None)
                attributes.update(hidden)

    def keep(self, steps: Steps) -> None:
        """See to it that steps are made before the app runs again, unless nobody has them any more."""
        self._unread = ref(steps)

    def watch_templates(self, environment: Any) -> None:
        """Shadow the look-up of templates, through which `extends`, `include` and `import` pass, too."""
        attributes = vars(environment)
        stages = template_stages.ENVIRONMENT_STAGES
        hidden = {name: attributes[name] for name in stages if name in attributes}
        self._environments.append((attributes, hidden))
        for name, watch in stages.items():
            attributes[name] = self._stage(getattr(environment, name), watch)

    def recorder_of_loop(self) -> Recorder | None:
        """Return the recorder of the request that runs here, unless the learner's own code runs."""
        recorder = current.get()
        if recorder is None or recorder.shadows is not self:
            return None
        return None if recorder.during in (_OWN_CODE, _NESTED) else recorder

    def _shadows(self) -> dict[str, Any]:
        app = self.app
        return {
            **{
                name: self._loop_stage(getattr(app, name), watch, _OWN_CALLS.get(name, nested))
                for name, watch in _LOOP.items()
            },
            **{name: self._stage(getattr(app, name), watch) for name, watch in _ANYWHERE.items()},
            _SESSIONS: WatchedSessionInterface(app.session_interface, self.recorder_of_loop),
        }

    def _stage(self, original: Original, watch: Watch) -> Original:
        def stage(*args: Any, **kwargs: Any) -> Any:
            recorder = current.get()
            if recorder is None or recorder.shadows is not self or recorder.during is _NESTED:
                return original(*args, **kwargs)
            return watch(recorder, original, args, kwargs)

        return stage

    def _loop_stage(self, original: Original, watch: Watch, own_call: Watch) -> Original:
        def stage(*args: Any, **kwargs: Any) -> Any:
            recorder = current.get()
            if recorder is None or recorder.shadows is not self or recorder.during is _NESTED:
                return original(*args, **kwargs)
            if recorder.during is _OWN_CODE:
                return own_call(recorder, original, args, kwargs)
            return watch(recorder, original, args, kwargs)

        return stage

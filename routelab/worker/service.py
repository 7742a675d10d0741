"""What a worker is asked for: load the app, send a request, ask the router. One function a verb.

It turns messages into calls of the live app, and what comes back into messages.
"""

from __future__ import annotations

import ast
import builtins
import gc
import sys
import traceback
from collections.abc import Callable
from contextlib import suppress
from hashlib import blake2b
from importlib import import_module
from pathlib import Path
from typing import TYPE_CHECKING, Any, Protocol

from routelab.errors import AppNotFound, RoutelabError, SeveralApps
from routelab.live import LiveApp
from routelab.loaded import AppFacts, LoadFailure
from routelab.loading.engine import resolved
from routelab.loading.loader import load
from routelab.loading.records import Engine, LoadedApp
from routelab.messages import Limits, SendOptions, request_of
from routelab.record import Extent
from routelab.requestline.record import RequestLine
from routelab.stopping import ENDS_A_REQUEST, hide_ours_in_finalizers, time_limit
from routelab.tracing.facts import Note, Place
from routelab.tracing.phrases import named, raised_at
from routelab.tracing.steps.stopped import Stop, StoppedStep
from routelab.tracing.watching.exceptions.raised import raised_of
from routelab.tracing.watching.exceptions.tracebacks import leave_out_ours, raised_by
from routelab.tracing.watching.listening import Listener, Run
from routelab.tracing.watching.run import stopped_step
from routelab.tracing.watching.step_recorder import StepRecorder
from routelab.worker.limits import end_with_parent, give_memory_again, keep_within, memory_bound, watchdog
from routelab.worker.processstate import Beginning, enter, set_environ

if TYPE_CHECKING:
    from routelab.liverouter import LiveRouter
    from routelab.worker.libraries import Libraries

Message = dict[str, Any]
Reply = dict[str, Any]

_BUILTINS = dict(vars(builtins))  # before any code of the app's runs


def prepare(engine: str) -> str:
    """Import what an app on this engine will want, while the tool is still reading its command line.

    Returns the engine's name, "auto" resolved.
    """
    if engine == "auto":
        engine = resolved(Engine.AUTO).value
    if engine == "flask":
        with suppress(Exception):  # loading says what is missing, or broken
            import_module("flask")
    elif engine == "routelab":
        import_module("routelab.engine")
    hide_ours_in_finalizers(leave_out_ours)
    # The app has the collector as any program does, and what is there by now is old: else all of it would
    # be looked at once more with the first object that is made.
    gc.freeze()
    gc.unfreeze()
    gc.enable()
    return engine


class Outlet(Protocol):
    """Where replies go, and marks between what the app writes past them; see `channel.Channel`."""

    @property
    def past(self) -> int:
        """The descriptor that the app's own output goes to."""

    def write(self, message: Message) -> None:
        """Write a message."""

    def mark(self, word: str) -> None:
        """Put a mark in the app's own output."""


class Service:
    """Answers messages about one app: the first has to load it."""

    def __init__(self, channel: Outlet) -> None:
        self._channel = channel
        self._live: LiveApp | None = None
        self._memory: int | None = None  # megabytes that it is kept within
        self._beginning: Beginning | None = None
        self._libraries: Libraries | None = None
        self._folder = ""  # of the app that was loaded last, whether it did or not
        # What the tool itself needs to import later must be found, whatever the app makes of these.
        self._finders, self._hooks = sys.meta_path[:], sys.path_hooks[:]
        self._verbs: dict[str, Callable[[Message], Reply]] = {
            "load": self._load,
            "send": self._send,
            "match": self._match,
            "build": self._build,
            "routes": self._routes,
            "known_rules": self._known_rules,
            "view_source": self._view_source,
            "audit": self._audit,
            "unchanged": self._unchanged,
        }

    @property
    def folder(self) -> str:
        """Where the app's imports start."""
        return self._app.sources.folder

    @property
    def had_app(self) -> bool:
        """Whether an app was loaded here, or began to be."""
        return bool(self._folder)

    def make_ready(self) -> None:
        """Do what each copy of this process would do for its first request, as far as that goes now."""
        with suppress(Exception):  # what fails here fails again, and is told then
            self._app.make_ready()

    def begin_again(self) -> bool:
        """Let the app go, and put back what it found; asked before there is any, note what that is.

        Returns False where another app should have another process: this one has libraries more than before.
        """
        self._live = None
        if self._beginning is None or self._libraries is None:
            from routelab.worker.libraries import Libraries  # where lessons are proven, before any app

            self._beginning, self._libraries = Beginning(), Libraries()
        else:
            self._beginning.put_back(self._folder)
            if self._libraries.joined():
                return False
            gc.collect()  # what an app left open is closed before there is another
        self._finders, self._hooks = sys.meta_path[:], sys.path_hooks[:]
        gc.freeze()  # so that this looks at nothing that was there before the first
        return True

    def answer(self, message: Message) -> None:
        """Do what a message asks for, and write what came of it."""
        number, seconds = message["id"], message.get("seconds")
        self._number = number
        self._channel.mark(f"begin {number}")
        try:
            with watchdog(seconds, self._channel.past):
                reply = self._verbs[message["do"]](message)
        except RoutelabError as error:
            reply = {
                "error": str(error),
                "exit_code": error.exit_code,
                "no_app": isinstance(error, AppNotFound),
                "several_apps": isinstance(error, SeveralApps),
            }
        except ENDS_A_REQUEST as error:
            reply = {"stopped": self._stopped(error, seconds).to_json(Extent.BRIEF)}
        except MemoryError as error:  # of ours, for what an app's code raises is told as such
            give_memory_again()  # to tell it
            reply = {"stopped": self._stopped(error, seconds).to_json(Extent.BRIEF)}
        except BaseException as error:
            now = builtins.__dict__
            replaced = [f"builtins.{name}" for name, value in _BUILTINS.items() if now.get(name) is not value]
            if __name__ not in sys.modules:
                replaced.append("sys.modules")
            reply = {
                "failed": traceback.format_exc(),
                "by_app": self._raised_by_app(error),
                "replaced": replaced,
            }
        self._channel.mark(f"end {number}")
        self._channel.write({"id": number, **reply})

    def _load(self, message: Message) -> Reply:
        limits = Limits.from_json(message["limits"])
        self._memory = memory_bound(limits)
        if message["own_thread"]:
            end_with_parent()
        keep_within(limits, first=not self._folder)
        folder = Path(message["folder"])
        self._folder = str(folder)
        set_environ(message["environ"])
        enter(message["folder"])
        loaded = load(message["target"], Engine(message["engine"]), folder=folder, seconds=message["seconds"])
        self._folder = str(loaded.folder)  # it may be another than the one it was asked for in
        # Finders of the app's own modules are among them from now on.
        self._finders, self._hooks = sys.meta_path[:], sys.path_hooks[:]
        if isinstance(loaded, LoadFailure):
            return {"loaded": loaded.to_json(Extent.BRIEF)}
        self._live = live = _live_app(loaded)
        files = tuple(loaded.modules.files)
        facts = AppFacts(
            engine=loaded.engine,
            target=loaded.target,
            name=str(live.app.name),
            folder=str(loaded.folder),
            files=files,
            digest=live.traced.digest,
            notes=loaded.notes,
            base=live.base,
        )
        return {"loaded": facts.to_json(Extent.BRIEF)}

    def _send(self, message: Message) -> Reply:
        live = self._app
        request = request_of(message["request"])
        environ = live.environ_of(request, message["cookies"])
        arrives = environ.copy()  # the app is handed the other, and may write into it
        result = live.run(
            environ,
            request,
            SendOptions(
                seconds=message["seconds"],
                all_candidates=message["all_candidates"],
                suggestions=message["suggestions"],
            ),
            Listener(
                calling=self._tell_steps,
                owning=self._mark_owner,
                answered=lambda result: self._tell_news(**self._told(result, request, arrives)),
            ),
        )
        sys.meta_path[:], sys.path_hooks[:] = self._finders, self._hooks
        return self._told(result, request, arrives)

    def _told(self, result: Run, request: RequestLine, environ: dict[str, Any]) -> Reply:
        trace = self._app.trace_of(request, environ, result)
        said = trace.replace(steps=()).to_json(Extent.BRIEF)
        return {"trace": said, "steps": _said(result.steps), "base": self._app.base.to_json(Extent.BRIEF)}

    def _tell_steps(self, steps: StepRecorder) -> None:
        self._tell_news(steps=_said(steps))

    def _tell_news(self, **known: Any) -> None:
        """Tell what has happened so far: the code that runs next may end this process."""
        self._channel.write({"id": self._number, "news": True, **known})

    def _mark_owner(self, step: int | None) -> None:
        self._channel.mark("step" if step is None else f"step {step}")

    def _match(self, message: Message) -> Reply:
        request = request_of(message["request"])
        with time_limit(message["seconds"]):
            decision = self._router.match(request, all_candidates=message["all_candidates"])
        return {"decision": decision.to_json(Extent.BRIEF)}

    def _build(self, message: Message) -> Reply:
        from routelab.requestline.urlfor import UrlFor  # no request needs it

        endpoint, values, options = ast.literal_eval(message["wanted"])
        with time_limit(message["seconds"]):
            built = self._router.build(UrlFor(endpoint=endpoint, values=values, options=options))
        return {"built": built.to_json(Extent.BRIEF)}

    def _routes(self, message: Message) -> Reply:
        with time_limit(message["seconds"]):
            return {"table": self._router.routes().to_json(Extent.BRIEF)}

    def _known_rules(self, message: Message) -> Reply:
        with time_limit(message["seconds"]):
            return {"rules": [rule.to_json(Extent.BRIEF) for rule in self._router.known_rules()]}

    def _view_source(self, message: Message) -> Reply:
        found = self._router.view_source(message["endpoint"])
        return {"source": None if found is None else found.to_json(Extent.BRIEF)}

    def _audit(self, message: Message) -> Reply:
        with time_limit(message["seconds"]):
            return {"report": self._router.audit().to_json(Extent.BRIEF)}

    def _unchanged(self, _message: Message) -> Reply:
        return {"unchanged": self._libraries is not None and not any(self._libraries.changed())}

    @property
    def _router(self) -> LiveRouter:
        from routelab.liverouter import LiveRouter  # no request needs it

        return LiveRouter(self._app)

    @property
    def _app(self) -> LiveApp:
        assert self._live is not None, "an app is asked only once it has loaded"
        return self._live

    def _raised_by_app(self, error: BaseException) -> str | None:
        """Say what the app's own code raised, where it was that which failed."""
        if self._live is None or not raised_by(error, self._live.sources.own_file):
            return None
        raised = raised_of(error, self._live.sources)
        return f"{named(raised)}{raised_at(raised, Place(function=''))}"

    def _stopped(self, error: BaseException, seconds: float | None) -> StoppedStep:
        frames = self._live.sources.frames(error) if self._live is not None else ()
        if isinstance(error, MemoryError):
            frame = frames[-1] if frames else None
            return StoppedStep(reason=Stop.MEMORY, memory=self._memory, frame=frame)
        return stopped_step(error, frames, seconds)


def _said(steps: StepRecorder) -> list[tuple[int, list[Any]]]:
    return [(place, [step.to_json(Extent.BRIEF) for step in filled]) for place, filled in steps.news()]


def _live_app(loaded: LoadedApp) -> LiveApp:
    found: list[tuple[Note, ...]] = []  # the same for every path, and files are read for it

    def unregistered(path: str | None) -> tuple[Note, ...]:
        from routelab.loading.never_run import never_run  # only a 404, the table and an audit ask
        from routelab.loading.other_apps import made_twice, other_apps
        from routelab.loading.unregistered import unregistered_routes

        if not found:
            found.append((*unregistered_routes(loaded), *made_twice(loaded)))
        beside = () if path is None else other_apps(loaded, path)
        return (*found[0], *beside, *never_run(loaded, path))

    digest = blake2b(digest_size=8)
    for file in sorted(loaded.modules.files):
        digest.update(loaded.modules.text(file).encode("utf-8", "surrogatepass"))
    return LiveApp(
        loaded.app,
        engine=loaded.engine,
        target=loaded.target,
        sources=loaded.modules.sources(),
        notes=loaded.notes,
        digest=digest.hexdigest(),
        find_unregistered=unregistered,
    )

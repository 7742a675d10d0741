"""One app source run twice, on real Flask and on the engine, and everything that can be seen of both.

It knows how to load a folder with the name `flask` bound to either, and nothing of what the answers should
be.
"""

import builtins
import contextlib
import functools
import importlib
import io
import logging
import re
import sys
import textwrap
from collections.abc import Callable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field
from importlib.machinery import FileFinder, ModuleSpec, SourceFileLoader
from pathlib import Path
from types import ModuleType
from typing import Any

FLASK, ENGINE = "flask", "routelab.engine"

PRELUDE = """\
import flask
from flask import *
from flask import Flask
app = Flask(__name__)
"""

STAGES = (
    "wsgi_app",
    "request_context",
    "app_context",
    "create_url_adapter",
    "full_dispatch_request",
    "preprocess_request",
    "dispatch_request",
    "raise_routing_exception",
    "make_default_options_response",
    "finalize_request",
    "make_response",
    "process_response",
    "handle_user_exception",
    "handle_http_exception",
    "handle_exception",
    "log_exception",
    "trap_http_exception",
    "_find_error_handler",
    "do_teardown_request",
    "do_teardown_appcontext",
    "update_template_context",
    "create_jinja_environment",
    "select_jinja_autoescape",
    "url_for",
    "inject_url_defaults",
    "handle_url_build_error",
    "redirect",
    "send_static_file",
    "get_send_file_max_age",
)
SESSION_STAGES = ("open_session", "save_session", "is_null_session", "make_null_session")

Sent = str | tuple[str, dict[str, Any]]
"""`GET /path`, `POST /path form=body`, or a line with keyword arguments of the test client's open."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One app, and what is done to it."""

    name: str
    app: str
    requests: Sequence[Sent] = ()
    script: str = ""
    """Python to run after the requests, with `client` and `say`."""
    files: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Answer:
    """What came of one request."""

    status: str | None = None
    headers: tuple[tuple[str, object], ...] = ()
    body: bytes = b""
    raised: str | None = None
    logged: tuple[str, ...] = ()
    printed: str = ""
    stages: tuple[str, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class Run:
    """All that one engine did with a case."""

    load_error: str | None = None
    rules: tuple[str, ...] = ()
    answers: tuple[Answer, ...] = ()
    said: tuple[str, ...] = ()


def case(
    name: str, app: str, *requests: Sent, script: str = "", files: Mapping[str, str] | None = None
) -> Case:
    """Make a case; its app source need not say what every app begins with."""
    return Case(
        name=name,
        app=PRELUDE + textwrap.dedent(app),
        requests=requests,
        script=textwrap.dedent(script),
        files={name: textwrap.dedent(text) for name, text in (files or {}).items()},
    )


def run(case: Case, engine: str, folder: Path) -> Run:
    """Load a folder's app on an engine, and do to it what the case says, through its test client."""
    with bound(engine, folder):
        try:
            module = importlib.import_module("app")
        except Exception as error:
            return Run(load_error=told(error))
        app = module.__dict__["app"]
        rules = tuple(
            f"{rule.rule} {rule.endpoint} {rule.subdomain} {rule.defaults} {sorted(rule.methods)}"
            f" {rule.provide_automatic_options}"
            for rule in app.url_map.iter_rules()
        )
        client = app.test_client()
        answers = tuple(send(app, client, sent) for sent in case.requests)
        with logged_by(app):
            said = tuple(speak(case.script, module, client))
        return Run(rules=rules, answers=answers, said=said)


def write_files(case: Case, folder: Path) -> None:
    for name, text in {"app.py": case.app, **case.files}.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(text, encoding="utf-8")


class _Loader(SourceFileLoader):
    engine = FLASK

    def exec_module(self, module: ModuleType) -> None:
        bound_import = functools.partial(_import, self.engine)
        module.__dict__["__builtins__"] = {**vars(builtins), "__import__": bound_import}
        super().exec_module(module)


class _EngineLoader(_Loader):
    engine = ENGINE


def _import(
    engine: str,
    name: str,
    globals: Mapping[str, object] | None = None,  # noqa: A002
    locals: Mapping[str, object] | None = None,  # noqa: A002
    fromlist: Sequence[str] | None = (),
    level: int = 0,
) -> Any:
    if level == 0 and (name == "flask" or name.startswith("flask.")):
        module = importlib.import_module(engine + name.removeprefix("flask"))
        return module if fromlist else importlib.import_module(engine)
    return builtins.__import__(name, globals, locals, fromlist or (), level)


@dataclass(frozen=True, slots=True, kw_only=True)
class _Finder:
    folder: Path
    loader: type[_Loader]

    def find_spec(
        self, name: str, path: Sequence[str] | None = None, target: ModuleType | None = None
    ) -> ModuleSpec | None:
        if path is not None and not any(Path(entry).is_relative_to(self.folder) for entry in path):
            return None
        for entry in [str(self.folder)] if path is None else path:
            if spec := FileFinder(entry, (self.loader, [".py"])).find_spec(name, target):
                return spec
        return None


@contextlib.contextmanager
def bound(engine: str, folder: Path) -> Iterator[None]:
    """Let modules of a folder be imported, with the name `flask` meaning the engine."""
    importlib.import_module(engine)
    before = set(sys.modules)
    finder = _Finder(folder=folder, loader=_Loader if engine == FLASK else _EngineLoader)
    sys.meta_path.insert(0, finder)
    writes_bytecode, sys.dont_write_bytecode = sys.dont_write_bytecode, True
    try:
        yield
    finally:
        sys.dont_write_bytecode = writes_bytecode
        sys.meta_path.remove(finder)
        for name in set(sys.modules) - before:
            if Path(getattr(sys.modules[name], "__file__", None) or "/").is_relative_to(folder):
                del sys.modules[name]


def send(app: Any, client: Any, sent: Sent) -> Answer:
    """Send one request, and note everything that can be seen of it."""
    line, options = (sent, {}) if isinstance(sent, str) else sent
    method, path, *form = line.split(" ")
    if form:
        options = {"data": form[0], "content_type": "application/x-www-form-urlencoded", **options}
    printed = io.StringIO()
    with logged_by(app) as logged, watched(app) as stages, contextlib.redirect_stdout(printed):
        try:
            response = client.open(path, method=method, **options)
            body = response.get_data()
            response.close()
        except Exception as error:
            return Answer(
                raised=told(error), logged=tuple(logged), printed=printed.getvalue(), stages=tuple(stages)
            )
    return Answer(
        status=response.status,
        headers=tuple(sorted((name, comparable(name, value)) for name, value in response.headers)),
        body=body,
        logged=tuple(logged),
        printed=printed.getvalue(),
        stages=tuple(stages),
    )


class _Log(logging.Handler):
    def __init__(self) -> None:
        super().__init__()
        self.lines: list[str] = []

    def emit(self, record: logging.LogRecord) -> None:
        error = record.exc_info[1] if record.exc_info else None
        self.lines.append(f"{record.levelname} {record.getMessage()} {error and told(error)}")


@contextlib.contextmanager
def logged_by(app: Any) -> Iterator[list[str]]:
    """Collect what the app logs, instead of letting it reach stderr."""
    log, logger = _Log(), logging.getLogger(app.name)
    logger.addHandler(log)
    logger.propagate = False
    try:
        yield log.lines
    finally:
        logger.propagate = True
        logger.removeHandler(log)


@contextlib.contextmanager
def watched(app: Any) -> Iterator[list[str]]:
    """Wrap the stage methods on the instance, as a recorder does, and take the wraps off again."""
    stages: list[str] = []
    wraps: dict[str, Any] = {name: _noting(getattr(app, name), name, stages) for name in STAGES}
    wraps["ensure_sync"] = _noting_function(app.ensure_sync, stages)
    wraps["session_interface"] = _Spy(app.session_interface, stages)
    own = {name: vars(app)[name] for name in wraps if name in vars(app)}  # middleware is one
    vars(app).update(wraps)
    try:
        yield stages
    finally:
        for name in wraps:
            del vars(app)[name]
        vars(app).update(own)


def _noting(method: Callable[..., Any], name: str, stages: list[str]) -> Callable[..., Any]:
    def noted(*args: Any, **kwargs: Any) -> Any:
        stages.append(name)
        return method(*args, **kwargs)

    return noted


def _noting_function(ensure_sync: Callable[..., Any], stages: list[str]) -> Callable[..., Any]:
    def noted(function: Callable[..., Any]) -> Any:
        stages.append(f"ensure_sync {getattr(function, '__qualname__', type(function).__name__)}")
        return ensure_sync(function)

    return noted


class _Spy:
    def __init__(self, sessions: Any, stages: list[str]) -> None:
        self.sessions, self.stages = sessions, stages

    def __getattr__(self, name: str) -> Any:
        attribute = getattr(self.sessions, name)
        return _noting(attribute, f"session {name}", self.stages) if name in SESSION_STAGES else attribute


def speak(script: str, module: ModuleType, client: Any) -> Iterator[str]:
    """Run a script in the app's module; what it says, and what it raises, are its result."""
    said: list[str] = []
    namespace = {**module.__dict__, "client": client, "say": lambda value: said.append(masked(repr(value)))}
    try:
        exec(compile(script, "script", "exec"), namespace)
    except Exception as error:
        said.append(told(error))
    yield from said


def told(error: BaseException) -> str:
    """`ZeroDivisionError: division by zero`."""
    return masked(f"{type(error).__name__}: {error}")


def masked(text: str) -> str:
    """Take out what differs from run to run, and the engine's own name."""
    text = re.sub(r"0x[0-9a-f]+", "0x", text).replace(ENGINE, FLASK)
    return re.sub(r"(session='?\.?[\w-]*)\.[\w-]+\.[\w-]+", r"\1.<time>.<signature>", text)


def comparable(name: str, value: str) -> object:
    """Return a header's value without dates and signatures; Allow without its order."""
    match name:
        case "Allow":
            return sorted(value.split(", "))
        case "Date" | "Expires":
            return "<date>"
        case "Set-Cookie":
            return re.sub(r"Expires=[^;]+", "Expires=<date>", masked(value))
        case _:
            return value

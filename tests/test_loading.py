"""Loading: which app, on which engine, what its code finds there, and what is told where it fails.

Everything is asked of a lab, whose app is in a process of its own.
"""

from __future__ import annotations

import json
import os
import py_compile
import re
import subprocess
import sys
import textwrap
import venv
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from importlib.metadata import version
from pathlib import Path

import pytest

import routelab
from routelab.errors import AppNotFound, RoutelabError
from routelab.hosts import AppDoesNotLoad
from routelab.lab import Lab
from routelab.loaded import LoadFailure
from routelab.loading import errors as fault
from routelab.loading import loader
from routelab.loading.engine import flask_version
from routelab.loading.failure import load_step
from routelab.loading.modules import AppModules
from routelab.stopping import LimitReached
from routelab.tracing.facts import Frame, Note
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.view import ViewStep
from routelab.tracing.watching.code.sources import Sources
from routelab.workers import WORKERS
from support import ENGINES, STAYS_IN_C, checked, write_app
from truth.shown import plain

pytestmark = pytest.mark.worker

both_engines = pytest.mark.parametrize("engine", ENGINES)

APP = """
from flask import Flask
app = Flask(__name__)

@app.route("/")
def home():
    return "home"
"""

Project = Callable[..., Path]
Load = Callable[..., Lab]


@pytest.fixture
def project(tmp_path: Path) -> Project:
    """Write a project: names and texts of its files; returns its folder."""

    def write(files: dict[str, str], folder: str = "project") -> Path:
        for name, text in files.items():
            file = tmp_path / folder / name
            file.parent.mkdir(parents=True, exist_ok=True)
            file.write_text(textwrap.dedent(text).lstrip(), encoding="utf-8")
        return tmp_path / folder

    return write


@pytest.fixture
def load() -> Iterator[Load]:
    """Load apps as people do: nothing of one is left in this process, and its own ends with the test."""
    labs: list[Lab] = []

    def load(target: str | Path | None = None, engine: str = "auto", **more: object) -> Lab:
        before = _here()
        try:
            labs.append(routelab.load(target, engine, **more))  # type: ignore[arg-type]
        finally:
            assert _here() == before
        return labs[-1]

    yield load
    for lab in labs:
        lab.close()


def _here() -> object:
    """What an app might leave behind in the process that it runs in."""
    files = [getattr(module, "__file__", None) or "" for module in tuple(sys.modules.values())]
    of_apps = [file for file in files if "/pytest-of-" in file]
    return sys.path[:], sys.meta_path[:], sys.stdout, sys.stdin, Path.cwd(), dict(os.environ), of_apps


@pytest.fixture
def cold(monkeypatch: pytest.MonkeyPatch) -> pytest.MonkeyPatch:
    """Start each worker anew, so that it sees what a test changes in the environment of interpreters."""
    monkeypatch.setattr(WORKERS, "warm", False)
    monkeypatch.setattr(WORKERS, "elsewhere", None)
    return monkeypatch


def get(lab: Lab, path: str = "/") -> str:
    assert lab.failure is None, lab.failure
    response = lab.send(f"GET {path}").response
    assert response is not None
    assert response.status == 200, response.body
    return response.body.decode()


def failure(lab: Lab) -> LoadFailure:
    assert lab.failure is not None
    (only,) = checked(lab.send("GET /"))["steps"]
    assert only["exception"] == lab.failure.step.exception
    return lab.failure


def noted(notes: tuple[Note, ...], code: str) -> list[tuple[str | None, int | None]]:
    return [(note.file, note.line) for note in notes if note.code == code]


# which app

FILES = {
    "app.py": APP,
    "wsgi.py": APP.replace('"home"', '"wsgi"'),
    "other.py": APP.replace("app", "site").replace('"home"', '"other"'),
    "my-app.py": APP.replace('"home"', '"dashed"'),
    "factory.py": """
        from flask import Flask
        def create_app(name="default"):
            app = Flask(__name__)
            app.add_url_rule("/", "home", lambda: name)
            return app
        def make(name, *, shout=False):
            return create_app(name.upper() if shout else name)
        def needs(config):
            return create_app(config)
        """,
    "shop/__init__.py": """
        from flask import Flask
        def make_app():
            from . import views
            app = Flask(__name__)
            app.register_blueprint(views.bp)
            return app
        """,
    "shop/views.py": """
        from flask import Blueprint
        from .names import NAME
        bp = Blueprint("views", __name__)
        @bp.route("/")
        def home():
            return NAME
        """,
    "shop/names.py": "NAME = 'shop'",
    "shop/web.py": APP.replace('"home"', '"shop.web"'),
    "plain/app.py": APP.replace('"home"', '"plain"'),
    "plain/__init__.py": "",
    "onlywsgi/wsgi.py": APP.replace("app", "application").replace('"home"', '"onlywsgi"'),
    "loose/part/main_site.py": APP.replace('"home"', '"loose"'),
    "deep/pkg/__init__.py": "",
    "deep/pkg/inner/__init__.py": "",
    "deep/pkg/inner/app.py": APP.replace('"home"', "__name__"),
}


@both_engines
@pytest.mark.parametrize(
    ("target", "shown", "answer"),
    [
        (None, "wsgi.py", "wsgi"),  # which Flask looks for before app.py
        ("", "wsgi.py", "wsgi"),
        ("app.py", "app.py", "home"),
        ("app", "app", "home"),
        ("app:app", "app:app", "home"),
        ("app.py:app", "app.py:app", "home"),
        ("./app.py", "./app.py", "home"),
        ("wsgi.py", "wsgi.py", "wsgi"),
        ("other.py", "other.py", "other"),
        ("other:site", "other:site", "other"),
        ("my-app.py", "my-app.py", "dashed"),
        ("factory.py", "factory.py", "default"),
        ("factory:create_app", "factory:create_app", "default"),
        ("factory:create_app()", "factory:create_app()", "default"),
        ("factory:make('x')", "factory:make('x')", "x"),
        ("factory:make('x', shout=True)", "factory:make('x', shout=True)", "X"),
        ("factory.py:make(name='y')", "factory.py:make(name='y')", "y"),
        ("shop", "shop", "shop"),
        ("shop:make_app", "shop:make_app", "shop"),
        ("shop/__init__.py", "shop/__init__.py", "shop"),
        ("shop.web", "shop.web", "shop.web"),
        ("shop/web.py", "shop/web.py", "shop.web"),
        ("shop/web", "shop/web", "shop.web"),
        ("plain", "plain/app.py", "plain"),
        ("plain/", "plain/app.py", "plain"),
        ("onlywsgi", "onlywsgi/wsgi.py", "onlywsgi"),
        ("loose/part/main_site.py", "loose/part/main_site.py", "loose"),
        ("loose.part.main_site", "loose.part.main_site", "loose"),
        ("deep/pkg/inner/app.py", "deep/pkg/inner/app.py", "pkg.inner.app"),
    ],
)
def test_an_app_is_found_as_flask_finds_it(
    target: str | None, shown: str, answer: str, engine: str, project: Project, load: Load
) -> None:
    lab = load(target, engine, folder=project(FILES))
    assert (lab.target, lab.app.target, lab.app.engine.name) == (shown, shown, engine)
    assert get(lab) == answer


def test_a_path_object_and_an_absolute_path_are_targets_too(
    project: Project, tmp_path: Path, load: Load
) -> None:
    folder = project(FILES)
    assert get(load(folder / "plain", "routelab", folder=tmp_path)) == "plain"
    assert get(load(str(folder / "shop" / "web.py"), "routelab", folder=tmp_path)) == "shop.web"


def test_without_a_folder_the_current_one_counts(
    project: Project, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    with monkeypatch.context() as patch:
        patch.chdir(project(FILES))
        lab = load(engine="routelab")
    assert (lab.app.name, lab.folder) == ("wsgi", project({}))


BROKEN = {
    "empty/readme.txt": "",
    "scripts/main.py": APP,
    "scripts/extra.py": "",
    "backend/shop/__init__.py": APP,
    "two.py": "from flask import Flask\nfirst = Flask('a')\nsecond = Flask('b')\n",
    "none.py": "x = 1",
    "text.txt": "",
    "my.app.py": APP,
    "flask.py": APP,
    "__main__.py": APP,
    "json.py": APP,
    "factory.py": FILES["factory.py"],
    "number.py": "app = 5\ndef make():\n    return 5\n",
    "pkg/__init__.py": "NAME = 1\n",
    "forgot.py": "from flask import Flask\ndef create_app():\n    app = Flask('x')\n",
}


FOLDER = "THE FOLDER"


@both_engines
@pytest.mark.parametrize(
    ("target", "error", "named"),
    [
        ("nope.py", fault.NoSuchPathError("nope.py"), "nope.py"),
        ("no/such/folder", fault.NoSuchPathError("no/such/folder"), "no/such/folder"),
        ("~nobody-of-this-name/app.py", fault.NoSuchPathError("~nobody-of-this-name/app.py"), "nobody"),
        ("x" * 300 + "/app.py", fault.NoSuchPathError("x" * 300 + "/app.py"), "there is no"),
        ("a\0b", fault.NoSuchPathError("a\0b"), r"\x00"),
        ("nope", fault.NoSuchModuleError("nope", FOLDER), "nope"),
        ("pkg.nope", fault.NoSuchModuleError("pkg.nope", FOLDER), "pkg.nope"),
        ("werkzeug.nope", fault.NoSuchModuleError("werkzeug.nope", FOLDER), "werkzeug.nope"),
        ("sys", fault.NoSuchModuleError("sys", FOLDER), "sys"),
        ("empty", fault.NoAppInFolderError("empty", ()), "-A"),
        (
            "scripts",
            fault.NoAppInFolderError("scripts", ("scripts/extra.py", "scripts/main.py")),
            "-A scripts/extra.py",
        ),
        ("backend", fault.NoAppInFolderError("backend", ["backend/shop"]), "as in -A backend/shop"),
        (None, fault.NoAppInFolderError(FOLDER, ["__main__.py"]), "app.py"),
        ("text.txt", fault.NotPythonError("text.txt"), ".py"),
        (
            "my.app.py",
            fault.NotImportableError("my.app.py", "since a dot in a module's name means a package"),
            "dot",
        ),
        ("flask.py", fault.NotImportableError("flask.py", "since the name flask is taken"), "rename"),
        (
            "__main__.py",
            fault.NotImportableError("__main__.py", "since the name __main__ is taken"),
            "rename",
        ),
        ("json.py", fault.NotImportableError("json.py", "since the name json is taken"), "rename"),
        ("two.py", fault.SeveralAppsError("two.py", ("first", "second")), "two.py:first"),
        ("none.py", fault.NoAppInModuleError("none.py"), "create_app"),
        ("pkg", fault.NoAppInModuleError("pkg"), "pkg"),
        ("two.py:frist", fault.NoSuchNameError("two.py", "frist", "first"), "did you mean first?"),
        ("two.py:zzz", fault.NoSuchNameError("two.py", "zzz", None), "zzz"),
        (
            "number.py",
            fault.NotAnAppError(
                "app in number.py is an int and not a Flask app; name the variable that is Flask(...)"
            ),
            "number.py",
        ),
        (
            "number.py:app",
            fault.NotAnAppError(
                "app in number.py is an int and not a Flask app; name the variable that is Flask(...)"
            ),
            "int",
        ),
        (
            "number.py:make",
            fault.NotAnAppError("make() in number.py is an int and not a Flask app; return the app from it"),
            "int",
        ),
        (
            "forgot.py",
            fault.NotAnAppError("create_app() in forgot.py returns None; return the app from it"),
            "return the app",
        ),
        ("two.py:", fault.NotANameError(""), "after the colon"),
        ("two.py:a.b", fault.NotANameError("a.b"), "a.b"),
        ("factory:make(x)", fault.NotANameError("make(x)"), "make(x)"),
        ("factory:make(", fault.NotANameError("make("), "make("),
        ("factory:[1]", fault.NotANameError("[1]"), "[1]"),
        (
            "factory:needs",
            fault.FactoryArgumentsError(
                "factory", "needs", "needs() missing 1 required positional argument: 'config'"
            ),
            "config",
        ),
        (
            "factory:needs()",
            fault.FactoryArgumentsError(
                "factory", "needs", "needs() missing 1 required positional argument: 'config'"
            ),
            "factory:needs(...)",
        ),
        (
            "factory:make('a', 'b')",
            fault.FactoryArgumentsError(
                "factory", "make", "make() takes 1 positional argument but 2 were given"
            ),
            "positional",
        ),
    ],
)
def test_where_no_app_is_found_one_line_says_what_next(
    target: str | None, error: AppNotFound, named: str, engine: str, project: Project, load: Load
) -> None:
    folder = project(BROKEN)
    with pytest.raises(AppNotFound) as caught:
        load(target, engine, folder=folder)
    assert str(caught.value) == str(error).replace(FOLDER, str(folder))
    assert caught.value.exit_code == 1
    assert named in str(caught.value)
    assert str(caught.value).isprintable()


def test_a_folder_that_may_not_be_listed_is_told(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Python finds no module there, and says that there is none."""
    write_app(tmp_path, "")
    monkeypatch.setattr("os.access", lambda path, mode: (str(path), mode) != (str(tmp_path), os.R_OK))
    with pytest.raises(fault.NotListedError, match=r"may not be listed.*chmod \+r"):
        loader.load("app.py", folder=tmp_path)


def test_an_installed_module_is_found_and_its_neighbours_are_not_the_apps_own(
    project: Project, cold: pytest.MonkeyPatch, tmp_path: Path, load: Load
) -> None:
    installed = project(
        {
            "shopapp/__init__.py": "import neighbour\n"
            + APP.replace("return", "from shopapp.names import NAME; return NAME or"),
            "shopapp/names.py": "NAME = 'installed'",
            "neighbour.py": "from flask import Flask",
        },
        folder="site-packages",
    )
    with cold.context() as patch:
        patch.setenv("PYTHONPATH", str(installed))
        lab = load("shopapp", "routelab", folder=tmp_path)
    assert get(lab) == "installed"
    assert lab.folder == installed
    assert lab.files == (installed / "shopapp" / "__init__.py",)


@pytest.mark.parametrize("neighbour", ["neighbour.py", "neighbour/__init__.py"])
def test_beside_an_installed_app_are_libraries(
    project: Project, cold: pytest.MonkeyPatch, tmp_path: Path, load: Load, neighbour: str
) -> None:
    files = {
        "shopapp/__init__.py": "import neighbour\n"
        + APP.replace("return", "neighbour.fail(); return")
        + "app.before_request(neighbour.check)\n",
        neighbour: "def check(): pass\ndef fail():\n    raise LookupError",
    }
    with cold.context() as patch:
        patch.setenv("PYTHONPATH", str(project(files, folder="site-packages")))
        trace = load("shopapp", "routelab", folder=tmp_path).send("GET /")
    (hook,) = trace.each(HookStep)
    assert (hook.call.place.function, hook.call.place.file) == ("neighbour:check", None)
    view = trace.first(ViewStep)
    assert view is not None
    assert view.call.raised is not None
    assert view.call.raised.file == "shopapp/__init__.py"


# engines


def test_auto_is_real_flask_where_it_is_installed(project: Project, load: Load) -> None:
    engine = load(None, "auto", folder=project({"app.py": APP})).app.engine
    assert (engine.name, engine.version) == ("flask", version("flask"))


@pytest.mark.parametrize(
    ("beside", "told"),
    [
        (("Flask-9.1.0.dist-info", "flask_cors-5.0.0.dist-info"), "9.1.0"),
        (("flask-9.2.dev0+here.dist-info",), "9.2.dev0+here"),
        (("flask-9.1.0.dist-info", "flask-9.0.0.dist-info"), version("flask")),  # which of them is left over?
        ((), version("flask")),
    ],
)
def test_flasks_version_is_what_an_installer_wrote_beside_it(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, beside: tuple[str, ...], told: str
) -> None:
    for name in beside:
        (tmp_path / name).mkdir()
    monkeypatch.setattr("flask.__file__", str(tmp_path / "flask" / "__init__.py"))
    assert flask_version.__wrapped__() == told


def test_without_flask_auto_is_routelab_and_flask_says_how_to_install_it(
    project: Project, cold: pytest.MonkeyPatch, tmp_path: Path, load: Load
) -> None:
    """In an interpreter that has what the engine needs, and no Flask; the flask.py here is none."""
    venv.create(tmp_path / "python", symlinks=True)
    (packages,) = (tmp_path / "python").glob("lib/python*/site-packages")
    for name in ("werkzeug", "markupsafe", "jinja2", "itsdangerous"):
        (packages / name).symlink_to(Path(str(__import__(name).__file__)).parent)
    folder = project({"app.py": APP, "flask.py": ""})
    lab = load("app.py", "auto", folder=folder, python=str(tmp_path / "python"))
    assert (lab.app.engine.name, lab.app.engine.version) == ("routelab", routelab.__version__)
    assert get(lab) == "home"
    with pytest.raises(RoutelabError, match="pip install"):
        load("app.py", "flask", folder=folder, python=str(tmp_path / "python"))


@pytest.mark.own_process
def test_two_labs_of_one_layout_do_not_see_each_other(project: Project, load: Load) -> None:
    files = {
        "app.py": """
            import os
            from flask import Flask
            from users.names import NAME
            import users
            app = Flask(__name__)
            app.config["VISITS"] = 0

            @app.route("/")
            def home():
                import flask
                from flask import current_app
                import flask.json as j
                import users.late
                app.config["VISITS"] += 1
                ours = type(current_app._get_current_object()).__module__
                return f"{NAME} {users.late.NAME} {app.config['VISITS']} {ours} {j.__name__}"

            @app.route("/process")
            def process():
                os.environ["WHO"] = NAME
                os.chdir("/")
                return str(os.getpid())
            """,
        "users/__init__.py": "",
        "users/names.py": "NAME = 'WHO'",
        "users/late.py": "import flask; NAME = 'late WHO ' + flask.Flask.__module__",
    }
    first = project({name: text.replace("WHO", "ann") for name, text in files.items()}, folder="first")
    second = project({name: text.replace("WHO", "bob") for name, text in files.items()}, folder="second")
    one, two = load(None, "routelab", folder=first), load(None, "flask", folder=second)
    ours = "routelab.engine.app"
    for visit in (1, 2):
        assert get(one) == f"ann late ann {ours} {visit} {ours} flask.json"
        assert get(two) == f"bob late bob flask.app {visit} flask.app flask.json"
    assert get(load(None, "routelab", folder=first)) == f"ann late ann {ours} 1 {ours} flask.json"
    assert len({get(one, "/process"), get(two, "/process"), str(os.getpid())}) == 3


# what must work at import and during a request

REQUEST_TIME = """
from __future__ import annotations
import importlib, pickle, sys, typing
from dataclasses import dataclass
from flask import Flask
import werkzeug.utils
import settings

app = Flask(__name__)

class Point:
    x = 3

def typed(point: Point) -> Point:
    return point

@app.route("/pickle")
def pickled():
    return str(pickle.loads(pickle.dumps(Point())).x)

@app.route("/hints")
def hints():
    return typing.get_type_hints(typed)["point"].__name__

@app.route("/modules")
def modules():
    return str(sys.modules[__name__].Point.x)

@app.route("/import_module")
def import_module():
    return importlib.import_module("config").NAME

@app.route("/import_string")
def import_string():
    return werkzeug.utils.import_string("config:NAME") + werkzeug.utils.import_string("app.Point").__name__

@app.route("/dataclass")
def dataclasses():
    @dataclass
    class Pair:
        left: typing.ClassVar[int]
        right: Point
    return str(list(Pair.__dataclass_fields__))

@app.route("/late")
def late():
    from lateral import NAME
    import flask
    return NAME + flask.Flask.__module__

@app.route("/object")
def from_object():
    app.config.from_object("config") if hasattr(app.config, "from_object") else None
    return "ok"

@app.route("/exec")
def executed():
    scope = {}
    exec("import flask as f; name = f.Flask.__module__", globals(), scope)
    return scope["name"]

@app.route("/path")
def path():
    return str(sys.path[0] == settings.FIRST and sys.path[0] == sys.path[0])
"""


@both_engines
@pytest.mark.parametrize(
    ("path", "answer"),
    [
        ("/pickle", "3"),
        ("/hints", "Point"),
        ("/modules", "3"),
        ("/import_module", "config"),
        ("/import_string", "configPoint"),
        ("/dataclass", "['left', 'right']"),
        ("/late", "lateral{}.app"),
        ("/object", "ok"),
        ("/exec", "{}.app"),
        ("/path", "True"),
    ],
)
def test_the_apps_modules_are_there_during_a_request(
    path: str, answer: str, engine: str, project: Project, load: Load
) -> None:
    folder = project(
        {
            "app.py": REQUEST_TIME,
            "config.py": "NAME = 'config'",
            "lateral.py": "NAME = 'lateral'",
            "settings.py": "import sys; FIRST = sys.path[0]",
        }
    )
    lab = load(None, engine, folder=folder)
    package = "flask" if engine == "flask" else "routelab.engine"
    assert get(lab, path) == answer.format(package)
    assert get(lab, path) == answer.format(package)


@both_engines
def test_a_module_sees_itself_as_when_flask_imports_it(engine: str, project: Project, load: Load) -> None:
    folder = project(
        {
            "pkg/__init__.py": """
                from flask import Flask
                from . import sibling
                from .sub import deep
                import namespace.part
                app = Flask(__name__)
                facts = [__name__, __file__, __package__, __spec__.name, __path__[0], sibling.__name__,
                         deep.FROM_TOP, namespace.part.NAME, str(__name__ == "__main__"),
                         app.root_path, app.instance_path]
                app.add_url_rule("/", "facts", lambda: "\\n".join(facts))
                if __name__ == "__main__":
                    raise RuntimeError("the guard was not kept")
                """,
            "pkg/sibling.py": "NAME = 'sibling'",
            "pkg/sub/__init__.py": "",
            "pkg/sub/deep.py": "from ..sibling import NAME as FROM_TOP",
            "namespace/part.py": "NAME = 'part'",
        }
    )
    lab = load("pkg", engine, folder=folder)
    package = str(folder / "pkg")
    assert get(lab).split("\n") == [
        "pkg", f"{package}/__init__.py", "pkg", "pkg", package, "pkg.sibling", "sibling", "part", "False",
        package, str(folder / "instance"),
    ]  # fmt: skip
    assert (lab.app.name, lab.folder) == ("pkg", folder)
    inside = ("__init__.py", "sibling.py", "sub/__init__.py", "sub/deep.py")
    assert lab.files == (*(folder / "pkg" / name for name in inside), folder / "namespace" / "part.py")


def test_a_folder_that_only_looks_like_a_package_gives_way_to_an_installed_one(
    project: Project, load: Load
) -> None:
    folder = project({"app.py": "import itsdangerous, markupsafe\n" + APP, "markupsafe/data.txt": ""})
    assert get(load(None, "routelab", folder=folder)) == "home"


def test_a_search_path_that_the_app_extends_stays_the_apps(project: Project, load: Load) -> None:
    folder = project(
        {
            "app.py": "import os, sys; sys.path.append(os.path.dirname(__file__) + '/lib')\nimport helper\n"
            + APP.replace('"home"', "__import__('later').KIND + helper.KIND"),
            "lib/helper.py": "import flask; KIND = flask.Flask.__module__",
            "lib/later.py": "import flask; KIND = flask.Flask.__module__",
        }
    )
    lab = load(None, "routelab", folder=folder)
    assert get(lab) == "routelab.engine.app" * 2


def test_what_a_virtual_environment_in_the_project_holds_is_not_the_apps_own(
    project: Project, load: Load
) -> None:
    folder = project(
        {
            "app.py": "import sys; sys.path.append(__file__.replace('app.py', 'venv/lib/site-packages'))\n"
            "import installed\n" + APP.replace('"home"', "installed.KIND"),
            "venv/lib/site-packages/installed.py": "import flask; KIND = flask.Flask.__module__",
        }
    )
    lab = load(None, "routelab", folder=folder)
    assert get(lab) == "routelab.engine.app"
    assert lab.files == (folder / "app.py",)


@both_engines
def test_loading_again_sees_the_edited_files_and_no_stale_bytecode(
    engine: str, project: Project, load: Load
) -> None:
    folder = project(
        {"app.py": APP.replace('"home"', "__import__('names').NAME"), "names.py": "NAME = 'one'"}
    )
    first = load(None, engine, folder=folder)
    assert get(first) == "one"
    (folder / "names.py").write_text("NAME = 'two'")  # of the same length, in the same second
    second = load(None, engine, folder=folder)
    assert get(second) == "two"
    project({"app.py": APP.replace("home", "away"), "fresh.py": "NAME = 'fresh'"})
    third = load(None, engine, folder=folder)
    assert (get(first), get(second), get(third)) == ("one", "two", "away")
    assert list(folder.rglob("*.pyc")) == []


def test_bytecode_that_lies_there_is_not_looked_at(project: Project, load: Load) -> None:
    folder = project(
        {"app.py": "import names\n" + APP.replace('"home"', "names.NAME"), "names.py": "NAME = 'one'"}
    )
    py_compile.compile(str(folder / "names.py"), doraise=True)
    status = (folder / "names.py").stat()
    (folder / "names.py").write_text("NAME = 'two'")
    os.utime(folder / "names.py", ns=(status.st_atime_ns, status.st_mtime_ns))
    assert get(load(None, "routelab", folder=folder)) == "two"


def test_a_library_is_compiled_once_and_not_at_every_start(
    project: Project, load: Load, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(WORKERS, "warm", False)  # a process that has the environment as it is now
    monkeypatch.delenv("PYTHONDONTWRITEBYTECODE", raising=False)
    path = "import sys, os; sys.path.insert(0, os.path.join(os.path.dirname(__file__), 'site-packages'))\n"
    folder = project({"app.py": path + "import library\n" + APP, "site-packages/library.py": ""})
    assert get(load(None, "routelab", folder=folder)) == "home"
    assert [file.parent.parent.name for file in folder.rglob("*.pyc")] == ["site-packages"]


def test_a_path_object_in_sys_path_does_no_harm(project: Project, load: Load) -> None:
    text = "import sys, pathlib; sys.path.insert(0, pathlib.Path(__file__).parent)\nimport names\n"
    assert get(load(None, "routelab", folder=project({"app.py": text + APP, "names.py": ""}))) == "home"


def test_an_app_may_replace_its_own_module(project: Project, load: Load) -> None:
    folder = project(
        {
            "app.py": APP.replace('"home"', "__import__('swap').value"),
            "swap.py": "import sys\nclass Swap:\n    value = 'swapped'\nsys.modules[__name__] = Swap()\n",
        }
    )
    lab = load(None, "routelab", folder=folder)
    assert get(lab) == get(lab) == "swapped"


# the binding of flask


def test_every_form_of_import_gives_the_engine(project: Project, load: Load) -> None:
    folder = project(
        {
            "app.py": """
                import flask
                import flask as f
                import flask.json
                import flask.views as v
                from flask import Flask, json, request, views
                from flask.views import MethodView
                from flask import *
                from importlib import import_module
                app = Flask(__name__)
                facts = [flask is f, flask.json is json, v is views, v.MethodView is MethodView]
                facts += [jsonify is f.jsonify, import_module("flask") is flask, __import__("flask") is flask]
                homes = [Flask.__module__, MethodView.__module__, json.dumps.__module__, jsonify.__module__]
                names = [flask.__name__, v.__name__, json.__name__]
                app.add_url_rule("/", "facts", lambda: [facts, homes, names])
                """
        }
    )
    ours = "routelab.engine"
    facts = load(None, "routelab", folder=folder).send("GET /").to_dict()["response"]["body"]
    assert json.loads(facts) == [
        [True] * 7,
        [f"{ours}.app", f"{ours}.views", f"{ours}.json", f"{ours}.json"],
        ["flask", "flask.views", "flask.json"],
    ]


@pytest.mark.parametrize(
    ("statement", "exception", "lacking"),
    [
        ("from flask import Flask, stream_template", "ImportError", "flask.stream_template"),
        ("import flask.signals", "ModuleNotFoundError", "flask.signals"),
        ("import flask; flask.__version__", "AttributeError", "flask.__version__"),
        ("import flask; flask.stream_template", "AttributeError", "flask.stream_template"),
    ],
)
def test_a_name_that_the_engine_lacks_is_said_to_be_in_real_flask(
    statement: str, exception: str, lacking: str, project: Project, load: Load
) -> None:
    folder = project({"app.py": f"import os\n{statement}\n{APP}"})
    failed = failure(load(None, "routelab", folder=folder))
    assert (failed.step.exception, failed.step.file, failed.step.line) == (exception, "app.py", 2)
    (note,) = failed.notes
    assert note.code == "engine_lacks_name"
    assert note.text.startswith(f"routelab's engine has no {lacking}; use --engine flask")
    assert (note.file, note.line) == ("app.py", 2)


def test_a_misspelt_name_gets_the_near_miss(project: Project, load: Load) -> None:
    failed = failure(load(None, "routelab", folder=project({"app.py": "from flask import Flaskk\n"})))
    assert failed.notes[0].text == "routelab's engine has no flask.Flaskk; did you mean flask.Flask?"
    assert failed.step.message == "cannot import name 'Flaskk' from 'flask'"


def test_code_that_can_do_without_a_name_loads(project: Project, load: Load) -> None:
    text = "try:\n    from flask import Markup\nexcept ImportError:\n    from markupsafe import Markup\n"
    assert get(load(None, "routelab", folder=project({"app.py": text + APP}))) == "home"


@both_engines
def test_an_extension_gets_the_engine_that_the_app_runs_on(
    engine: str, project: Project, cold: pytest.MonkeyPatch, load: Load
) -> None:
    extensions = project(
        {
            "login.py": """
                from flask import Flask, current_app
                from flask.sessions import SessionInterface
                def kind():
                    from flask import g
                    return f"{Flask.__module__} {isinstance(current_app, Flask)} {SessionInterface.__module__}"
                """
        },
        folder="extensions",
    )
    folder = project({"app.py": "import os\nimport login\n" + APP.replace('"home"', "login.kind()")})
    with cold.context() as patch:
        patch.setenv("PYTHONPATH", str(extensions))
        lab = load(None, engine, folder=folder)
    package = "flask" if engine == "flask" else "routelab.engine"
    assert get(lab) == f"{package}.app True {package}.sessions"
    assert lab.app.notes == ()


def test_an_extension_that_needs_more_than_the_engine_has_says_so(
    project: Project, cold: pytest.MonkeyPatch, load: Load
) -> None:
    extensions = project({"login.py": "\n\nfrom flask.signals import request_started"}, folder="extensions")
    folder = project({"app.py": "import os\nimport login\n" + APP})
    with cold.context() as patch:
        patch.setenv("PYTHONPATH", str(extensions))
        failed = failure(load(None, "routelab", folder=folder))
        assert get(load(None, "flask", folder=folder)) == "home"
    (note,) = failed.notes
    assert (note.code, note.file, note.line) == ("engine_lacks_name", "app.py", 2)
    assert note.text == "routelab's engine has no flask.signals; use --engine flask"


def test_commands_without_click_say_so(project: Project, load: Load) -> None:
    text = "raise ModuleNotFoundError(\"No module named 'click'\", name='click')"
    (note,) = failure(load(None, "routelab", folder=project({"app.py": text}))).notes
    assert (note.code, note.text) == (
        "commands_need_click",
        "commands need click, which comes with Flask; install flask",
    )


def test_import_module_gives_the_engine_too(project: Project, load: Load) -> None:
    text = "import importlib\napp = importlib.import_module('flask').Flask(__name__)\n"
    text += "app.add_url_rule('/', 'home', lambda: type(app).__module__)\n"
    lab = load(None, "routelab", folder=project({"app.py": text}))
    assert (get(lab), lab.app.notes) == ("routelab.engine.app", ())


# code that fails

SAME_NAME = """
from flask import Flask
app = Flask(__name__)

@app.route("/")
def page():
    return "home"

@app.route("/about")
def page():
    return "about"
"""
PAGE = "View function mapping is overwriting an existing endpoint function: page"
FAILURES: list[tuple[str, str, str | None, int | None, str | None]] = [
    (SAME_NAME, "AssertionError", PAGE, 8, '@app.route("/about")'),
    (
        APP + '@app.route("about")\ndef x(): pass\n',
        "ValueError",
        "URL rule 'about' must start with a slash.",
        7,
        None,
    ),
    ("def broken(:\n    pass\n", "SyntaxError", "invalid syntax", 1, "def broken(:"),
    (
        "x = 1\nif x:\nprint(x)\n",
        "IndentationError",
        "expected an indented block after 'if' statement on line 2",
        3,
        None,
    ),
    (
        "from flask import Flask\nimport nonesuch\n",
        "ModuleNotFoundError",
        "No module named 'nonesuch'",
        2,
        None,
    ),
    ("import helper\n", "ImportError", None, 1, None),
    ("import sys\n\nsys.exit('stop here')\n", "SystemExit", "stop here", 3, "sys.exit('stop here')"),
    ("raise SystemExit\n", "SystemExit", "", 1, None),
    (
        "print('asking')\nname = input('Name? ')\n",
        "EOFError",
        "EOF when reading a line",
        2,
        "name = input('Name? ')",
    ),
    ("1 / 0\n", "ZeroDivisionError", "division by zero", 1, "1 / 0"),
    ("{}['key']\n", "KeyError", "'key'", 1, None),
    ("def f():\n    f()\nf()\n", "RecursionError", None, 2, "f()"),
    (
        "class Odd(Exception):\n    def __str__(self):\n        1 / 0\nraise Odd\n",
        "Odd",
        "(its message could not be made: ZeroDivisionError)",
        4,
        "raise Odd",
    ),
    ("x = '\\0'\n\0", "SyntaxError", None, None, None),
    (
        APP + '@app.route("/<id>/<id>")\ndef x(id): pass\n',
        "SyntaxError",
        "duplicate argument 'id' in function definition (<werkzeug routing>, line 1)",
        7,
        '@app.route("/<id>/<id>")',
    ),
    (
        APP + "@app.before_first_request\ndef x(): pass\n",
        "AttributeError",
        None,
        7,
        "@app.before_first_request",
    ),
    (
        "from flask import Flask, request\napp = Flask(__name__)\nrequest.args\n",
        "RuntimeError",
        None,
        3,
        "request.args",
    ),
]


@both_engines
@pytest.mark.parametrize(
    ("text", "exception", "message", "line", "source"), FAILURES, ids=lambda value: str(value)[:30]
)
def test_code_that_fails_is_told_by_the_learners_own_line(
    text: str,
    exception: str,
    message: str | None,
    line: int | None,
    source: str | None,
    engine: str,
    project: Project,
    load: Load,
) -> None:
    folder = project({"app.py": text, "helper.py": "raise ImportError('broken helper')\n"})
    lab = load(None, engine, folder=folder)
    failed = failure(lab)
    step = failed.step
    assert step.exception == exception
    if message is not None:
        assert step.message == message
    if "helper" in text:
        assert (step.file, step.line, step.message) == ("helper.py", 1, "broken helper")
        assert [frame.file for frame in step.frames] == ["app.py", "helper.py"]
    elif line is not None:
        assert (step.file, step.line) == ("app.py", line)
    if source is not None:
        assert step.source == source
    assert (failed.engine.name, failed.target, failed.folder) == (engine, "app.py", str(folder))
    with pytest.raises(AppDoesNotLoad) as asked:
        lab.routes()
    assert asked.value.exit_code == 1
    assert str(asked.value).startswith(str(failed))
    assert exception in str(failed)
    assert "\n" not in str(failed)
    assert all(frame.file in ("app.py", "helper.py") for frame in step.frames)


@both_engines
def test_frames_are_the_learners_own_outermost_first(engine: str, project: Project, load: Load) -> None:
    folder = project(
        {
            "app.py": "import flask\nimport routes.setup\napp = flask.Flask('a')\nroutes.setup.add(app)\n",
            "routes/__init__.py": "",
            "routes/setup.py": "def add(app):\n    app.add_url_rule('no-slash', 'x', print)\n",
        }
    )
    failed = failure(load(None, engine, folder=folder)).step
    assert failed.frames == (
        Frame(file="app.py", line=4, function="<module>", source="routes.setup.add(app)"),
        Frame(
            file="routes/setup.py",
            line=2,
            function="add",
            source="app.add_url_rule('no-slash', 'x', print)",
        ),
    )
    assert (failed.exception, failed.file, failed.line) == ("ValueError", "routes/setup.py", 2)


@both_engines
@pytest.mark.parametrize(
    ("app", "routes", "chain"),
    [
        (
            "import routes\nfrom flask import Flask\napp = Flask(__name__)\n",
            "from app import app\n",
            ("app", "routes", "app"),
        ),
        ("import routes\napp = 1\n", "import app\napp.app\n", ("app", "routes", "app")),
        ("from app import app\n", "", ("app", "app")),
        ("import routes\n", "from missing import x\n", ()),
    ],
)
def test_a_circular_import_shows_its_chain(
    app: str, routes: str, chain: tuple[str, ...], engine: str, project: Project, load: Load
) -> None:
    folder = project({"app.py": app, "routes.py": routes})
    failed = failure(load(None, engine, folder=folder)).step
    assert failed.chain == chain
    if chain:
        assert "circular import" in failed.message


@both_engines
def test_a_factory_that_fails_is_a_load_failure(engine: str, project: Project, load: Load) -> None:
    folder = project({"app.py": "def create_app():\n    return len(5)\n"})
    failed = failure(load("app:create_app", engine, folder=folder))
    assert (failed.step.exception, failed.step.file, failed.step.line) == ("TypeError", "app.py", 2)
    assert failed.target == "app:create_app"
    assert failed.file == folder / "app.py"


@both_engines
def test_what_was_printed_before_the_failure_is_kept(
    engine: str, project: Project, load: Load, capfd: pytest.CaptureFixture[str]
) -> None:
    folder = project({"app.py": "print('one')\nimport sys\nsys.stdout.write('zwö')\n1/0\n"})
    assert failure(load(None, engine, folder=folder)).step.printed == "one\nzwö"
    assert capfd.readouterr().out == ""


PRESSES_CTRL_C = "import os, signal, time\nos.kill(int(os.environ['TOOL']), signal.SIGINT); time.sleep(60)\n"
NOBODY_PRESSES_IT = "import signal\nsignal.raise_signal(signal.SIGINT)\n"


@pytest.mark.own_process  # whoever asks knows whether it was pressed
@both_engines
def test_a_signal_of_the_apps_own_is_no_ctrl_c(engine: str, project: Project, load: Load) -> None:
    lab = load(None, engine, folder=project({"app.py": NOBODY_PRESSES_IT}))
    failed = failure(lab)
    assert (failed.interrupted, failed.step.exception, failed.step.line) == (False, "KeyboardInterrupt", 2)
    assert "Ctrl-C" not in plain(lab.send("GET /"))
    with pytest.raises(AppDoesNotLoad) as asked:
        lab.routes()
    assert asked.value.exit_code == 1


@pytest.mark.own_process
@pytest.mark.skipif(sys.platform == "win32", reason="os.kill ends the process there")
def test_ctrl_c_says_where(project: Project, load: Load, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("TOOL", str(os.getpid()))
    monkeypatch.setattr("routelab.process.worker.TO_STOP", 20.0)  # a busy machine may take more than a second
    lab = load(None, "routelab", folder=project({"app.py": PRESSES_CTRL_C}))
    failed = failure(lab)
    assert (failed.interrupted, failed.step.line) == (True, 2)
    assert "Ctrl-C was pressed while the app was loading" in str(failed)
    with pytest.raises(AppDoesNotLoad) as asked:
        lab.routes()
    assert asked.value.exit_code == 130


@both_engines
def test_a_keyboard_interrupt_that_the_app_raises_is_told_as_what_it_is(
    engine: str, project: Project, load: Load
) -> None:
    lab = load(None, engine, folder=project({"app.py": "raise KeyboardInterrupt\n"}))
    assert str(failure(lab)) == "app.py:1: the app does not load: KeyboardInterrupt"
    with pytest.raises(AppDoesNotLoad) as asked:
        lab.routes()
    assert asked.value.exit_code == 1


LOOPS = (
    "pass",
    "time.sleep(60)",
    "try:\n        time.sleep(1)\n    except BaseException:\n        pass",
    STAYS_IN_C,  # where no limit in place is heard
)


@pytest.mark.own_process  # whose end is what stops the last
def test_an_app_that_never_ends_to_load_is_stopped(tmp_path: Path) -> None:
    def told(number: int) -> tuple[LoadFailure, int]:
        file = write_app(tmp_path / str(number), f"import time\nwhile True:\n    {LOOPS[number]}\n")
        engine = ENGINES[number % 2]
        with routelab.load(file, engine=engine, folder=file.parent, seconds=0.5) as lab:
            failed = failure(lab)
            with pytest.raises(AppDoesNotLoad) as asked:
                lab.routes()
        return failed, asked.value.exit_code

    with ThreadPoolExecutor() as threads:  # all are waited for at the same time
        for failed, exit_code in threads.map(told, range(len(LOOPS))):
            assert failed.timed_out
            assert failed.step.line is not None
            assert failed.step.line > 1
            assert re.search("time limit .*was reached while (the app|it) was loading", str(failed))
            assert exit_code == 124


def test_a_limit_that_comes_again_after_the_apps_code_was_left_hides_no_line(tmp_path: Path) -> None:
    source, file = b"x = 1\nraise LimitReached\n", str(tmp_path / "app.py")
    (tmp_path / "app.py").write_bytes(source)
    modules = AppModules(tmp_path)
    modules.note_source(file, source)

    def again() -> None:
        try:
            exec(compile(source, file, "exec"), {"LimitReached": LimitReached})
        except LimitReached:
            raise LimitReached  # noqa: B904 - as a timer does, which knows nothing of the other

    with pytest.raises(LimitReached) as reached:
        again()
    assert load_step(reached.value, modules, "").line == 2
    (frame,) = Sources(tmp_path, [file]).frames(reached.value)
    assert (frame.file, frame.line, frame.source) == ("app.py", 2, "raise LimitReached")


@pytest.mark.own_process
@both_engines
@pytest.mark.parametrize(
    ("end", "said"),
    [
        ("os._exit(3)", "it exited with code 3"),
        ("os.kill(os.getpid(), 9)", "it was ended by SIGKILL"),
    ],
)
def test_an_app_that_ends_its_process_while_it_loads_is_told(
    end: str, said: str, engine: str, project: Project, load: Load
) -> None:
    failed = failure(load(None, engine, folder=project({"app.py": f"import os\n{end}\n"})))
    assert (failed.engine.name, failed.target) == (engine, "app.py")
    assert failed.step.message == f"the app ended its own process: {said} while it was loading"


def test_a_source_that_changed_since_is_read_again(project: Project, load: Load) -> None:
    folder = project({"app.py": "one / 0\n"})
    assert failure(load(None, "routelab", folder=folder)).step.source == "one / 0"
    project({"app.py": "other / 0\n"})
    assert failure(load(None, "routelab", folder=folder)).step.source == "other / 0"


def test_the_frames_of_a_deep_recursion_are_cut_in_the_middle(project: Project, load: Load) -> None:
    folder = project({"app.py": "def f():\n    f()\n\nf()\n"})
    frames = failure(load(None, "routelab", folder=folder)).step.frames
    assert len(frames) == 20
    assert (frames[0].line, frames[-1].line) == (4, 2)


def test_the_line_is_the_one_that_ran_whatever_became_of_the_file(project: Project, load: Load) -> None:
    folder = project({"app.py": "import os\nos.remove(__file__)\n1 / 0\n"})
    assert failure(load(None, "routelab", folder=folder)).step.source == "1 / 0"


@pytest.mark.parametrize(
    ("content", "exception", "source"),
    [
        (b"# coding: latin-1\nname = '\xe4'; 1 / 0\n", "ZeroDivisionError", "name = 'ä'; 1 / 0"),
        (b"name = '\xe4'\n1 / 0\n", "SyntaxError", None),
        (b"# coding: nonesuch\n", "SyntaxError", None),
        (b"a = '\x0c'\r\nb = '\xe2\x80\xa8'\r\n1 / 0\r\n", "ZeroDivisionError", "1 / 0"),
    ],
)
def test_files_in_odd_encodings_fail_with_their_line_too(
    content: bytes, exception: str, source: str | None, project: Project, load: Load
) -> None:
    folder = project({"app.py": ""})
    (folder / "app.py").write_bytes(content)
    failed = failure(load(None, "routelab", folder=folder)).step
    assert (failed.exception, failed.file) == (exception, "app.py")
    if source is not None:
        assert failed.source == source


# notes


@both_engines
def test_app_run_is_ignored_and_noted(engine: str, project: Project, load: Load) -> None:
    folder = project(
        {"app.py": APP + "\napp.run(debug=True, port=1)\n", "start.py": "from app import app\napp.run()\n"}
    )
    assert noted(load("app.py", engine, folder=folder).app.notes, "app_run_ignored") == [("app.py", 8)]
    started = load("start.py", engine, folder=folder)
    assert noted(started.app.notes, "app_run_ignored") == [("app.py", 8), ("start.py", 2)]
    assert get(started) == "home"


@both_engines
def test_app_run_is_noted_of_an_app_that_fails_afterwards_too(
    engine: str, project: Project, load: Load
) -> None:
    failed = failure(load(None, engine, folder=project({"app.py": APP + "app.run()\n1/0\n"})))
    assert noted(failed.notes, "app_run_ignored") == [("app.py", 7)]


WITHOUT_ROUTE = """
from flask import Flask
from helpers import shared
app = Flask(__name__)

def about():
    return "About us"

def helper():
    return "used below"

def _private():
    pass

def by_rule():
    return helper()

app.add_url_rule("/by-rule", view_func=by_rule)

def decorate(function):
    return function

@decorate
def decorated():
    pass

@app.route("/")
def home():
    return "home"

@app.errorhandler(404)
def missing(error):
    return "missing"

@app.before_request
def before():
    pass

@app.template_filter()
def shout(text):
    return text.upper()

lambda_ = lambda: 1
alias = helper

class Thing:
    def method(self):
        pass

def elsewhere():
    return "used by another file"

def create_app():
    return app

def main():
    app.run()

if __name__ == "__main__":
    main()

import user_of
"""


@both_engines
def test_a_function_that_nothing_leads_to_is_noted(engine: str, project: Project, load: Load) -> None:
    folder = project(
        {
            "app.py": WITHOUT_ROUTE,
            "helpers.py": "def shared():\n    pass\n",
            "user_of.py": "from app import elsewhere\n",
        }
    )
    notes = load(None, engine, folder=folder).app.notes
    assert [(note.code, note.file, note.line) for note in notes] == [("function_without_route", "app.py", 5)]
    assert "about()" in notes[0].text


@both_engines
def test_a_decorator_without_parentheses_is_noted(engine: str, project: Project, load: Load) -> None:
    text = APP + "\n@app.route\ndef about():\n    return 'x'\n\n@app.post\ndef send():\n    return 'x'\n"
    text += "\n@app.errorhandler\ndef oops(error):\n    return 'x'\n"
    text += "\n@app.template_filter('x')\n@app.get\ndef stacked():\n    return 'x'\n"
    notes = load(None, engine, folder=project({"app.py": text})).app.notes
    lines = [("app.py", 8), ("app.py", 12), ("app.py", 16), ("app.py", 21)]
    assert noted(notes, "decorator_without_parentheses") == lines
    assert [note.code for note in notes] == ["decorator_without_parentheses"] * 4
    assert "@app.route has no parentheses" in notes[0].text
    assert "about()" in notes[0].text


@both_engines
def test_a_factorys_helpers_are_no_forgotten_views(engine: str, project: Project, load: Load) -> None:
    assert load("factory:make('x')", engine, folder=project(FILES)).app.notes == ()


@both_engines
def test_a_decorator_without_parentheses_is_noted_in_every_file(
    engine: str, project: Project, load: Load
) -> None:
    folder = project(
        {
            "app.py": "import flask, views\napp = flask.Flask('a')\napp.register_blueprint(views.bp)\n",
            "views.py": """
                from flask import Blueprint
                bp = Blueprint("views", __name__)
                @bp.route
                def lost(): pass
                """,
        }
    )
    assert noted(load(None, engine, folder=folder).app.notes, "decorator_without_parentheses") == [
        ("views.py", 3)
    ]


@both_engines
def test_a_decorator_without_its_at_is_noted(engine: str, project: Project, load: Load) -> None:
    text = APP + "\napp.route('/about')\ndef about():\n    return 'x'\n"
    text += "\napp.get(\n    '/send'\n)\n@app.post('/send')\ndef send():\n    return 'x'\n"
    text += "\napp.get('/apart')\n\ndef apart(): pass\nprint(apart)\n"
    notes = load(None, engine, folder=project({"app.py": text})).app.notes
    assert noted(notes, "decorator_without_at") == [("app.py", 8), ("app.py", 12)]
    assert notes[0].text == "app.route('/about') has no @ in front, so it did nothing with about()"
    assert not noted(notes, "function_without_route")


@both_engines
def test_a_file_with_the_name_of_a_library_that_was_imported_is_noted(
    engine: str, project: Project, load: Load
) -> None:
    text = "import random, os, helper, json.decoder\n" + APP
    beside = {
        "flask.py": "",
        "random.py": "",
        "helper.py": "",
        "json/__init__.py": "",
        "email.py": "",
        "os.py": "",
    }
    notes = load(None, engine, folder=project({"app.py": text, **beside})).app.notes
    assert noted(notes, "file_shadows_library") == [("app.py", 1), ("app.py", 1), ("app.py", 3)]
    assert [note.text.partition(" ")[0] for note in notes] == ["random.py", "json/__init__.py", "flask.py"]


COUNTING = """
import ast
from flask import Flask
from m import *
app = Flask(__name__)
asked, parse = [], ast.parse

def _parse(source, *others, **named):
    asked.append(source)
    return parse(source, *others, **named)

ast.parse = _parse

@app.route("/")
def count():
    return str(len(asked))
"""


def test_no_module_of_a_large_app_is_parsed_where_nothing_hints_at_a_note(
    project: Project, load: Load
) -> None:
    counts = []
    for size in (2, 40):
        modules = {f"m/m{i}.py": f"import json\n\n\ndef helper{i}():\n    return json\n" for i in range(size)}
        imports = "".join(f"from m.m{i} import helper{i}\n" for i in range(size))
        folder = project({"app.py": COUNTING, **modules, "m/__init__.py": imports}, f"of-{size}")
        counts.append(load(None, "routelab", folder=folder).send("GET /").to_dict()["response"]["body"])
    assert counts[0] == counts[1]


@pytest.mark.parametrize(
    ("text", "headline", "said"),
    [
        ("# -*- coding: klingon -*-\n", "SyntaxError: unknown encoding: klingon", "app.py: the app does"),
        ("raise ValueError\n", "ValueError", "app.py:1: the app does"),
    ],
)
def test_what_python_does_not_say_is_not_said_of_a_failure(
    text: str, headline: str, said: str, project: Project, load: Load
) -> None:
    failure = load("app.py", "routelab", folder=project({"app.py": text})).failure
    assert isinstance(failure, LoadFailure)
    assert failure.step.headline == headline
    assert str(failure).startswith(said)


UNREAD = [
    ("def f():\nreturn 1\n", ("def f():", "return 1")),
    ("def f():\n    x = 1\n\n      y = 2\n", ("    x = 1", "", "      y = 2")),
    ("def f():\n        x = 1\n    return x\n", ("        x = 1", "    return x")),
    ("if 1:\n    x = 1\n\ty = 2\n", ("    x = 1", "        y = 2")),
    ("x = (\ny = 2\n", ("x = (",)),
    ("raise ValueError\n", ()),
]


@pytest.mark.parametrize(("text", "unread"), UNREAD)
def test_the_indentation_of_a_line_that_cannot_be_read_is_kept_with_the_line_above(
    text: str, unread: tuple[str, ...], project: Project, load: Load
) -> None:
    failure = load("app.py", "routelab", folder=project({"app.py": text})).failure
    assert isinstance(failure, LoadFailure)
    assert failure.step.unread == unread


# A library that nothing in the tests imports, so that it is looked for.
SHADOWED = "pyclbr.py was imported in the place of the library pyclbr; rename the file"
IMPORTS = "import it: from werkzeug.exceptions import HTTPException"
MEANT = [
    ("retrun 'x'", "did you mean return?"),
    ("Return 'x'", "did you mean return?"),
    ("Def f():\n    pass", "did you mean def?"),
    ("form os import path", "did you mean from?"),
    ("improt os", "did you mean import?"),
    ("@app.rout('/x')\ndef x(): pass", "did you mean route?"),
    ("hoem()", "did you mean home?"),
    ("import flaskk", "did you mean flask?"),
    ("from pyclbr import readmodule", SHADOWED),
    ("import pyclbr\npyclbr.readmodule", SHADOWED),
    ("x = 2 3", None),  # no word is amiss
    ("x = 1 fo 2", None),  # neither `for` nor another keyword lets Python read it
    ("print('a' 'b", "Python can read the line as: print('a' 'b')"),
    ("def about()\n    return 'x'", "Python can read the line as: def about():"),
    ("x = \"Hello'", 'Python can read the line as: x = "Hello"'),
    ("@app.route('/x\")\ndef x(): pass", "Python can read the line as: @app.route('/x')"),
    ("@app.route(/x)\ndef x(): pass", 'Python can read the line as: @app.route("/x")'),
    ("@app.route('/x)\ndef x(): pass", "Python can read the line as: @app.route('/x')"),
    ("@app.route('/x'\ndef x(): pass", "Python can read the line as: @app.route('/x')"),
    ("def x():\n    return I am Ann.", 'Python can read the line as: return "I am Ann."'),
    ('def x():\n    return Ann"', 'Python can read the line as: return "Ann"'),
    ("x = {'a': 'b}", "Python can read the line as: x = {'a': 'b'}"),
    ("@app.route(“/x”)\ndef x():\n    return “x”", 'Python can read the line as: @app.route("/x")'),
    ("def x():\n    return ‘it’", "Python can read the line as: return 'it'"),
    ("def x():\n\u00a0\u00a0\u00a0\u00a0return 1", "Python can read the line as: return 1"),
    ("def x():\n    return 'x', status=404", "Python can read the line as: return 'x', 404"),
    (
        'x = "<a href="/x">x</a>"',
        """Python can read the line as: x = '<a href="/x">x</a>'""",
    ),
    (
        'x = f"<p class="y">{1}</p>".strip()',
        """Python can read the line as: x = f'<p class="y">{1}</p>'.strip()""",
    ),
    *(  # Python 3.12 reads it as it is
        [("x = f'<p>{len('y')}</p>'", "Python can read the line as: x = f\"<p>{len('y')}</p>\"")]
        if sys.version_info < (3, 12)
        else []
    ),
    ("x = 'it's'", 'Python can read the line as: x = "it\'s"'),
    ('x = ("Page= " y " of 3")', None),
    ('x = ("Hello " y "!")', None),
    ("@route('/x')\ndef x(): pass", "did you mean @app.route('/x')?"),
    ("@app.route['/x']\ndef x(): pass", "did you mean @app.route('/x')?"),
    (
        "@app.route('/x', methods=[GET, 'POST'])\ndef x(): pass",
        "did you mean @app.route('/x', methods=[\"GET\", 'POST'])?",
    ),
    ("app.secret_key('abc')", "did you mean app.secret_key = 'abc'?"),
    ("print(GET)", None),
    ("@qwertz('/x')\ndef x(): pass", None),
    ("def x(): pass\n@x['/x']\ndef y(): pass", None),
    ("app.test_client('abc', 1)", None),
    ("x = 1 +", None),
    ("qwertz()", None),
    ("from flask import flask", "did you mean Flask?"),
    ("from flask import (\n    Flask,\n    URL_for)", "did you mean url_for?"),
    ("from flask import REQUEST", None),  # request, or Request
    ("from flask import nothing", None),
]


@both_engines
@pytest.mark.parametrize(("line", "told"), MEANT)
def test_the_word_that_was_meant_is_told_where_it_is_known(
    line: str, told: str | None, engine: str, project: Project, load: Load
) -> None:
    text = f"{APP}\ndef home():\n    pass\n\n{line}\n"
    failed = failure(load(None, engine, folder=project({"app.py": text, "pyclbr.py": "x = 1\n"})))
    assert failed.step.causes == (() if told is None else (told,))


@both_engines
@pytest.mark.parametrize(
    ("given", "told"),
    [
        ("radio", "radio is a module, and no Blueprint; register radio.radio_bp"),
        ("shelf", "shelf is a module, and there is no Blueprint in it"),
        ("'radio'", "register_blueprint takes a Blueprint, and was given an object of the type str"),
    ],
)
def test_what_is_no_blueprint_is_told_as_what_it_is(
    given: str, told: str, engine: str, project: Project, load: Load
) -> None:
    files = {
        "app.py": f"import radio, shelf\n{APP}\napp.register_blueprint({given})\n",
        "radio.py": "from flask import Blueprint\nradio_bp = Blueprint('radio', __name__)\n",
        "shelf.py": "x = 1\n",
    }
    failed = failure(load(None, engine, folder=project(files)))
    assert failed.step.causes == (told,)


@both_engines
@pytest.mark.parametrize(
    ("source", "kept"),
    [
        (APP.encode("utf-16"), "UTF-16"),
        (b"\xfe\xff" + APP.encode("utf-16-be"), "UTF-16"),
        (rb"{\rtf1\ansi " + APP.encode(), "a document of a word processor"),
        (b"PK\x03\x04\x14\0", "a zip archive, as documents of word processors are"),
        (f"{APP}\nx = 'Grüße'\n".encode("latin-1"), "text in another encoding"),
        (f"# -*- coding: ascii -*-\n{APP}\nx = 'Grüße'\n".encode(), "text in another encoding"),
    ],
)
def test_a_file_that_is_no_text_in_utf_8_is_told_as_that(
    source: bytes, kept: str, engine: str, tmp_path: Path, load: Load
) -> None:
    (tmp_path / "app.py").write_bytes(source)
    step = failure(load(None, engine, folder=tmp_path)).step
    assert (step.exception, step.file) == ("SyntaxError", "app.py")
    (cause,) = step.causes
    assert cause.startswith(f"app.py is saved as {kept}")


@both_engines
@pytest.mark.parametrize(
    ("line", "headline", "told"),
    [
        ("exit()", "SystemExit", "that ends Python while the app loads, so there is no app"),
        (
            "import sys; sys.exit(3)",
            "SystemExit: 3",
            "that ends Python while the app loads, so there is no app",
        ),
        (
            "input('Name? ')",
            "EOFError: EOF when reading a line",
            "input() waits for a keyboard, and an app that loads here has none",
        ),
        ("raise EOFError('all read')", "EOFError: all read", None),
    ],
)
def test_a_line_that_leaves_no_app_behind_is_told_as_that(
    line: str, headline: str, told: str | None, engine: str, project: Project, load: Load
) -> None:
    step = failure(load(None, engine, folder=project({"app.py": f"{APP}\n{line}\n"}))).step
    assert (step.headline, step.causes) == (headline, () if told is None else (told,))


LIBRARIES = {"site-packages/rq.py": "VERSION = 1", "site-packages/dashboard.py": "from rq import VERSION"}
FOUND = "import sys, os; sys.path.append(os.path.join(os.path.dirname(__file__), 'site-packages'))\n"


@pytest.mark.parametrize(
    ("files", "shadowed", "chain"),
    [
        ({"rq.py": FOUND + "import dashboard\n" + APP}, "rq.py", ()),
        ({"rq.py": FOUND + "import helper\n" + APP, "helper.py": "import dashboard"}, "rq.py", ()),
        # Here a module of one's own imports what is one's own: the library of that name has no part in it.
        ({"rq.py": FOUND + "import helper\n" + APP, "helper.py": "from rq import app"}, None, ("rq", "helper", "rq")),
    ],
)  # fmt: skip
def test_a_library_that_comes_back_to_the_app_wanted_another_library(
    files: dict[str, str], shadowed: str | None, chain: tuple[str, ...], project: Project, load: Load
) -> None:
    step = failure(load("rq.py", "routelab", folder=project(files | LIBRARIES))).step
    assert (step.shadowed.file if step.shadowed else None) == shadowed
    assert step.chain == chain


READS_SETTINGS = "from flask import Flask\napp = Flask(__name__, instance_relative_config=True)\n"
NEEDS_SETTINGS = READS_SETTINGS + "app.config.from_pyfile('config.py')\n"


@both_engines
@pytest.mark.parametrize("file", ["src/app.py", "src/shop/__init__.py"])
@pytest.mark.parametrize("source", [READS_SETTINGS, NEEDS_SETTINGS])
def test_an_instance_folder_above_the_code_is_not_the_apps(
    source: str, file: str, engine: str, project: Project, load: Load
) -> None:
    folder = project({file: source, "instance/config.py": "A = 1\n"})
    target = file.removesuffix("/__init__.py")
    lab = load(target, engine, folder=folder)
    notes = lab.app.notes if lab.failure is None else lab.failure.notes
    (note,) = notes
    assert note.code == "instance_elsewhere"
    assert note.text.startswith(
        "the app's instance folder is src/instance, beside its code, and there is none; "
    )
    (folder / "src" / "instance").mkdir()
    (folder / "src" / "instance" / "config.py").touch()
    assert load(target, engine, folder=folder).app.notes == ()


@both_engines
def test_what_an_app_prints_is_a_note_and_not_on_the_screen(
    engine: str, project: Project, load: Load, capfd: pytest.CaptureFixture[str]
) -> None:
    lab = load(None, engine, folder=project({"app.py": "print('starting')\n" + APP}))
    assert [(note.code, note.text) for note in lab.app.notes] == [
        ("printed_at_load", "printed while loading: starting")
    ]
    assert capfd.readouterr().out == ""


@both_engines
def test_an_app_without_a_remark_has_no_notes(engine: str, project: Project, load: Load) -> None:
    assert load(None, engine, folder=project({"app.py": APP})).app.notes == ()


# start-up


def test_a_lab_needs_nothing_of_what_its_app_needs() -> None:
    heavy = ["routelab.engine", "flask", "werkzeug", "jinja2", "importlib.metadata", "email", "asyncio"]
    code = f"""
import sys
sys.path.insert(0, {str(Path(routelab.__file__).parents[1])!r})
import routelab
with routelab.load("playground", engine="routelab") as lab:
    assert lab.send("GET /user/alice").to_dict()["response"]["status"] == 200
    assert lab.routes()
print([name for name in {heavy} if name in sys.modules])
"""
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

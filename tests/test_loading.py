import pickle
import subprocess
import sys
import textwrap
from collections.abc import Callable, Iterator
from pathlib import Path

import flask
import pytest

import routelab.engine
from routelab.errors import RoutelabError
from routelab.loading import (
    AppNotFoundError,
    Engine,
    FlaskMissingError,
    LoadedApp,
    LoadFailure,
    Note,
    RealFlaskError,
    load,
)
from routelab.loading import errors as fault

ENGINES = [Engine.ROUTELAB, Engine.FLASK]
CLASSES = {Engine.ROUTELAB: routelab.engine.Flask, Engine.FLASK: flask.Flask}

both_engines = pytest.mark.parametrize("engine", ENGINES, ids=lambda engine: engine.value)

APP = """
from flask import Flask
app = Flask(__name__)

@app.route("/")
def home():
    return "home"
"""

Project = Callable[..., Path]


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


@pytest.fixture(autouse=True)
def process_unmarked() -> Iterator[None]:
    """Every test ends with the process as it was, but for modules from outside that stay imported."""
    path, finders = sys.path[:], sys.meta_path[:]
    real, stdout, stdin = sys.modules["flask"], sys.stdout, sys.stdin
    runs = [vars(kind)["run"] for kind in CLASSES.values()]
    yield
    assert (sys.path, sys.meta_path) == (path, finders)
    assert sys.modules["flask"] is real is flask
    assert (sys.stdout, sys.stdin) == (stdout, stdin)
    assert [vars(kind)["run"] for kind in CLASSES.values()] == runs
    here = [
        name
        for name, module in sys.modules.items()
        if "pytest-of-" in (getattr(module, "__file__", None) or "")
    ]
    assert [name for name in here if not name.startswith("outside")] == []


@pytest.fixture
def patch(process_unmarked: None) -> Iterator[pytest.MonkeyPatch]:
    """Patch things, and put them back before the process is looked at."""
    with pytest.MonkeyPatch.context() as patch:
        yield patch


def get(loaded: LoadedApp, path: str = "/") -> str:
    with loaded.active():
        response = loaded.app.test_client().get(path)
    assert response.status_code == 200, response.get_data(as_text=True)
    return str(response.get_data(as_text=True))


def failure(folder: Path, engine: Engine, target: str | None = None) -> LoadFailure:
    with pytest.raises(LoadFailure) as caught:
        load(target, engine, folder=folder)
    return caught.value


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
        (None, "app.py", "home"),
        ("", "app.py", "home"),
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
    target: str | None, shown: str, answer: str, engine: Engine, project: Project
) -> None:
    loaded = load(target, engine, folder=project(FILES))
    assert (loaded.target, loaded.engine) == (shown, engine)
    assert isinstance(loaded.app, CLASSES[engine])
    assert get(loaded) == answer


def test_a_path_object_and_an_absolute_path_are_targets_too(project: Project, tmp_path: Path) -> None:
    folder = project(FILES)
    assert get(load(folder / "plain", Engine.ROUTELAB, folder=tmp_path)) == "plain"
    assert get(load(str(folder / "shop" / "web.py"), Engine.ROUTELAB, folder=tmp_path)) == "shop.web"


def test_without_a_folder_the_current_one_counts(project: Project, patch: pytest.MonkeyPatch) -> None:
    patch.chdir(project(FILES))
    loaded = load(engine=Engine.ROUTELAB)
    assert (loaded.name, loaded.folder) == ("app", Path.cwd().resolve())


BROKEN = {
    "empty/readme.txt": "",
    "scripts/main.py": APP,
    "scripts/extra.py": "",
    "two.py": "from flask import Flask\nfirst = Flask('a')\nsecond = Flask('b')\n",
    "none.py": "x = 1",
    "text.txt": "",
    "my.app.py": APP,
    "flask.py": APP,
    "__main__.py": APP,
    "json.py": APP,
    "factory.py": FILES["factory.py"],
    "number.py": "app = 5\ndef make():\n    return 5\n",
    "pkg/__init__.py": "",
    "forgot.py": "from flask import Flask\ndef create_app():\n    app = Flask('x')\n",
}


@both_engines
@pytest.mark.parametrize(
    ("target", "kind", "facts", "named"),
    [
        ("nope.py", fault.NoSuchPathError, {"path": "nope.py"}, "nope.py"),
        ("no/such/folder", fault.NoSuchPathError, {}, "no/such/folder"),
        ("~nobody-of-this-name/app.py", fault.NoSuchPathError, {}, "nobody"),
        ("x" * 300 + "/app.py", fault.NoSuchPathError, {}, "there is no"),
        ("a\0b", fault.NoSuchPathError, {}, r"\x00"),
        ("nope", fault.NoSuchModuleError, {"module": "nope"}, "nope"),
        ("pkg.nope", fault.NoSuchModuleError, {"module": "pkg.nope"}, "pkg.nope"),
        ("werkzeug.nope", fault.NoSuchModuleError, {}, "werkzeug.nope"),
        ("sys", fault.NoSuchModuleError, {}, "sys"),
        ("empty", fault.NoAppInFolderError, {"files": ()}, "-A"),
        (
            "scripts",
            fault.NoAppInFolderError,
            {"files": ("scripts/extra.py", "scripts/main.py")},
            "scripts/extra.py",
        ),
        (None, fault.NoAppInFolderError, {}, "app.py"),
        ("text.txt", fault.NotPythonError, {"path": "text.txt"}, ".py"),
        ("my.app.py", fault.NotImportableError, {"path": "my.app.py"}, "dot"),
        ("flask.py", fault.NotImportableError, {}, "rename"),
        ("__main__.py", fault.NotImportableError, {}, "rename"),
        ("json.py", fault.NotImportableError, {}, "rename"),
        ("two.py", fault.SeveralAppsError, {"names": ("first", "second")}, "two.py:first"),
        ("none.py", fault.NoAppInModuleError, {"file": "none.py"}, "create_app"),
        ("pkg", fault.NoAppInModuleError, {}, "pkg"),
        ("two.py:frist", fault.NoSuchNameError, {"name": "frist", "near": "first"}, "did you mean first?"),
        ("two.py:zzz", fault.NoSuchNameError, {"near": None}, "zzz"),
        ("number.py", fault.NoAppInModuleError, {}, "number.py"),
        ("number.py:app", fault.NotAnAppError, {"kind": "int"}, "int"),
        ("number.py:make", fault.NotAnAppError, {"kind": "int", "source": "make()"}, "int"),
        ("forgot.py", fault.NotAnAppError, {"kind": "NoneType", "source": "create_app()"}, "return the app"),
        ("two.py:", fault.NotANameError, {"text": ""}, "after the colon"),
        ("two.py:a.b", fault.NotANameError, {}, "a.b"),
        ("factory:make(x)", fault.NotANameError, {}, "make(x)"),
        ("factory:make(", fault.NotANameError, {}, "make("),
        ("factory:[1]", fault.NotANameError, {}, "[1]"),
        ("factory:needs", fault.FactoryArgumentsError, {"factory": "needs"}, "config"),
        ("factory:needs()", fault.FactoryArgumentsError, {"factory": "needs"}, "factory:needs(...)"),
        ("factory:make('a', 'b')", fault.FactoryArgumentsError, {}, "positional"),
    ],
)
def test_where_no_app_is_found_one_line_says_what_next(
    target: str | None,
    kind: type[AppNotFoundError],
    facts: dict[str, object],
    named: str,
    engine: Engine,
    project: Project,
) -> None:
    with pytest.raises(kind) as caught:
        load(target, engine, folder=project(BROKEN))
    error = caught.value
    assert isinstance(error, RoutelabError)
    assert error.exit_code == 1
    assert not isinstance(error, LoadFailure)
    assert {name: getattr(error, name) for name in facts} == facts
    assert named in str(error)
    assert str(error).isprintable()


def test_an_installed_module_is_found_and_its_neighbours_are_not_the_apps_own(
    project: Project, patch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    installed = project(
        {
            "shopapp/__init__.py": APP.replace("return", "from shopapp.names import NAME; return NAME or"),
            "shopapp/names.py": "NAME = 'installed'",
            "outside_neighbour.py": "from flask import Flask",
        },
        folder="site-packages",
    )
    patch.syspath_prepend(installed)
    loaded = load("shopapp", Engine.ROUTELAB, folder=tmp_path)
    assert get(loaded) == "installed"
    with loaded.active():
        import outside_neighbour  # type: ignore[import-not-found]
    assert outside_neighbour.Flask is flask.Flask


# engines


def test_auto_is_real_flask_where_it_is_installed(project: Project) -> None:
    loaded = load(None, Engine.AUTO, folder=project({"app.py": APP}))
    assert (loaded.engine, loaded.engine_version) == (Engine.FLASK, "3.1.3")


def test_without_flask_auto_is_routelab_and_flask_says_how_to_install_it(
    project: Project, patch: pytest.MonkeyPatch
) -> None:
    folder = project({"app.py": APP, "flask.py": ""})
    without = [place for place in sys.path if "site-packages" not in place]
    patch.setattr(sys, "path", [str(folder), *without])
    loaded = load("app.py", Engine.AUTO, folder=folder)
    assert (loaded.engine, loaded.engine_version) == (Engine.ROUTELAB, routelab.__version__)
    with pytest.raises(FlaskMissingError, match="pip install"):
        load("app.py", Engine.FLASK, folder=folder)


def test_two_apps_of_one_layout_live_on_two_engines_in_one_process(project: Project) -> None:
    files = {
        "app.py": """
            from flask import Flask
            from users.names import NAME
            import users
            app = Flask(__name__)

            @app.route("/")
            def home():
                import flask
                from flask import current_app
                import flask.json as j
                import users.late
                ours = type(current_app._get_current_object()).__module__
                return f"{NAME} {users.late.NAME} {flask.Flask.__module__} {ours} {j.__name__}"
            """,
        "users/__init__.py": "",
        "users/names.py": "NAME = 'WHO'",
        "users/late.py": "import flask; NAME = 'late WHO ' + flask.Flask.__module__",
    }
    first = project({name: text.replace("WHO", "ann") for name, text in files.items()}, folder="first")
    second = project({name: text.replace("WHO", "bob") for name, text in files.items()}, folder="second")
    one, two = load(None, Engine.ROUTELAB, folder=first), load(None, Engine.FLASK, folder=second)
    ours = "routelab.engine.app"
    for _ in range(2):
        assert get(one) == f"ann late ann {ours} {ours} {ours} routelab.engine.json"
        assert get(two) == "bob late bob flask.app flask.app flask.app flask.json"
    with one.active():
        assert get(two).startswith("bob")
        assert sys.modules["users"] is not None
        assert get(one).startswith("ann")


def test_names_that_are_loaded_from_elsewhere_are_out_of_the_way_while_active(
    project: Project, patch: pytest.MonkeyPatch
) -> None:
    foreign = type(sys)("users")
    for name in ("users", "users.late", "config"):
        patch.setitem(sys.modules, name, foreign)
    folder = project(
        {
            "app.py": APP.replace('"home"', "__import__('users.late').late.NAME + __import__('config').NAME"),
            "users/__init__.py": "",
            "users/late.py": "NAME = 'mine'",
            "config.py": "NAME = 'too'",
        }
    )
    loaded = load(None, Engine.ROUTELAB, folder=folder)
    assert sys.modules["users.late"] is foreign
    assert get(loaded) == "minetoo"
    assert sys.modules["users"] is sys.modules["users.late"] is sys.modules["config"] is foreign


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
    path: str, answer: str, engine: Engine, project: Project
) -> None:
    folder = project(
        {
            "app.py": REQUEST_TIME,
            "config.py": "NAME = 'config'",
            "lateral.py": "NAME = 'lateral'",
            "settings.py": "import sys; FIRST = sys.path[0]",
        }
    )
    loaded = load(None, engine, folder=folder)
    package = "flask" if engine is Engine.FLASK else "routelab.engine"
    assert get(loaded, path) == answer.format(package)
    assert get(loaded, path) == answer.format(package)
    assert "app" not in sys.modules
    assert "lateral" not in sys.modules


def test_outside_of_a_request_the_modules_are_gone(project: Project) -> None:
    loaded = load(
        None, Engine.ROUTELAB, folder=project({"app.py": REQUEST_TIME, "settings.py": "FIRST = ''"})
    )
    point = loaded.app.view_functions["pickled"].__globals__["Point"]()
    with pytest.raises(pickle.PicklingError):
        pickle.dumps(point)
    with loaded.active():
        assert pickle.dumps(point)


@both_engines
def test_a_module_sees_itself_as_when_flask_imports_it(engine: Engine, project: Project) -> None:
    folder = project(
        {
            "pkg/__init__.py": """
                from flask import Flask
                from . import sibling
                from .sub import deep
                import namespace.part
                app = Flask(__name__)
                app.facts = [__name__, __file__, __package__, __spec__.name, __path__[0], sibling.__name__,
                             deep.FROM_TOP, namespace.part.NAME, str(__name__ == "__main__")]
                if __name__ == "__main__":
                    raise RuntimeError("the guard was not kept")
                """,
            "pkg/sibling.py": "NAME = 'sibling'",
            "pkg/sub/__init__.py": "",
            "pkg/sub/deep.py": "from ..sibling import NAME as FROM_TOP",
            "namespace/part.py": "NAME = 'part'",
        }
    )
    loaded = load("pkg", engine, folder=folder)
    package = str(folder / "pkg")
    assert loaded.app.facts == [
        "pkg", f"{package}/__init__.py", "pkg", "pkg", package, "pkg.sibling", "sibling", "part", "False",
    ]  # fmt: skip
    assert loaded.app.root_path == package
    assert loaded.app.instance_path == str(folder / "instance")
    assert (loaded.name, loaded.folder) == ("pkg", folder)


def test_a_folder_that_only_looks_like_a_package_gives_way_to_an_installed_one(project: Project) -> None:
    folder = project({"app.py": "import itsdangerous, markupsafe\n" + APP, "markupsafe/data.txt": ""})
    assert get(load(None, Engine.ROUTELAB, folder=folder)) == "home"


def test_a_search_path_that_the_app_extends_stays_the_apps(project: Project) -> None:
    folder = project(
        {
            "app.py": "import os, sys; sys.path.append(os.path.dirname(__file__) + '/lib')\nimport helper\n"
            + APP.replace('"home"', "__import__('later').KIND + helper.KIND"),
            "lib/helper.py": "import flask; KIND = flask.Flask.__module__",
            "lib/later.py": "import flask; KIND = flask.Flask.__module__",
        }
    )
    loaded = load(None, Engine.ROUTELAB, folder=folder)
    assert get(loaded) == "routelab.engine.app" * 2


def test_what_a_virtual_environment_in_the_project_holds_is_not_the_apps_own(
    project: Project, patch: pytest.MonkeyPatch
) -> None:
    folder = project(
        {
            "app.py": "import outside_installed\n" + APP.replace('"home"', "outside_installed.KIND"),
            "venv/lib/site-packages/outside_installed.py": "import flask; KIND = flask.Flask.__module__",
        }
    )
    patch.setattr(sys, "path", [*sys.path, str(folder / "venv/lib/site-packages")])
    assert get(load(None, Engine.ROUTELAB, folder=folder)) == "flask.app"


@both_engines
def test_loading_again_sees_the_edited_files_and_no_stale_bytecode(engine: Engine, project: Project) -> None:
    folder = project(
        {"app.py": APP.replace('"home"', "__import__('names').NAME"), "names.py": "NAME = 'one'"}
    )
    first = load(None, engine, folder=folder)
    (folder / "names.py").write_text("NAME = 'two'")  # of the same length, in the same second
    second = load(None, engine, folder=folder)
    assert get(second) == "two"
    project({"app.py": APP.replace("home", "away"), "fresh.py": "NAME = 'fresh'"})
    third = load(None, engine, folder=folder)
    assert (get(first), get(second), get(third)) == ("two", "two", "away")
    assert list(folder.rglob("*.pyc")) == []


def test_a_path_object_in_sys_path_does_no_harm(project: Project) -> None:
    text = "import sys, pathlib; sys.path.insert(0, pathlib.Path(__file__).parent)\nimport names\n"
    assert get(load(None, Engine.ROUTELAB, folder=project({"app.py": text + APP, "names.py": ""}))) == "home"


def test_an_app_may_replace_its_own_module(project: Project) -> None:
    folder = project(
        {
            "app.py": APP.replace('"home"', "__import__('swap').value"),
            "swap.py": "import sys\nclass Swap:\n    value = 'swapped'\nsys.modules[__name__] = Swap()\n",
        }
    )
    loaded = load(None, Engine.ROUTELAB, folder=folder)
    assert get(loaded) == get(loaded) == "swapped"


def test_being_active_costs_microseconds(project: Project) -> None:
    from timeit import repeat

    files = {f"part{number}.py": "" for number in range(20)}
    imports = "".join(f"import part{number}\n" for number in range(20))
    loaded = load(None, Engine.ROUTELAB, folder=project({"app.py": imports + APP, **files}))

    def activate() -> None:
        with loaded.active():
            pass

    assert min(repeat(activate, number=100, repeat=5)) / 100 < 100e-6


# the binding of flask


def test_every_form_of_import_gives_the_engine(project: Project) -> None:
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
                app = Flask(__name__)
                app.facts = [flask is f, flask.json is json, v is views, v.MethodView is MethodView]
                app.facts.append(jsonify is f.jsonify)
                app.names = [flask.__name__, v.__name__, json.__name__, __import__("flask").__name__]
                """
        }
    )
    app = load(None, Engine.ROUTELAB, folder=folder).app
    assert app.facts == [True] * 5
    assert app.names == [
        "routelab.engine",
        "routelab.engine.views",
        "routelab.engine.json",
        "routelab.engine",
    ]


@pytest.mark.parametrize(
    ("statement", "exception", "lacking"),
    [
        ("from flask import Markup", "ImportError", "flask.Markup"),
        ("from flask import Flask, stream_templates", "ImportError", "flask.stream_templates"),
        ("import flask.signals", "ModuleNotFoundError", "flask.signals"),
        ("import flask.ext.login", "ModuleNotFoundError", "flask.ext.login"),
        ("from flask.logging import default_handler", "ModuleNotFoundError", "flask.logging"),
        ("from flask.views import Nothing", "ImportError", "flask.views.Nothing"),
        ("import flask; flask.stream_templates", "AttributeError", "flask.stream_templates"),
    ],
)
def test_a_name_that_the_engine_lacks_is_said_to_be_in_real_flask(
    statement: str, exception: str, lacking: str, project: Project
) -> None:
    failed = failure(project({"app.py": f"import os\n{statement}\n{APP}"}), Engine.ROUTELAB)
    assert (failed.exception, failed.file, failed.line) == (exception, "app.py", 2)
    (note,) = failed.notes
    assert note.code == "engine_lacks_name"
    assert note.text.startswith(f"routelab's engine has no {lacking}; use --engine flask")
    assert (note.file, note.line) == ("app.py", 2)


def test_a_misspelt_name_gets_the_near_miss(project: Project) -> None:
    failed = failure(project({"app.py": "from flask import Flaskk\n"}), Engine.ROUTELAB)
    assert failed.notes[0].text.endswith("or did you mean flask.Flask?")
    assert failed.message == "cannot import name 'Flaskk' from 'flask'"


def test_code_that_can_do_without_a_name_loads(project: Project) -> None:
    text = "try:\n    from flask import Markup\nexcept ImportError:\n    from markupsafe import Markup\n"
    assert get(load(None, Engine.ROUTELAB, folder=project({"app.py": text + APP}))) == "home"


def test_an_extension_gets_real_flask_and_is_reported(project: Project, patch: pytest.MonkeyPatch) -> None:
    extensions = project({"outside_login.py": "from flask import current_app, Flask"}, folder="extensions")
    patch.syspath_prepend(extensions)
    folder = project({"app.py": "import os\nimport outside_login\n" + APP})
    loaded = load(None, Engine.ROUTELAB, folder=folder)
    (note,) = loaded.notes
    assert (note.code, note.file, note.line) == ("extension_uses_flask", "app.py", 2)
    assert note.text == "outside_login uses real Flask, not routelab's engine; use --engine flask"
    assert sys.modules["outside_login"].Flask is flask.Flask
    assert load(None, Engine.FLASK, folder=folder).notes == ()


def test_an_extension_without_flask_says_so(project: Project) -> None:
    text = "raise ModuleNotFoundError(\"No module named 'flask'\", name='flask')"
    failed = failure(project({"app.py": text}), Engine.ROUTELAB)
    assert [note.code for note in failed.notes] == ["extension_needs_flask"]
    assert "use --engine flask" in failed.notes[0].text


def test_commands_without_click_say_so(project: Project) -> None:
    text = "raise ModuleNotFoundError(\"No module named 'click'\", name='click')"
    (note,) = failure(project({"app.py": text}), Engine.ROUTELAB).notes
    assert (note.code, note.text) == (
        "commands_need_click",
        "commands need click, which comes with Flask; install flask",
    )


def test_import_module_gives_real_flask_and_is_reported(project: Project) -> None:
    text = "import importlib\nreal = importlib.import_module('flask')\n" + APP
    loaded = load(None, Engine.ROUTELAB, folder=project({"app.py": text}))
    assert noted(loaded.notes, "real_flask_imported") == [("app.py", None)]


def test_an_app_of_real_flask_on_our_engine_is_refused(project: Project) -> None:
    text = "import importlib\napp = importlib.import_module('flask').Flask(__name__)\n"
    for target in ("app.py", "app.py:app"):
        with pytest.raises(RealFlaskError, match="--engine flask"):
            load(target, Engine.ROUTELAB, folder=project({"app.py": text}))


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
    ("class Odd(Exception):\n    def __str__(self):\n        1 / 0\nraise Odd\n", "Odd", "", 4, "raise Odd"),
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
    engine: Engine,
    project: Project,
) -> None:
    folder = project({"app.py": text, "helper.py": "raise ImportError('broken helper')\n"})
    failed = failure(folder, engine)
    assert failed.exception == exception
    if message is not None:
        assert failed.message == message
    if "helper" in text:
        assert (failed.file, failed.line, failed.message) == ("helper.py", 1, "broken helper")
        assert [frame.file for frame in failed.frames] == ["app.py", "helper.py"]
    elif line is not None:
        assert (failed.file, failed.line) == ("app.py", line)
    if source is not None:
        assert failed.source == source
    assert (failed.engine, failed.target, failed.folder) == (engine, "app.py", folder)
    assert failed.exit_code == 1
    assert exception in str(failed)
    assert "\n" not in str(failed)
    assert all(frame.file in ("app.py", "helper.py") for frame in failed.frames)


@both_engines
def test_frames_are_the_learners_own_outermost_first(engine: Engine, project: Project) -> None:
    folder = project(
        {
            "app.py": "import flask\nimport routes.setup\napp = flask.Flask('a')\nroutes.setup.add(app)\n",
            "routes/__init__.py": "",
            "routes/setup.py": "def add(app):\n    app.add_url_rule('no-slash', 'x', print)\n",
        }
    )
    failed = failure(folder, engine)
    assert failed.frames == (
        ("app.py", 4, "<module>", "routes.setup.add(app)"),
        ("routes/setup.py", 2, "add", "app.add_url_rule('no-slash', 'x', print)"),
    )
    assert failed.frames[0].function == "<module>"
    assert (failed.file, failed.line) == ("routes/setup.py", 2)
    assert isinstance(failed.__cause__, ValueError)


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
    app: str, routes: str, chain: tuple[str, ...], engine: Engine, project: Project
) -> None:
    failed = failure(project({"app.py": app, "routes.py": routes}), engine)
    assert failed.chain == chain
    if chain:
        assert "circular import" in failed.message


@both_engines
def test_a_factory_that_fails_is_a_load_failure(engine: Engine, project: Project) -> None:
    folder = project({"app.py": "def create_app():\n    return len(5)\n"})
    failed = failure(folder, engine, "app:create_app")
    assert (failed.exception, failed.file, failed.line) == ("TypeError", "app.py", 2)
    assert failed.target == "app:create_app"


@both_engines
def test_what_was_printed_before_the_failure_is_kept(
    engine: Engine, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    failed = failure(project({"app.py": "print('one')\nimport sys\nsys.stdout.write('zwö')\n1/0\n"}), engine)
    assert failed.printed == "one\nzwö"
    assert capsys.readouterr().out == ""


def test_a_keyboard_interrupt_says_where(project: Project) -> None:
    failed = failure(project({"app.py": "import time\nraise KeyboardInterrupt\n"}), Engine.ROUTELAB)
    assert (failed.interrupted, failed.exit_code, failed.line) == (True, 130, 2)
    assert "Ctrl-C was pressed while the app was loading" in str(failed)
    assert not failure(project({"app.py": "1 / 0"}), Engine.ROUTELAB).interrupted


@pytest.mark.parametrize(
    "loop", ["pass", "try:\n        time.sleep(1)\n    except BaseException:\n        pass"]
)
def test_an_app_that_never_ends_to_load_is_stopped(project: Project, loop: str) -> None:
    folder = project({"app.py": f"import time\nwhile True:\n    {loop}\n"})
    with pytest.raises(LoadFailure) as stopped:
        load(None, Engine.ROUTELAB, folder=folder, seconds=0.2)
    assert stopped.value.line is not None
    assert stopped.value.line > 1
    assert "the time limit was reached while the app was loading" in str(stopped.value)


def test_a_source_that_changed_since_is_read_again(project: Project) -> None:
    folder = project({"app.py": "one / 0\n"})
    assert failure(folder, Engine.ROUTELAB).source == "one / 0"
    project({"app.py": "other / 0\n"})
    assert failure(folder, Engine.ROUTELAB).source == "other / 0"


def test_the_frames_of_a_deep_recursion_are_cut_in_the_middle(project: Project) -> None:
    frames = failure(project({"app.py": "def f():\n    f()\n\nf()\n"}), Engine.ROUTELAB).frames
    assert len(frames) == 20
    assert (frames[0].line, frames[-1].line) == (4, 2)


def test_the_line_is_the_one_that_ran_whatever_became_of_the_file(project: Project) -> None:
    folder = project({"app.py": "import os\nos.remove(__file__)\n1 / 0\n"})
    assert failure(folder, Engine.ROUTELAB).source == "1 / 0"


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
    content: bytes, exception: str, source: str | None, project: Project
) -> None:
    folder = project({"app.py": ""})
    (folder / "app.py").write_bytes(content)
    failed = failure(folder, Engine.ROUTELAB)
    assert (failed.exception, failed.file) == (exception, "app.py")
    if source is not None:
        assert failed.source == source


# notes


@both_engines
def test_app_run_is_ignored_and_noted(engine: Engine, project: Project) -> None:
    folder = project(
        {"app.py": APP + "\napp.run(debug=True, port=1)\n", "start.py": "from app import app\napp.run()\n"}
    )
    assert noted(load("app.py", engine, folder=folder).notes, "app_run_ignored") == [("app.py", 8)]
    started = load("start.py", engine, folder=folder)
    assert noted(started.notes, "app_run_ignored") == [("app.py", 8), ("start.py", 2)]
    assert get(started) == "home"


@both_engines
def test_app_run_is_noted_of_an_app_that_fails_afterwards_too(engine: Engine, project: Project) -> None:
    failed = failure(project({"app.py": APP + "app.run()\n1/0\n"}), engine)
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
def test_a_function_that_nothing_leads_to_is_noted(engine: Engine, project: Project) -> None:
    folder = project(
        {
            "app.py": WITHOUT_ROUTE,
            "helpers.py": "def shared():\n    pass\n",
            "user_of.py": "from app import elsewhere\n",
        }
    )
    notes = load(None, engine, folder=folder).notes
    assert [(note.code, note.file, note.line) for note in notes] == [("function_without_route", "app.py", 5)]
    assert "about()" in notes[0].text


@both_engines
def test_a_decorator_without_parentheses_is_noted(engine: Engine, project: Project) -> None:
    text = APP + "\n@app.route\ndef about():\n    return 'x'\n\n@app.post\ndef send():\n    return 'x'\n"
    text += "\n@app.errorhandler\ndef oops(error):\n    return 'x'\n"
    text += "\n@app.template_filter('x')\n@app.get\ndef stacked():\n    return 'x'\n"
    notes = load(None, engine, folder=project({"app.py": text})).notes
    lines = [("app.py", 8), ("app.py", 12), ("app.py", 16), ("app.py", 21)]
    assert noted(notes, "decorator_without_parentheses") == lines
    assert [note.code for note in notes] == ["decorator_without_parentheses"] * 4
    assert "@app.route has no parentheses" in notes[0].text
    assert "about()" in notes[0].text


@both_engines
def test_a_factorys_helpers_are_no_forgotten_views(engine: Engine, project: Project) -> None:
    assert load("factory:make('x')", engine, folder=project(FILES)).notes == ()


@both_engines
def test_a_decorator_without_parentheses_is_noted_in_every_file(engine: Engine, project: Project) -> None:
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
    assert noted(load(None, engine, folder=folder).notes, "decorator_without_parentheses") == [
        ("views.py", 3)
    ]


@both_engines
def test_what_an_app_prints_is_a_note_and_not_on_the_screen(
    engine: Engine, project: Project, capsys: pytest.CaptureFixture[str]
) -> None:
    loaded = load(None, engine, folder=project({"app.py": "print('starting')\n" + APP}))
    assert [(note.code, note.text) for note in loaded.notes] == [
        ("printed_at_load", "printed while loading: starting")
    ]
    assert capsys.readouterr().out == ""


@both_engines
def test_an_app_without_a_remark_has_no_notes(engine: Engine, project: Project) -> None:
    assert load(None, engine, folder=project({"app.py": APP})).notes == ()


# start-up


def test_importing_loading_does_not_import_an_engine() -> None:
    heavy = ["routelab.engine", "flask", "werkzeug", "jinja2", "importlib.metadata", "email", "asyncio"]
    found = f"import routelab.loading; print([name for name in {heavy} if name in sys.modules])"
    code = f"import sys; sys.path.insert(0, {str(Path(routelab.__file__).parents[1])!r}); {found}"
    run = subprocess.run([sys.executable, "-I", "-c", code], capture_output=True, text=True, check=True)
    assert run.stdout.strip() == "[]"

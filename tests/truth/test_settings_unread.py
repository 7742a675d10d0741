"""Settings and attributes that nobody reads, and what came too late: each is noted, and what is read is not."""

from __future__ import annotations

import json
from collections.abc import Iterator
from itertools import product
from pathlib import Path

import pytest

from routelab.engine.config import DEFAULTS
from routelab.lab import load
from routelab.loading import usage
from routelab.loading.modules import AppModules
from routelab.loading.settings import _REMOVED, nearest
from support import ENGINES, checked, write_app
from tables import each

APP = "from flask import Flask, Blueprint, current_app\napp = Flask(__name__)\n"
VIEW = '@app.get("/")\ndef home():\n    return "home"\n'
CODES = ("setting_not_read", "attribute_not_read", "set_too_late")


def notes(folder: Path, source: str, engine: str) -> list[str]:
    with load(write_app(folder, source), engine=engine, folder=folder) as lab:
        assert lab.failure is None
        return [note["text"] for note in checked(lab.send("GET /"))["notes"] if note["code"] in CODES]


WAYS = (
    "app.config['{0}'] = 1\n",
    "app.config.update({0}=1)\n",
    "app.config.from_mapping({{'{0}': 1}})\n",
    "class Settings:\n    {0} = 1\napp.config.from_object(Settings)\n",
)


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("way", WAYS)
def test_a_key_that_flask_read_once(way: str, engine: str, tmp_path: Path) -> None:
    said = notes(tmp_path, APP + "".join(map(way.format, _REMOVED)) + VIEW, engine)
    for key, text in zip(_REMOVED, said, strict=True):
        assert text.startswith(f"{key} is a setting that Flask does not read since {_REMOVED[key][0]}")
        assert "(app.py:" in text


def misspelt(key: str) -> list[str]:
    middle = len(key) // 2
    swapped = key[:middle] + key[middle + 1] + key[middle] + key[middle + 2 :]
    ways = (swapped, key[:middle] + key[middle + 1 :], key + "S", key.replace("_", "", 1))
    return [way for way in dict.fromkeys(ways) if way != key and way not in DEFAULTS]


@pytest.mark.parametrize("engine", ENGINES)
def test_a_key_that_is_nearly_one_of_flasks(engine: str, tmp_path: Path) -> None:
    meant = {wrong: key for key in DEFAULTS for wrong in misspelt(key)}
    said = notes(tmp_path, APP + "".join(f"app.config['{way}'] = None\n" for way in meant) + VIEW, engine)
    for (wrong, key), text in zip(meant.items(), said, strict=True):
        assert text.startswith(f"{wrong} is ")
        assert f"did you mean {key}?" in text


def test_loaded_packages_are_listed_once_for_all_names(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    package, listed = write_app(tmp_path, "import flask\nASKED = 1", "package.py"), []

    def files() -> Iterator[str]:
        listed.append("all")
        yield str(package)

    monkeypatch.setattr(usage, "_package_files", files)
    looked = usage.Usage(AppModules(tmp_path))
    assert [looked.reads(name) for name in ("ASKED", "ASK", "ASKED_FOR")] == [True, False, False]
    assert listed == ["all"]


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
def test_a_key_in_small_letters(engine: str, tmp_path: Path) -> None:
    [said] = notes(tmp_path, APP + "app.config['secret_key'] = 'k'\n" + VIEW, engine)
    assert "secret_key is not a setting that Flask reads" in said
    assert "SECRET_KEY" in said


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("key", ["SESSION_TIMEOUT", "SESSION_COOKIE_AGE", "SESSION_KIND"])
def test_a_key_of_sessions(key: str, engine: str, tmp_path: Path) -> None:
    [said] = notes(tmp_path, APP + f"app.config['{key}'] = 3\n" + VIEW, engine)
    assert said.startswith(f"{key} is not a setting that Flask reads")


TAKEN = {
    "a class": ("class Settings:\n    {names}\n", "app.config.from_object(Settings)"),
    "a module": ("import settings\n", "app.config.from_object(settings)"),
    "its name": ("", "app.config.from_object('settings')"),
    "a mapping": ("", "app.config.from_mapping({{'secret_key': 'k', 'testing': True, 'DEBUG': True, 'shop': 1}})"),
    "keywords": ("", "app.config.from_mapping(secret_key='k', testing=True, DEBUG=True, shop=1)"),
    "a Python file": ("", "app.config.from_pyfile('settings.py')"),
    "a variable": (
        "import os\nos.environ['SHOP_SETTINGS'] = 'settings.py'\n", "app.config.from_envvar('SHOP_SETTINGS')"
    ),
    "a file": ("import json\n", "app.config.from_file('settings.json', load=json.load)"),
}  # fmt: skip
NAMES = {"secret_key": "k", "testing": True, "DEBUG": True, "shop": 1}


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("how", TAKEN)
def test_names_that_are_not_in_capitals_are_not_taken(how: str, engine: str, tmp_path: Path) -> None:
    before, taking = TAKEN[how]
    names = [f"{name} = {value!r}" for name, value in NAMES.items()]
    write_app(tmp_path, "\n".join(names) + "\n", "settings.py")
    write_app(tmp_path, json.dumps(NAMES), "settings.json")
    source = APP + (before + taking).format(names="\n    ".join(names))
    [said] = notes(tmp_path, f"{source}\n{VIEW}", engine)
    way, line = taking.split("(", 1)[0].removeprefix("app."), source.count("\n") + 1
    assert said == (
        f"{way}() at app.py:{line} accepts only names in capitals, and left out secret_key and testing: "
        "write SECRET_KEY and TESTING"
    )
    set_all = "app.secret_key = 'k'\napp.testing = True\n"
    assert notes(tmp_path, f"{source}\n{set_all}{VIEW}", engine) == []
    asked = VIEW.replace('"home"', 'app.config["shop"]')
    texts = notes(tmp_path, f"{source}\n{set_all}{asked}", engine)
    assert [text.partition(" and left out ")[2] for text in texts] == (
        ["shop: write SHOP"] if how in ("a mapping", "keywords", "a file") else []
    )
    assert notes(tmp_path, f"{source}\n{set_all}app.config['shop'] = 1\n{asked}", engine) == []


LATE = {
    "json_provider_class": ("from flask.json.provider import DefaultJSONProvider as Base", "json", "set app.json = Own(app)"),
    "aborter_class": ("from werkzeug.exceptions import Aborter as Base", "aborter", "set app.aborter = Own()"),
    "config_class": ("from flask import Config as Base", "config", "set it in a class of your own"),
    "url_map_class": ("from werkzeug.routing import Map as Base", "url_map", "set it in a class of your own"),
    "jinja_environment": ("import jinja2\nBase = jinja2.Environment", "jinja_env", "set it in a class of your own"),
}  # fmt: skip


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", LATE)
def test_a_class_that_is_set_when_an_object_was_made_of_another(
    name: str, engine: str, tmp_path: Path
) -> None:
    base, made, instead = LATE[name]
    before = f"{APP}{base}\nclass Own(Base):\n    pass\napp.{made}\n"
    [said] = notes(tmp_path, f"{before}app.{name} = Own\n{VIEW}", engine)
    line = before.count("\n") + 1
    assert said.startswith(f"app.{name} is Own now, but app.{made} had been made before that, of ")
    assert f"(app.py:{line}); {instead}" in said
    in_class = before.replace(
        f"app.{made}\n", f"class Shop(Flask):\n    {name} = Own\napp = Shop(__name__)\n"
    )
    assert notes(tmp_path, in_class + VIEW, engine) == []


READ = {
    "by a view": 'app.config["JSON_SORT_KEYS"] = 1\n@app.get("/x")\ndef x():\n    return app.config["JSON_SORT_KEYS"]\n',
    "with get": 'app.config["ENV"] = "dev"\n@app.get("/x")\ndef x():\n    return current_app.config.get("ENV")\n',
    "as an attribute": 'app.env = "dev"\n@app.get("/x")\ndef x():\n    return current_app.env\n',
    "own keys": "app.config.update(SHOP_NAME='x', MAIL_SERVER='y', DATABASE='z', JWT_SECRET_KEY='k')\n",
    "known keys": "app.config.update(SECRET_KEY='k', SESSION_COOKIE_NAME='y', MAX_CONTENT_LENGTH=7)\n",
    "attributes of extensions": "app.login_manager = app.db = app.mail = object()\n",
    "properties": "app.secret_key = 'k'\napp.testing = True\napp.url_map.strict_slashes = True\n",
    "slashes in time": "app.url_map.strict_slashes = False\n",
    "a class of one's own": "class Own(Flask):\n    json_encoder = None\napp = Own(__name__)\napp.json_encoder = 3\n",
    "sessions of another kind": (
        "from flask.sessions import SecureCookieSessionInterface\n"
        "class Mine(SecureCookieSessionInterface):\n    pass\n"
        "app.session_interface = Mine()\napp.config['SESSION_KIND'] = 3\n"
    ),
}


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize("name", READ)
def test_what_is_read_passes_in_silence(name: str, engine: str, tmp_path: Path) -> None:
    assert notes(tmp_path, APP + READ[name] + VIEW, engine) == []


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    ("line", "said"),
    [
        (
            "app.json_encoder = object",
            "app.json_encoder is an attribute that Flask does not read since 2.3 (app.py:3); app.json",
        ),
        ("app.env = 'dev'", "app.env is an attribute that Flask does not read since 2.3"),
        ("app.strict_slashes = False", "it is app.url_map.strict_slashes, before the first rule is added"),
        ("app.host_matching = True", "it is an argument, as in Flask(__name__, host_matching=True)"),
        ("app.max_content_length = 3", 'it is app.config["MAX_CONTENT_LENGTH"]'),
        ("app.SECRET_KEY = 'k'", 'it is app.config["SECRET_KEY"]'),
        ("app.secert_key = 'k'", "did you mean app.secret_key?"),
        ("app.session_cookie_name = 's'", "since 2.3"),
        (
            "b = Blueprint('b', 'b')\napp.register_blueprint(b)\nb.json_encoder = 1",
            "json_encoder of blueprint b is an attribute that Flask does not read",
        ),
    ],
)
def test_an_attribute_that_flask_never_asks(line: str, said: str, engine: str, tmp_path: Path) -> None:
    [text] = notes(tmp_path, APP + line + "\n" + VIEW, engine)
    assert said in text


RULES = '@app.get("/{0}/")\ndef {0}():\n    return "{0}"\n'


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("before", "after"), list(product((0, 1, 2), (0, 1))))
@pytest.mark.parametrize(
    ("name", "value"), [("strict_slashes", False), ("merge_slashes", False), ("default_subdomain", "shop")]
)
@pytest.mark.parametrize("static", [True, False])
def test_the_map_changed_after_rules(
    static: bool, name: str, value: object, before: int, after: int, engine: str, tmp_path: Path
) -> None:
    first = APP if static else APP.replace("(__name__)", "(__name__, static_folder=None)")
    early = "".join(RULES.format(letter) for letter in "abcd"[:before])
    late = "".join(RULES.format(letter) for letter in "wxyz"[:after])
    said = notes(tmp_path, first + early + f"app.url_map.{name} = {value!r}\n" + late, engine)
    assert bool(said) == bool(before)
    if said:
        assert f"url_map.{name} is {value!r} now" in said[0]
        assert all(f"/{letter}/" in said[0] for letter in "abcd"[:before])
        assert not any(f"/{letter}/" in said[0] for letter in "wxyz"[:after])


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_with_slashes_of_its_own_leaves_it_open(engine: str, tmp_path: Path) -> None:
    source = (
        APP
        + "app.url_map.strict_slashes = False\n"
        + RULES.format("a").replace('/")', '/", strict_slashes=True)')
    )
    [said] = notes(tmp_path, source, engine)
    assert "it was added before that, or with strict_slashes=True" in said


@pytest.mark.worker
@pytest.mark.parametrize("engine", ENGINES)
def test_static_files_under_another_url_too_late(engine: str, tmp_path: Path) -> None:
    [said] = notes(tmp_path, APP + "app.static_url_path = '/files'\n" + VIEW, engine)
    assert "/static/<path:filename>" in said


@pytest.mark.worker
def test_hosts_matched_too_late(tmp_path: Path) -> None:
    [said] = notes(tmp_path, APP + "app.url_map.host_matching = True\n" + VIEW, "flask")
    assert "give host_matching=True to Flask(...)" in said


@each("key", DEFAULTS)
def test_no_key_of_flasks_is_near_another(key: str) -> None:
    assert nearest(key, [other for other in DEFAULTS if other != key]) is None

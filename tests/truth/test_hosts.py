"""Every way in which no request reaches a rule for its host, told alike by the five commands; and no false alarm.

Whether a request reaches it is asked of the app's own test client.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any, NamedTuple

import pytest

from routelab.lab import Lab
from routelab.requestline.parsing import parse
from routelab.requestline.urlfor import parse_build_words
from routelab.routing.obstacle import Reason
from routelab.screen.plain import lines
from routelab.screen.shown.router import decision_blocks, table_blocks
from routelab.screen.shown.trace import trace_blocks
from routelab.tracing.findings.kinds import findings_of
from support import ENGINES, checked, live

HEAD = """
from flask import Blueprint, Flask

class Own(Flask):
    def create_url_adapter(self, request):
        if request is None:
            return super().create_url_adapter(request)
        return self.url_map.bind("shop.test", subdomain=SUBDOMAIN, path_info=request.path)

"""
VIEW = "\ndef lost(**values):\n    return 'lost'\n"


class Way(NamedTuple):
    """An app with a rule /lost; the words that say why nothing reaches it, None where something does."""

    source: str
    words: str | None
    host: str = "api.shop.test"  # whose requests seem to be for the rule
    values: tuple[str, ...] = ()
    flask_only: bool = False


def rule(options: str, path: str = "/lost") -> str:
    return f"app.add_url_rule({path!r}, 'lost', lost, {options})\n"


NAMED = "app.config['SERVER_NAME'] = 'shop.test'\n"
ON = "app = Flask(__name__, subdomain_matching=True)\n"
HOSTS = "app = Flask(__name__, host_matching=True, static_host='cdn.test')\n"
BLUEPRINT = """
pages = Blueprint("pages", __name__, subdomain="api")
pages.add_url_rule("/lost", "lost", lost)
app.register_blueprint(pages)
"""
WAYS = {
    "off": Way("app = Flask(__name__)\n" + NAMED + rule("subdomain='api'"), "subdomain_matching is off"),
    "off_without_name": Way("app = Flask(__name__)\n" + rule("subdomain='api'"), "subdomain_matching is off"),
    "off_for_a_blueprint": Way("app = Flask(__name__)\n" + NAMED + BLUEPRINT, "subdomain_matching is off"),
    "off_for_a_variable": Way(
        "app = Flask(__name__)\n" + NAMED + rule("subdomain='<tenant>'"),
        "subdomain_matching is off",
        values=("tenant=api",),
    ),
    "off_with_another_default": Way(
        "app = Flask(__name__)\napp.url_map.default_subdomain = 'www'\n" + NAMED + rule("subdomain=''"),
        'every request counts as one for "www"',
        host="shop.test",
    ),
    "on_without_a_name": Way(ON + rule("subdomain='api'"), "SERVER_NAME is not set"),
    "capital_subdomain": Way(ON + NAMED + rule("subdomain='API'"), "in capitals"),
    "untrusted": Way(
        ON + NAMED + "app.config['TRUSTED_HOSTS'] = ['shop.test']\n" + rule("subdomain='api'"),
        "TRUSTED_HOSTS",
    ),
    "bound_otherwise": Way(
        "SUBDOMAIN = 'web'\napp = Own(__name__)\n" + NAMED + rule("subdomain='api'"),
        "no request to api.shop.test",
    ),
    "no_host": Way(HOSTS + rule("host=None"), "names no host", host="shop.test", flask_only=True),
    "capital_host": Way(HOSTS + rule("host='Shop.test'"), "in capitals", host="shop.test", flask_only=True),
    "untrusted_host": Way(
        HOSTS + "app.config['TRUSTED_HOSTS'] = ['shop.test']\n" + rule("host='api.test'"),
        "TRUSTED_HOSTS",
        host="api.test",
        flask_only=True,
    ),
    "reached": Way(ON + NAMED + rule("subdomain='api'"), None),
    "reached_by_a_variable": Way(ON + NAMED + rule("subdomain='<tenant>'"), None, values=("tenant=api",)),
    "reached_by_default": Way(
        "app = Flask(__name__)\napp.url_map.default_subdomain = 'api'\n" + NAMED + rule("subdomain='api'"),
        None,
    ),
    "reached_as_bound_otherwise": Way(
        "SUBDOMAIN = 'api'\napp = Own(__name__)\n" + NAMED + rule("subdomain='api'"), None
    ),
    "reached_with_a_port": Way(
        ON + "app.config['SERVER_NAME'] = 'shop.test:8000'\n" + rule("subdomain='api'"),
        None,
        host="api.shop.test:8000",
    ),
    "reached_host": Way(HOSTS + rule("host='api.test'"), None, host="api.test", flask_only=True),
    "reached_trusted": Way(
        HOSTS + "app.config['TRUSTED_HOSTS'] = ['.test']\n" + rule("host='api.test'"),
        None,
        host="api.test",
        flask_only=True,
    ),
    "trusted_and_no_subdomain": Way(
        "app = Flask(__name__)\napp.config['TRUSTED_HOSTS'] = ['.shop.test']\n" + rule("methods=['GET']"),
        None,
        host="shop.test",
    ),
    "plain": Way("app = Flask(__name__)\n" + rule("methods=['GET']"), None, host="localhost"),
}
CASES = [
    (name, engine) for name, way in WAYS.items() for engine in ENGINES if engine == "flask" or not way.flask_only
]  # fmt: skip
TRIED = ("localhost", "shop.test", "api.shop.test", "API.shop.test", "www.shop.test", "api.test")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_for_websockets_says_so(engine: str, tmp_path: Path) -> None:
    _, lab = live(tmp_path, HEAD + VIEW + "app = Flask(__name__)\n" + rule("websocket=True"), engine)
    assert "/lost (for WebSockets)" in "\n".join(lines(table_blocks(lab.routes())))
    back = lab.build(parse_build_words(["lost"])).back
    assert back is not None
    assert "as a WebSocket matches back" in back.text


def endpoint_of(app: Any) -> str:
    return next(str(rule.endpoint) for rule in app.url_map.iter_rules() if rule.rule == "/lost")


def made(way: Way, engine: str, folder: Path) -> tuple[Any, Lab]:
    return live(folder, HEAD + VIEW + way.source, engine)


@pytest.mark.filterwarnings("ignore")
@pytest.mark.parametrize(("name", "engine"), CASES)
def test_five_commands_agree(name: str, engine: str, tmp_path: Path) -> None:
    way = WAYS[name]
    app, lab = made(way, engine, tmp_path)
    client = app.test_client()
    answers = {
        host: client.get("/lost", base_url=f"http://{host}").status_code for host in (*TRIED, way.host)
    }
    assert (200 in answers.values()) is (way.words is None)

    # request and match
    line = f"GET http://{way.host}/lost"
    trace = lab.send(line)
    document = checked(trace)
    decision = lab.match(parse(line))
    spoken = {
        "request": "\n".join(lines(trace_blocks(trace))),
        "match": "\n".join(lines(decision_blocks(lab, parse(line), decision))),
        "routes": "\n".join(lines(table_blocks(lab.routes()))),
    }
    # build
    built = lab.build(parse_build_words([endpoint_of(app), *way.values]))
    assert built.url is not None
    assert built.back is not None
    spoken["build"] = built.back.text
    found = {placed.finding.text for placed in lab.audit().findings if placed.finding.about.rule == "/lost"}
    spoken["audit"] = "\n".join(found)
    row = next(row for row in lab.routes().routes if row.rule == "/lost")
    if way.words is None:
        assert document["response"]["status"] == 200
        assert row.unreachable is None
        assert built.back.same
        assert found == set()
        return
    refused = any(step["kind"] == "match" and step["outcome"] == "not_tried" for step in document["steps"])
    told = {command for command, text in spoken.items() if way.words in text}
    # A host that the app refuses never comes so far as to the rules: that is what the trace tells then.
    refusing = {"request", "match", "build"} if refused or name.startswith("untrusted") else set()
    assert told | refusing == spoken.keys(), {c: spoken[c] for c in spoken.keys() - told}
    assert row.unreachable is not None
    assert not built.back.same
    assert {
        placed.level.value for placed in lab.audit().findings if placed.finding.about.rule == "/lost"
    } == {"error"}
    if not refusing:
        reasons = {
            placed.candidate.reason
            for placed in decision.match.candidates
            if placed.candidate.rule == "/lost"
        }
        assert reasons == {Reason.UNREACHABLE}


@pytest.mark.parametrize("engine", ENGINES)
def test_the_host_is_shown_where_rules_have_hosts_and_only_there(engine: str, tmp_path: Path) -> None:
    way = WAYS["reached"]
    _, lab = made(way, engine, tmp_path)
    said = "\n".join(lines(trace_blocks(lab.send("GET http://api.shop.test/lost"))))
    assert 'the request is for the host "api.shop.test", so its subdomain is "api"' in said
    (tmp_path / "b").mkdir()
    _, lab = made(WAYS["plain"], engine, tmp_path / "b")
    said = "\n".join(lines(trace_blocks(lab.send("GET /lost"))))
    assert "the host" not in said


@pytest.mark.parametrize("engine", ENGINES)
def test_a_request_of_another_host_is_offered_and_matches(engine: str, tmp_path: Path) -> None:
    app, lab = made(WAYS["reached"], engine, tmp_path)
    offered = [it for it in lab.match(parse("GET http://shop.test/lost")).match.suggestions if it.base]
    assert [it.text for it in offered] == ["GET http://api.shop.test/lost would match: lost"]
    assert app.test_client().get("/lost", base_url=offered[0].base).status_code == 200
    for name in ("off", "on_without_a_name", "untrusted"):
        (tmp_path / name).mkdir()
        _, lab = made(WAYS[name], engine, tmp_path / name)
        assert not any(it.base for it in lab.match(parse("GET http://shop.test/lost")).match.suggestions)


def test_a_host_that_is_none_may_reach_what_names_no_host(tmp_path: Path) -> None:
    """So the sentence speaks of requests to a host: Werkzeug takes a host that it cannot read for none."""
    app, _ = made(WAYS["no_host"], "flask", tmp_path)
    assert app.test_client().get("/lost", headers={"Host": "under_score"}).status_code == 200


@pytest.mark.parametrize("engine", ENGINES)
def test_routes_show_subdomains_in_a_column_where_there_are_any(engine: str, tmp_path: Path) -> None:
    _, lab = made(WAYS["reached"], engine, tmp_path)
    table = lab.routes()
    grid = next(iter(table_blocks(table)))
    assert "subdomain" in {column.head[0].text for column in grid.columns if column.head}  # type: ignore[union-attr]
    assert json.loads(json.dumps(table.to_json()))["routes"][-1]["domain"] in ("api", "")
    (tmp_path / "b").mkdir()
    _, lab = made(WAYS["plain"], engine, tmp_path / "b")
    grid = next(iter(table_blocks(lab.routes())))
    assert "subdomain" not in {column.head[0].text for column in grid.columns if column.head}  # type: ignore[union-attr]


def test_a_flask_that_finds_subdomains_without_the_switch_is_believed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def as_before_3_1(app: Any, request: Any) -> Any:
        if request is None:
            return None
        return app.url_map.bind_to_environ(request.environ, server_name=app.config["SERVER_NAME"])

    monkeypatch.setattr("flask.Flask.create_url_adapter", as_before_3_1)
    _, lab = live(
        tmp_path, HEAD + VIEW + "app = Flask(__name__)\n" + NAMED + rule("subdomain='api'"), "flask"
    )
    found, lost = (lab.send(f"GET http://{host}/lost") for host in ("api.shop.test", "shop.test"))
    for trace, words in ((found, 'its subdomain is "api"'), (lost, "it has no subdomain")):
        said = "\n".join(lines(trace_blocks(trace)))
        assert words in said
        assert "subdomain_matching" not in said


ON_A_HOST = """
from flask import Flask
app = Flask(__name__, subdomain_matching=True)
app.config["SERVER_NAME"] = "shop.test"
@app.get("/<name>", subdomain="<who>")
def home(name, who):
    return who
@app.get("/deep/item/<int:number>", subdomain="api")
def item(number):
    return "item"
@app.get("/deep/all/", subdomain="api")
def everything():
    return "all"
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(
    "asked", ["GET /deep/all", "GET /deep/item/x", "POST /deep/all/", "GET /deep/item/7/", "GET /deep//all/"]
)
def test_what_is_offered_on_a_host_stays_on_it(engine: str, asked: str, tmp_path: Path) -> None:
    _, lab = live(tmp_path, ON_A_HOST, engine)
    ways = lab.send(f"{asked} Host:api.shop.test").answer.ways
    assert ways
    for way in ways:
        assert way.request.startswith("GET http://api.shop.test/")
        assert lab.match(parse(way.request)).match.endpoint == way.endpoint


@pytest.mark.parametrize("engine", ENGINES)
def test_a_rule_of_another_host_is_not_said_to_lack_the_host_alone(engine: str, tmp_path: Path) -> None:
    _, lab = live(tmp_path, ON_A_HOST, engine)
    said = " ".join(lab.send("GET /a/b/c/d").answer.cause)
    assert 'is for the subdomain "<who>"; this request has none; and 3 segments too many' in said


def test_one_host_is_offered_once(tmp_path: Path) -> None:
    source = """
from flask import Flask
app = Flask(__name__, host_matching=True, static_folder=None)
app.add_url_rule("/", "fixed", lambda: "fixed", host="a.test")
app.add_url_rule("/", "any", lambda name: name, host="<name>.test")
"""
    _, lab = live(tmp_path, source, "flask")
    offered = [way.request for way in lab.send("GET /").answer.ways]
    assert offered == ["GET http://a.test/"]


def test_where_a_host_is_named_is_said_to_a_blueprint_too(tmp_path: Path) -> None:
    source = """
from flask import Blueprint, Flask
app = Flask(__name__, host_matching=True, static_folder=None)
pages = Blueprint("pages", __name__)
pages.add_url_rule("/page", "page", lambda: "page")
app.register_blueprint(pages, host="a.test")
app.add_url_rule("/own", "own", lambda: "own")
app.add_url_rule("/named", "named", lambda: "named", host="a.test")
"""
    flask_app, lab = live(tmp_path, source, "flask")
    answers = {
        path: flask_app.test_client().get(path, base_url="http://a.test").status_code
        for path in ("/page", "/own", "/named")
    }
    assert answers == {"/page": 404, "/own": 404, "/named": 200}
    page, own = (findings_of(lab.send(f"GET http://a.test{path}"))[0].text for path in ("/page", "/own"))
    named = ' A route names one, as in host="shop.example"'
    assert page.endswith(f"{named}; register_blueprint gives it none.")
    assert own.endswith(f"{named}.")

from __future__ import annotations

import json
import os
import runpy
import sys
from pathlib import Path

import pytest

from routelab.requestline.urlfor import parse_build_words
from support import ENGINES, Cli, lab_of, write_app

FORMS = ("plain", "rich", "json")

SHOP = """
    from flask import Flask
    from werkzeug.routing import ValidationError, BaseConverter

    ran = []

    class Even(BaseConverter):
        regex = r"\\d+"
        def to_python(self, text):
            from flask import current_app
            if int(text) % current_app.config["EVERY"]:
                raise ValidationError
            return int(text)

    app = Flask(__name__)
    app.config["EVERY"] = 2
    app.url_map.converters["even"] = Even

    @app.before_request
    def before():
        ran.append("before")

    @app.teardown_appcontext
    def after(error):
        ran.append("after")

    @app.route("/")
    def home():
        ran.append("home")
        return "home"

    @app.route("/user/<int:user_id>")
    def by_id(user_id):
        return str(user_id)

    @app.route("/user/<name>")
    def by_name(name):
        return name

    @app.get("/login")
    def login_form():
        return "form"

    @app.post("/login")
    def login():
        return "in"

    @app.route("/even/<even:number>")
    def even(number):
        return str(number)

    @app.route("/about/")
    def about():
        return "about"

    @app.route("/profile")
    @app.route("/profile/<tab>")
    def profile(tab="all"):
        return tab

    def ran_list():
        return ran
"""
TRAPS = """
    from flask import Flask

    app = Flask(__name__)

    @app.route("/a/<name>")
    def named(name):
        return name

    @app.route("/a/<uuid:u>")
    def by_uuid(u):
        return str(u)

    @app.route("/search?q=<q>")
    def search(q):
        return q

    @app.route("/login", methods=["GET, POST"])
    def login():
        return "in"

    app.add_url_rule("/nobody", endpoint="nobody")
"""


@pytest.fixture(params=ENGINES)
def shop(tmp_path: Path, request: pytest.FixtureRequest) -> tuple[Path, str]:
    write_app(tmp_path, SHOP)
    return tmp_path, request.param


def asked(cli: Cli, shop: tuple[Path, str], *words: str) -> tuple[int, dict]:  # type: ignore[type-arg]
    folder, engine = shop
    ended = cli(words[0], "--engine", engine, "--format", "json", *words[1:], folder=folder)
    assert "Traceback" not in ended.err
    return ended.code, json.loads(ended.out)


@pytest.mark.parametrize("words", [("routes",), ("match", "/"), ("audit",), ("build", "home")])
def test_an_app_that_does_not_load_is_explained(cli: Cli, tmp_path: Path, words: tuple[str, ...]) -> None:
    """A request to it says as much."""
    rule = "@app.route('about')\ndef about(): return ''\n"
    write_app(tmp_path, f"from flask import Flask\napp = Flask(__name__)\n{rule}")
    first, finding, *_ = cli(*words, folder=tmp_path).err.splitlines()
    assert first.startswith("routelab: app.py:3: the app does not load: ")
    assert finding.endswith(" (R305)")


MISSING = [
    ("flask_of_nobody", "and flask_of_nobody is not installed there: install it, or name"),
    ("flak", None),  # which was misspelt
    ("json.nothing", None),
]


@pytest.mark.parametrize(("module", "said"), MISSING)
def test_a_package_that_is_not_installed_is_told_with_where(
    cli: Cli, tmp_path: Path, module: str, said: str | None
) -> None:
    write_app(tmp_path, f"import {module}\n")
    err = cli("routes", folder=tmp_path).err
    assert f"No module named '{module}'" in err
    assert ("the app ran in" in err) is (said is not None)
    assert said is None or f"{sys.executable}, {said}" in err


@pytest.mark.parametrize(
    ("line", "outcome", "endpoint"),
    [
        ("/user/7", "matched", "by_id"),
        ("/user/ann", "matched", "by_name"),
        ("/even/4", "matched", "even"),
        ("/even/3", "not_found", None),
        ("/about", "redirect", "about"),
        ("PUT /login", "method_not_allowed", None),
        ("/nope", "not_found", None),
    ],
)
def test_match(cli: Cli, shop: tuple[Path, str], line: str, outcome: str, endpoint: str | None) -> None:
    code, document = asked(cli, shop, "match", line)
    match = document["match"]
    assert (code, match["outcome"], match["endpoint"]) == (0, outcome, endpoint)
    assert match["reliable"]


def test_match_runs_nothing_of_the_app(cli: Cli, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    source = SHOP.replace('ran.append("', 'raise SystemExit("')
    write_app(tmp_path, source)
    assert cli("match", "--engine", "routelab", "/", folder=tmp_path).code == 0
    assert cli("match", "--engine", "flask", "/", folder=tmp_path).code == 0


def test_a_405_names_its_authors(cli: Cli, shop: tuple[Path, str]) -> None:
    _, document = asked(cli, shop, "match", "DELETE /login")
    authors = [
        (a["endpoint"], a["methods"], a["added"], a["file"], a["line"]) for a in document["match"]["authors"]
    ]
    assert authors == [
        ("login_form", ["GET"], ["HEAD", "OPTIONS"], "app.py", 40),
        ("login", ["POST"], ["OPTIONS"], "app.py", 44),
    ]


def test_a_redirect_names_its_rule(cli: Cli, shop: tuple[Path, str]) -> None:
    _, document = asked(cli, shop, "match", "/about")
    redirect = document["match"]["redirect"]
    assert (redirect["cause"], redirect["rule"], redirect["url"]) == (
        "slash",
        "/about/",
        "http://localhost/about/",
    )
    assert "POST" in redirect["spared"]


def test_verbose_groups_every_rule(cli: Cli, shop: tuple[Path, str]) -> None:
    folder, engine = shop
    out = cli("match", "-v", "--engine", engine, "/user/7", folder=folder).out
    assert "Would fit, but never reached:\n  shadowed /user/<name>" in out
    assert "Does not fit, not looked at:" in out


@pytest.mark.parametrize("form", ["plain", "rich"])
@pytest.mark.parametrize("line", ["/user/7", "/even/3", "/about", "PUT /login", "/usr/7"])
def test_match_in_words(cli: Cli, shop: tuple[Path, str], form: str, line: str) -> None:
    folder, engine = shop
    ended = cli("match", "--engine", engine, "--format", form, line, folder=folder)
    assert ended.code == 0
    assert "router only" in ended.out


def test_routes_stand_in_the_order_of_decision(cli: Cli, shop: tuple[Path, str]) -> None:
    _, document = asked(cli, shop, "routes")
    endpoints = [route["endpoint"] for route in document["routes"]]
    assert endpoints.index("by_id") < endpoints.index("by_name")
    assert document["reliable"]
    row = document["routes"][endpoints.index("by_id")]
    assert (row["rule"], row["converters"], row["file"], row["line"]) == (
        "/user/<int:user_id>", {"user_id": "int"}, "app.py", 32,
    )  # fmt: skip
    assert (row["methods"], row["added_methods"]) == (["GET"], ["HEAD", "OPTIONS"])


def test_a_long_rule_folds_between_its_parts(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    write_app(
        tmp_path,
        """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/organisations/<organisation>/projects/<int:project>/issues/<int:issue_number>")
        def show_the_issue(**names): return names
        """,
    )
    monkeypatch.setenv("COLUMNS", "80")
    lines = cli("routes", "issues", "--format", "rich", folder=tmp_path).out.splitlines()
    assert set(lines[1]) == {"─"}, "a rule below the heads"
    assert [line[16:].split("  ")[0].rstrip() for line in lines[2:5]] == [
        "/organisations/<organisation>/projects",
        "/<int:project>/issues",
        "/<int:issue_number>",
    ]


@pytest.mark.parametrize("engine", ENGINES)
def test_two_methods_in_one_text_do_not_look_like_two(cli: Cli, tmp_path: Path, engine: str) -> None:
    write_app(
        tmp_path,
        """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/login", methods=["GET, POST"])
        def login(): return "in"
        """,
    )

    def told(*words: str) -> str:
        return cli(words[0], "--engine", engine, *words[1:], folder=tmp_path).out

    odd = '"GET, POST"'
    for form in ("plain", "rich"):
        assert f"{odd}  /login" in told("routes", "--format", form).replace(f"{odd} /", f"{odd}  /")
        refused = told("request", "GET", "/login", "--format", form)
        assert f"allowed: {odd} (one method, as written), OPTIONS" in " ".join(refused.split())
        assert f"accepts {odd} (one method, as written; OPTIONS added automatically)" in " ".join(
            refused.split()
        )
        assert f"{odd} /login matches back: login" in told("build", "login", "--format", form)
    assert 'methods": [\n        "GET, POST"\n' in told("routes", "--format", "json")


@pytest.mark.parametrize("engine", ENGINES)
def test_flasks_own_view_is_said_to_be_flasks(cli: Cli, tmp_path: Path, engine: str) -> None:
    write_app(
        tmp_path,
        """
        from flask import Blueprint, Flask
        app = Flask(__name__)
        app.register_blueprint(Blueprint("shop", __name__, static_folder="files", url_prefix="/shop"))
        @app.get("/s")
        def static_text(): return app.send_static_file("a.txt")
        app.add_url_rule("/nobody", endpoint="nobody")
        """,
    )
    told = {form: cli("routes", "--engine", engine, "--format", form, folder=tmp_path).out for form in FORMS}
    rows = json.loads(told["json"])["routes"]
    assert {row["endpoint"]: (row["function"], row["builtin"]) for row in rows} == {
        "static": ("static", True),
        "shop.static": ("static", True),
        "static_text": ("static_text", False),
        "nobody": (None, False),
    }
    assert "/static/<path:filename> -> static (Flask's own view for files), filename: path" in told["plain"]
    assert told["plain"].count("Flask's own") == told["rich"].count("Flask's own") == 2


@pytest.mark.parametrize(
    ("search", "endpoints"),
    [
        ("/user/7", ["by_id", "by_name"]),
        ("/user/ann", ["by_name"]),
        ("LOGIN", ["login_form", "login"]),
        ("/user/<", ["by_id", "by_name"]),
        ("/about/", ["about"]),
    ],
)
def test_routes_are_searched(cli: Cli, shop: tuple[Path, str], search: str, endpoints: list[str]) -> None:
    _, document = asked(cli, shop, "routes", search)
    assert sorted(route["endpoint"] for route in document["routes"]) == sorted(endpoints)


@pytest.mark.parametrize("sort", ["order", "rule", "endpoint", "methods", "view"])
def test_routes_are_sorted(cli: Cli, shop: tuple[Path, str], sort: str) -> None:
    _, document = asked(cli, shop, "routes", "--sort", sort)
    key = {"order": "order", "rule": "rule", "endpoint": "endpoint", "methods": "methods"}.get(sort)
    if key:
        values = [route[key] for route in document["routes"]]
        assert values == sorted(values)


def test_a_search_without_result_is_told(cli: Cli, shop: tuple[Path, str]) -> None:
    ended = cli("routes", "xyzzy", folder=shop[0])
    assert (ended.code, ended.out) == (1, "")
    assert "'xyzzy'" in ended.err


@pytest.mark.parametrize(
    ("words", "url", "back"),
    [
        (("by_id", "user_id:=7"), "/user/7", True),
        (("by_id", "user_id:=7", "tab=posts"), "/user/7?tab=posts", True),
        (("by_id", "user_id:=-5"), "/user/-5", False),
        (("by_name", "name=a/b"), "/user/a/b", False),
        (("profile",), "/profile", True),
        (("profile", "tab=x"), "/profile/x", True),
        (("url_for('by_id', user_id=7)",), "/user/7", True),
        (("url_for('home', _external=True)",), "http://localhost/", True),
    ],
)
def test_build(cli: Cli, shop: tuple[Path, str], words: tuple[str, ...], url: str, back: bool) -> None:
    code, document = asked(cli, shop, "build", *words)
    assert (code, document["url"], document["matches_back"]) == (0, url, back)


def test_url_for_in_a_request_lines_place(cli: Cli, shop: tuple[Path, str]) -> None:
    code, document = asked(cli, shop, "request", "url_for('by_id', user_id=7)")
    assert (code, document["url"]) == (0, "/user/7")


@pytest.mark.parametrize("engine", ENGINES)
def test_what_build_says_is_what_url_for_returns(tmp_path: Path, engine: str) -> None:
    lab = lab_of(tmp_path, SHOP, engine)
    app = runpy.run_path(str(tmp_path / "app.py"))["app"]  # on real Flask, in this process
    for words in (
        ["by_id", "user_id:=7", "x=1"],
        ["profile"],
        ["profile", "tab=b"],
        ["even", "number:=4"],
        [".home"],
        [".profile", "tab=b"],
        ["home", "_anchor=top of it#é"],
        ["home", "_scheme=https"],
        ["home", "_external:=true", "_scheme=https", "_anchor=a"],
        ["login", "_method=POST", "x=1"],
    ):
        wanted = parse_build_words(words)
        with app.test_request_context("/"):
            asked_for = {**dict(wanted.values), **dict(wanted.options)}
            assert lab.build(wanted).url == app.url_for(wanted.endpoint, **asked_for)


def test_a_dot_before_the_endpoint_is_explained(cli: Cli, shop: tuple[Path, str]) -> None:
    code, document = asked(cli, shop, "build", ".by_id", "user_id:=7")
    assert (code, document["url"], document["endpoint"]) == (0, "/user/7", "by_id")
    assert document["notes"][0].startswith(".by_id means by_id in a view of no blueprint;")
    for form in ("plain", "rich"):
        shown = cli("build", ".by_id", "user_id:=7", "--format", form, folder=shop[0]).out
        assert "url_for('.by_id', user_id=7)" in shown
        assert ".by_id means by_id in a view of no blueprint" in shown
    code, document = asked(cli, shop, "build", ".by_idd", "user_id:=7")
    assert (code, document["nearest"]) == (1, "by_id")


@pytest.mark.parametrize(
    ("words", "says"),
    [
        (("by_id",), "user_id"),
        (("by_idd", "user_id:=7"), "by_id"),
        (("/user/7",), "by_id"),
    ],
)
def test_a_build_that_fails_says_why(
    cli: Cli, shop: tuple[Path, str], words: tuple[str, ...], says: str
) -> None:
    code, document = asked(cli, shop, "build", *words)
    assert (code, document["url"]) == (1, None)
    assert says in document["text"] + str(document["missing"])


@pytest.mark.parametrize(
    ("words", "says"),
    [
        ((), "ENDPOINT"),
        (("by_id", "user_id"), "'user_id'"),
        (("by_id", "user_id:=x"), "JSON"),
        (("url_for(",), "complete"),
        (("url_for(by_id)",), "text needs quotes"),
        (("url_for()",), "endpoint"),
    ],
)
def test_build_refuses_nonsense_in_one_line(
    cli: Cli, tmp_path: Path, words: tuple[str, ...], says: str
) -> None:
    ended = cli("build", *words, folder=tmp_path)
    assert (ended.code, ended.out) == (2, "")
    assert says in ended.err
    assert ended.err.count("\n") == 1


@pytest.mark.parametrize("engine", ENGINES)
def test_audit_finds_traps(cli: Cli, tmp_path: Path, engine: str) -> None:
    write_app(tmp_path, TRAPS)
    ended = cli("audit", "--engine", engine, "--format", "json", folder=tmp_path)
    found = {(f["code"], f["endpoint"], f["line"]) for f in json.loads(ended.out)["findings"]}
    assert ended.code == 1
    assert {
        ("R101", "by_uuid", 10),
        ("R201", "search", 14),
        ("R203", "login", 18),
        ("R206", "nobody", None),
    } <= found
    some = cli(
        "audit",
        "--engine",
        engine,
        "--ignore",
        "R101",
        "--ignore",
        "r201",
        "--format",
        "json",
        folder=tmp_path,
    )
    codes = {finding["code"] for finding in json.loads(some.out)["findings"]}
    assert not {"R101", "R201"} & codes
    for form in ("plain", "rich"):
        shown = cli("audit", "--engine", engine, "--format", form, folder=tmp_path).out
        assert "R203" in shown
        assert "app.py:18" in shown


def test_a_clean_app_passes_the_audit(cli: Cli, tmp_path: Path) -> None:
    write_app(tmp_path, "from flask import Flask\napp = Flask(__name__)")
    ended = cli("audit", "--format", "plain", folder=tmp_path)
    assert (ended.code, ended.out) == (0, "0 findings in 1 rule.\n")


def test_an_unknown_code_is_one_line(cli: Cli, tmp_path: Path) -> None:
    ended = cli("audit", "--ignore", "R999", folder=tmp_path)
    assert ended.code == 2
    assert "R101" in ended.err


TAKEN_ENDPOINT = """
    from flask import Flask
    app = Flask(__name__)
    @app.route("/a")
    def show(): return ""
    def add():
        @app.route("/b")
        def show(): return ""
    add()
"""
LACKS_A_NAME = "from flask import Flask, request_started\napp = Flask(__name__)"


@pytest.mark.parametrize("command", ["match", "routes", "build", "audit"])
@pytest.mark.parametrize(
    ("app", "first", "then"),
    [
        (
            "from flask import Flask\napp = Flask(__name__)\nraise ValueError('no')",
            "app.py:3: the app does not load: ValueError: no",
            "app.py:3 in <module>: raise ValueError('no')",
        ),
        (
            TAKEN_ENDPOINT,
            "app.py:6: the app does not load: AssertionError: ",
            "show is taken by show() at app.py:4",
        ),
        (
            LACKS_A_NAME,
            "app.py:1: the app does not load: ImportError: ",
            "routelab's engine has no flask.request_",
        ),
    ],
)
def test_an_app_that_does_not_load_is_told_as_by_request(
    cli: Cli, tmp_path: Path, command: str, app: str, first: str, then: str
) -> None:
    write_app(tmp_path, app)
    words = {"match": ["/"], "build": ["home"]}.get(command, [])
    ended = cli(command, *words, "--engine", "routelab", folder=tmp_path)
    told = cli("request", "/", "--engine", "routelab", "--format", "plain", folder=tmp_path).out.splitlines()
    assert (ended.code, ended.out) == (1, "")
    line, *lines = (each for each in ended.err.splitlines() if "(R" not in each)
    assert line.startswith(f"routelab: {first}")
    load = next(number for number, each in enumerate(told) if each.startswith("Load: "))
    after = told[load + 1 :]
    assert lines == after[: len(lines)]
    # What a finding says beside is a request's: its code, and where to read on.
    assert all("(R" in each or each.startswith("routelab explain R") for each in after[len(lines) :])
    assert any(then in each for each in lines)


@pytest.mark.parametrize("width", [40, 80, 200])
@pytest.mark.parametrize(
    "command", ["routes", "match /usr/alice", "match DELETE /login", "build show_user name=a/b", "audit"]
)
def test_the_width_is_kept(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, command: str, width: int
) -> None:
    monkeypatch.setenv("COLUMNS", str(width))
    out = cli(*command.split(), "-A", "playground", "--format", "rich", folder=tmp_path).out
    to_paste = "  routelab "
    assert all(len(each) <= width for each in out.splitlines() if not each.startswith(to_paste))
    assert "…" not in out


# To the tool, as a terminal does, once that waits; what an app sends to itself is its own.
PRESSES_CTRL_C = """import os, signal, time
time.sleep(0.2); os.kill(int(os.environ['TOOL']), signal.SIGINT); time.sleep(60)
"""


@pytest.mark.own_process
@pytest.mark.parametrize("words", [("routes",), ("match", "/"), ("audit",), ("request", "GET", "/")])
def test_ctrl_c_while_an_app_is_loading_says_where(
    cli: Cli, monkeypatch: pytest.MonkeyPatch, tmp_path: Path, words: tuple[str, ...]
) -> None:
    monkeypatch.setenv("TOOL", str(os.getpid()))
    write_app(tmp_path, PRESSES_CTRL_C)
    ended = cli(words[0], *words[1:], folder=tmp_path)
    assert (ended.code, ended.out) == (130, "")
    assert ended.err.startswith("routelab: app.py:2: the app does not load: KeyboardInterrupt: Ctrl-C was")


WALK = [
    ("looked_up", "no subdomain: there are rules for it"),
    ("looked_up", 'segment 1, "post": among the fixed segments'),
    ("looked_up", 'segment 2, "7": not among the fixed segments'),
    ("tried", r'segment 2, "7": fits \d+'),
    ("reached", "reached /post/<int:post_id>"),
]


def test_match_verbose_tells_how_the_router_searched(cli: Cli, tmp_path: Path) -> None:
    asked_for = ("match", "-A", "playground", "/post/7")
    document = json.loads(cli(*asked_for, "--format", "json", folder=tmp_path).out)
    assert [(step["step"], step["words"]) for step in document["walk"]] == WALK
    words = [said for _, said in WALK]
    plain = [line.strip() for line in cli(*asked_for, "-v", folder=tmp_path).out.splitlines()]
    begin = plain.index("How the router searched:") + 1
    assert plain[begin : begin + len(words)] == words
    rich = cli(*asked_for, "-v", "--format", "rich", folder=tmp_path).out
    for said in ("How the router searched:", *words):
        assert said in rich
    for form in ("plain", "rich"):
        assert "searched" not in cli(*asked_for, "--format", form, folder=tmp_path).out


def test_a_search_that_goes_back_says_so(cli: Cli, tmp_path: Path) -> None:
    app = """
        from flask import Flask
        app = Flask(__name__)
        @app.route("/user/<int:n>/posts")
        def posts(n): return ""
        @app.route("/user/<name>/about")
        def about(name): return ""
    """
    write_app(tmp_path, app)
    out = cli("match", "-v", "/user/7/about", folder=tmp_path).out
    assert "a dead end: back to segment 2" in out
    assert out.index("fits \\d+") < out.index("a dead end") < out.index("reached /user/<name>/about")


def test_match_rules_tells_of_every_rule_and_of_no_walk(cli: Cli, tmp_path: Path) -> None:
    few, every, all_of_it = (
        cli("match", "-A", "playground", *words, "/nope", folder=tmp_path).out
        for words in ((), ("--rules",), ("-v",))
    )
    assert "/paint" not in few
    assert "/paint" in every
    assert "searched" not in every
    assert all_of_it.startswith(every.rstrip("\n"))


@pytest.mark.parametrize("engine", ENGINES)
def test_routes_tells_of_routes_that_are_in_no_table(engine: str, cli: Cli, tmp_path: Path) -> None:
    source = """
    from flask import Blueprint, Flask
    app = Flask(__name__)
    shop = Blueprint("shop", __name__)
    @shop.get("/cart")
    def cart(): return "cart"
    if __name__ == "__main__":
        app.add_url_rule("/late", view_func=cart)
    """
    app = str(write_app(tmp_path, source, "app.py"))
    for search, said in (("/cart", "never registered"), ("/late", "app.py:7 would add /late"), ("art", "")):
        ended = cli("routes", "-A", app, "--engine", engine, search)
        assert ended.code == 1
        assert f"none of 1 rule has {search!r}" in ended.err
        assert said in ended.err
        assert ("Note:" in ended.err) is bool(said)

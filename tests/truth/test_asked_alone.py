"""What the router alone is asked for, held against the app: what stands in front, what the app's own code does then.

`build` says what a request may change of a URL; code of the app's that fails is told as the app's.
"""

from __future__ import annotations

from itertools import product
from pathlib import Path

import pytest

from routelab.errors import RoutelabError
from routelab.lab import Lab
from routelab.requestline.parsing import parse
from routelab.requestline.urlfor import parse_build_words
from routelab.routing.candidate import Verdict
from routelab.routing.outcome import Outcome
from routelab.screen.plain import lines
from routelab.screen.shown.router import build_blocks
from routelab.tracing.answers.router import router_answer
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.verdict import answer_of
from support import ENGINES, lab_of

pytestmark = pytest.mark.worker

HEAD = (
    "from flask import Flask, g\nfrom werkzeug.middleware.proxy_fix import ProxyFix\napp = Flask(__name__)\n"
)
ROUTES = (
    "@app.route('/')\ndef home(): return 'home'\n@app.route('/<lang>/about')\ndef about(lang): return lang\n"
)
MIDDLEWARE = {"none": "", "one": "ProxyFix", "two": "ProxyFix, Own"}
ROOTS = ("/", "/shop", "/shop/in/town")


def built(lab: Lab, *words: str) -> str:
    wanted = parse_build_words(words)
    return "\n".join(lines(build_blocks(wanted, lab.build(wanted))))


@pytest.mark.parametrize("engine", ENGINES)
def test_build_says_what_a_request_may_change(engine: str, tmp_path: Path) -> None:
    own = "class Own:\n    def __init__(self, app): self.app = app\n    def __call__(self, *a): return self.app(*a)\n"
    for number, (names, root) in enumerate(product(MIDDLEWARE.values(), ROOTS)):
        folder = tmp_path / str(number)
        folder.mkdir()
        source = HEAD + own + ROUTES + f"app.config['APPLICATION_ROOT'] = {root!r}\n"
        for name in reversed(names.split(", ") if names else []):
            source += f"app.wsgi_app = {name}(app.wsgi_app)\n"
        with lab_of(folder, source, engine) as lab:
            said = built(lab, "about", "lang=de")
            in_front = f"before the app, and in a request it may change the host and the prefix that the URL is built with: {names} in"
            assert (in_front in said) is bool(names)
            assert ("Middleware" in said) is bool(names)
            assert (f"it begins with {root}, which is APPLICATION_ROOT" in said) is (root != "/")


@pytest.mark.parametrize("engine", ENGINES)
def test_a_function_for_url_defaults_that_fails_is_named(engine: str, tmp_path: Path) -> None:
    source = (
        HEAD + ROUTES + "@app.url_defaults\ndef add(endpoint, values): values.setdefault('lang', g.lang)\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        for words in (("home",), ("about", "lang=de")):
            said = built(lab, *words)
            assert "no URL: the url_defaults function add() at app.py:9 raised AttributeError: lang" in said


@pytest.mark.parametrize("engine", ENGINES)
def test_code_of_the_apps_that_fails_there_is_told_as_the_apps(engine: str, tmp_path: Path) -> None:
    source = (
        "from flask import Flask\nclass Own(Flask):\n    def create_url_adapter(self, request):\n"
        "        raise KeyError('tenant')\napp = Own(__name__)\n"
    )
    with lab_of(tmp_path, source, engine) as lab, pytest.raises(RoutelabError) as caught:
        built(lab, "home")
    assert str(caught.value) == (
        "the app's own code failed as its router was asked: KeyError: 'tenant' in create_url_adapter() at app.py:4"
    )


def test_between_hosts_the_host_is_told_and_not_the_path(tmp_path: Path) -> None:
    hosts = ("api.x.org", "<a>.x.org", "<a>.<b>.org", "api.<b>.org")
    source = (
        "from flask import Flask\napp = Flask(__name__, host_matching=True, static_host='s')\n"
        + "".join(
            f"@app.route('/', host='{host}')\ndef view{n}(**more): return ''\n"
            for n, host in enumerate(hosts)
        )
    )
    with lab_of(tmp_path, source, "flask") as lab:
        told = [
            it.candidate.text
            for step in lab.send("GET http://api.x.org/").each(MatchStep)
            for it in step.candidates
            if it.candidate.verdict is Verdict.SHADOWED
        ]
    assert len(told) == 3
    for text in told:
        assert "None" not in text
        assert "/ is fixed text" not in text
        assert "org" in text or "host" in text


@pytest.mark.parametrize("engine", ENGINES)
def test_a_host_that_is_not_trusted_is_named(engine: str, tmp_path: Path) -> None:
    source = HEAD + ROUTES + "app.config['TRUSTED_HOSTS'] = ['good.org', '.any.org']\n"
    with lab_of(tmp_path, source, engine) as lab:
        for host in ("good.org", "a.any.org", "evil.org", "any.org.evil"):
            line = f"GET http://{host}/"
            trace, decided = lab.send(line), lab.match(parse(line)).match
            assert trace.response is not None
            refused = trace.response.status == 400
            said = f"Host '{host}' is not trusted."
            assert (said in " ".join(answer_of(trace).cause)) is refused
            assert (said in " ".join(router_answer(decided, "GET", "/").cause)) is refused
            assert (decided.outcome is Outcome.NOT_TRIED) is refused


@pytest.mark.parametrize("engine", ENGINES)
def test_a_view_with_the_endpoint_of_its_wrapper_is_found_by_its_own_name(
    engine: str, tmp_path: Path
) -> None:
    source = HEAD + (
        "def around(view):\n    def inner(*args):\n        return view(*args)\n    return inner\n"
        "@app.route('/a')\n@around\ndef about(): return 'x'\n"
    )
    with lab_of(tmp_path, source, engine) as lab:
        assert 'there is no endpoint "about"; the nearest is "inner"' in built(lab, "about")
        assert 'there is no endpoint "nothing"' in built(lab, "nothing")
        assert "nearest" not in built(lab, "nothing")

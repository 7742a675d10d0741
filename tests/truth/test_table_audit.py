"""What an audit says of an app's table beyond the map: methods that a class lacks, prefixes that are there twice."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, lab_of

SOURCE = """
from functools import wraps
from flask import Flask, Blueprint
from flask.views import MethodView, View
app = Flask(__name__)
def around(view):
    @wraps(view)
    def inner(**given): return view(**given)
    return inner
class Item(MethodView):
    def get(self): return "x"
class Decorated(Item):
    decorators = [around]
class Any(Item):
    def __getattr__(self, name): return self.get
class Plain(View):
    methods = ["GET", "POST"]
    def dispatch_request(self): return "x"
class Own(Item):
    def dispatch_request(self): return "x"
for kind in (Item, Decorated, Any, Plain, Own):
    name = kind.__name__.lower()
    app.add_url_rule(f"/{name}", view_func=kind.as_view(name), methods=["GET", "POST", "DELETE"])
app.add_url_rule("/healthy", view_func=Item.as_view("healthy"))
app.add_url_rule("/post", view_func=Item.as_view("post"), methods=["POST", "OPTIONS"])

api = Blueprint("api", __name__, url_prefix="/api")
@api.get("/api/users")
def users(): return "x"
late = Blueprint("late", __name__)
@late.get("/v1/late/orders")
@late.get("/items")
def items(): return "x"
@late.get("/v1/late")
def start(): return "x"
healthy = Blueprint("healthy_too", __name__)
@healthy.get("/a/a")
def twice(): return "x"
@healthy.get("/b/<b>/b")
def variable(b): return "x"
other = Blueprint("other", __name__, url_prefix="/api")
@other.get("/apis/api")
def apis(): return "x"
app.register_blueprint(api)
app.register_blueprint(late, url_prefix="/v1/late")
app.register_blueprint(healthy)
app.register_blueprint(other)
"""


@pytest.mark.parametrize("engine", ENGINES)
def test_a_lacking_method_and_a_repeated_prefix_are_found(engine: str, tmp_path: Path) -> None:
    with lab_of(tmp_path, SOURCE, engine) as lab:
        found = {
            (it.finding.code.value, it.finding.about.rule): it.finding.text for it in lab.audit().findings
        }
        assert found.keys() == {
            ("R214", "/item"),
            ("R214", "/post"),
            ("R215", "/api/api/users"),
            ("R215", "/v1/late/v1/late"),
            ("R215", "/v1/late/v1/late/orders"),
        }
        assert found["R214", "/item"] == (
            "accepts DELETE and POST, and Item has no delete() and post(), so such a request is a 500"
        )
        assert found["R215", "/api/api/users"].startswith("begins with /api twice: what is in the blueprint")
        for method in ("POST", "DELETE"):
            assert "500" in lab.send(f"{method} /item").verdict
        for path in ("/decorated", "/any", "/plain", "/own"):
            assert "R214" not in [code for code, rule in found if rule == path]

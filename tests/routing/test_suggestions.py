"""What would have matched: each suggestion is nearest first, and true by a real match."""

from itertools import islice
from random import Random

from werkzeug.routing import BaseConverter, Map, Rule, ValidationError

from effort import examples
from routelab.routing.explanation import observe
from routelab.routing.outcome import Outcome
from routing.random_maps import random_askings, random_maps
from tables import each


class Even(BaseConverter):
    regex = r"\d+"

    def to_python(self, value: str) -> int:
        if int(value) % 2:
            raise ValidationError
        return int(value)


URL_MAP = Map(
    [
        Rule("/user/<name>", endpoint="by_name", methods=["GET"]),
        Rule("/user/<int:id>", endpoint="by_id", methods=["GET"]),
        Rule("/post/<int:id>", endpoint="post"),
        Rule("/price/<float:p>", endpoint="price"),
        Rule("/lang/<string(length=2):code>", endpoint="lang"),
        Rule("/item/<uuid:u>", endpoint="item"),
        Rule("/page/<any(about, help):p>", endpoint="page"),
        Rule("/orders/<int:id>/pay", endpoint="pay", methods=["POST"]),
        Rule("/projects/", endpoint="projects", methods=["GET"]),
        Rule("/submit/", endpoint="submit", methods=["POST"]),
        Rule("/about", endpoint="about"),
        Rule("/even/<even:n>", endpoint="even"),
        Rule("/r/<int(min=5):n>", endpoint="bounded"),
        Rule("/latest", endpoint="latest_tracks"),
        Rule("/login", endpoint="form", methods=["GET"]),
        Rule("/login", endpoint="login", methods=["POST"]),
        Rule("/users/page/<int:page>", endpoint="users"),
        Rule("/users/", endpoint="users", defaults={"page": 1}),
        Rule("/thing1/<int:id>", endpoint="thing", methods=["GET"]),
        Rule("/thing13/<path:rest>", endpoint="rest", methods=["DELETE"]),
    ],
    converters={"even": Even},
)

FIRST = [
    ("GET", "/usr/alice", "GET", "/user/alice", "text"),
    ("GET", "/User/alice", "GET", "/user/alice", "text"),
    ("POST", "/order/17/pay", "POST", "/orders/17/pay", "text"),
    ("GET", "/post/-5", "GET", "/post/5", "value"),
    ("GET", "/price/3", "GET", "/price/3.0", "value"),
    ("GET", "/price/.5", "GET", "/price/0.5", "value"),
    ("GET", "/lang/eng", "GET", "/lang/en", "value"),
    ("GET", "/item/5", "GET", "/item/12345678-1234-5678-1234-567812345678", "value"),
    ("GET", "/page/hlep", "GET", "/page/help", "value"),
    ("GET", "/even/5", "GET", "/even/2", "value"),
    ("GET", "/r/3", "GET", "/r/5", "value"),
    ("GET", "/about/", "GET", "/about", "slash_dropped"),
    ("GET", "/submit", "POST", "/submit/", "slash_added"),
    ("GET", "/thing1/abc", "GET", "/thing1/1", "value"),
    ("GET", "/user/alice/photos", "GET", "/user/alice", "segment_dropped"),
    ("GET", "/app/about", "GET", "/about", "segment_dropped"),
    ("GET", "/lang", "GET", "/lang/co", "segment_added"),
    ("GET", "/user", "GET", "/users/", "text"),
    ("GET", "/price", "GET", "/price/1.5", "segment_added"),
    ("GET", "/orders/7", "POST", "/orders/7/pay", "segment_added"),
    ("GET", "/latest_tracks", "GET", "/latest", "endpoint"),
    ("GET", "/user%2Falice", "GET", "/user/alice", "decoded"),
    ("PUT", "/login", "GET", "/login", "method"),
    ("GET", "/submit/", "POST", "/submit/", "method"),
    ("GET", "/projects", "GET", "/projects/", "redirected"),
    ("GET", "/user//ann", "GET", "/user/ann", "redirected"),
    ("GET", "/users/page/1", "GET", "/users/", "redirected"),
]


@each(("method", "path", "better_method", "better_path", "change"), FIRST)
def test_the_nearest_request_that_matches(
    method: str, path: str, better_method: str, better_path: str, change: str
) -> None:
    first, *others = observe(URL_MAP.bind("localhost"), path, method).suggestions
    assert (first.method, first.path, first.change.value) == (better_method, better_path, change)
    assert len(others) < 3


@each(("method", "path"), [("GET", "/about"), ("GET", "/zzz/qqq"), ("GET", "/zzz")])
def test_nothing_is_suggested_where_nothing_is_near_or_missing(method: str, path: str) -> None:
    assert observe(URL_MAP.bind("localhost"), path, method).suggestions == ()


def test_a_prefix_of_several_parts_that_was_forgotten_is_added() -> None:
    beside = [Rule(f"/page{number}/all", endpoint="page") for number in range(100)]
    orders = [
        Rule("/api/v2/admin/orders/<int:id>/", endpoint="admin"),
        Rule("/api/v1/orders/<int:id>/", endpoint="order"),
        Rule("/api/v1/orders", endpoint="create", methods=["POST"]),
    ]
    adapter = Map([*beside, *orders]).bind("localhost")
    for path in ("/orders/17", "/orders/17/"):
        first, second = observe(adapter, path, "GET").suggestions
        assert (first.request, first.difference) == ("GET /api/v1/orders/17/", "with /api/v1 added")
        assert second.difference == "with /api/v2/admin added"
    (only,) = observe(adapter, "/orders", "POST").suggestions
    assert only.request == "POST /api/v1/orders"
    assert observe(adapter, "/stock/17", "GET").suggestions == ()


TOP = Map(
    [
        Rule("/<name>", endpoint="any"),
        Rule("/top", endpoint="top"),
        Rule("/top/<int(max=40):place>", endpoint="place"),
        Rule("/archive", endpoint="archive"),
        Rule("/archive/new", endpoint="new"),
        Rule("/archive/<int:year>/all", endpoint="year"),
        Rule("/search/<words>", endpoint="search"),
        Rule("/<any(covers, cards):kind>/<name>", endpoint="kind"),
        Rule("/login", endpoint="login"),
        Rule("/logout", endpoint="logout"),
    ]
)
ALONE = [
    ("/top/99", ["/top/40"]),  # neither /top nor /99
    ("/archive/newest", ["/archive/new"]),  # nor /search/newest: /archive is known
    ("/archive/nwe", ["/archive/new"]),
    ("/coversx/1", ["/covers/1"]),
    ("/archve/new", ["/archive/new"]),
    ("/login/extra", ["/login", "/extra"]),  # /login was meant as such, so not /covers/extra
    ("/archive/new/all", ["/archive/new"]),
]


@each(("path", "better"), ALONE)
def test_what_is_further_off_is_not_suggested_beside_what_is_near(path: str, better: list[str]) -> None:
    assert [each.path for each in observe(TOP.bind("localhost"), path).suggestions] == better


def test_of_two_similar_texts_only_the_far_more_similar_one_is_suggested() -> None:
    adapter = Map([Rule("/contact", endpoint="contact"), Rule("/cart", endpoint="cart")]).bind("localhost")
    assert [each.path for each in observe(adapter, "/cotact").suggestions] == ["/contact"]
    adapter = Map([Rule("/items", endpoint="a"), Rule("/item-s", endpoint="b")]).bind("localhost")
    assert [each.path for each in observe(adapter, "/item").suggestions] == ["/items", "/item-s"]


def test_every_suggestion_of_random_maps_matches() -> None:
    random = Random(3)
    suggested = 0
    for random_map in islice(random_maps(random), examples(80)):
        for asking in islice(random_askings(random, random_map), 4):
            adapter = asking.bind(random_map.url_map)
            explanation = observe(adapter, asking.path, asking.method, websocket=asking.websocket)
            assert len(explanation.suggestions) <= 3
            for suggestion in explanation.suggestions:
                suggested += 1
                rule, _ = adapter.match(suggestion.path, suggestion.method, True, None, asking.websocket)
                assert (rule.rule, rule.endpoint) == (suggestion.rule, suggestion.endpoint)
                assert (suggestion.path, suggestion.method) != (asking.path, asking.method)
    assert suggested > 40


def test_suggestions_do_not_read_a_whole_map() -> None:
    """A thousand siblings: the near one is found by its keystrokes, not by comparing all."""
    url_map = Map([Rule(f"/resource-{number}/<int:id>", endpoint=f"e{number}") for number in range(1_000)])
    explanation = observe(url_map.bind(""), "/resurce-77/5")
    assert [each.path for each in explanation.suggestions] == ["/resource-77/5"]
    assert [each.rule for each in explanation.closest] == ["/resource-77/<int:id>"]


CLOSEST = [
    ("/usr/alice", ["/user/<int:id>", "/user/<name>"]),
    ("/post/x", ["/post/<int:id>"]),
    ("/order/17/pay", ["/orders/<int:id>/pay"]),
    ("/zzz", []),
]


@each(("path", "rules"), CLOSEST)
def test_the_closest_rules_of_a_404(path: str, rules: list[str]) -> None:
    explanation = observe(URL_MAP.bind("localhost"), path)
    assert explanation.outcome is Outcome.NOT_FOUND
    assert sorted(each.rule for each in explanation.closest) == rules

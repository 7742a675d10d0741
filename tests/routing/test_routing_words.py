"""The sentences: each is true of the case beside it, and says to a beginner what is the matter."""

from collections.abc import Iterator
from itertools import islice
from random import Random

from werkzeug.routing import BaseConverter, Map, Rule, ValidationError

from effort import examples
from routelab.routing.candidate import Candidate
from routelab.routing.explanation import MatchExplanation, observe
from routing.random_maps import random_askings, random_maps
from tables import each


class Upper(BaseConverter):
    regex = "[A-Z]+"


class Even(BaseConverter):
    regex = r"\d+"

    def to_python(self, value: str) -> int:
        if int(value) % 2:
            raise ValidationError
        return int(value)


CONVERTERS = {"upper": Upper, "even": Even}


def of_one_rule(rule: str, path: str, method: str = "GET", **options: object) -> Candidate:
    url_map = Map([Rule(rule, endpoint="x", **options)], converters=CONVERTERS)  # type: ignore[arg-type]
    (candidate,) = observe(url_map.bind("localhost"), path, method).candidates
    return candidate


ONE_RULE = [
    ("/p/<int:n>", "/p/alice", 'int accepts only digits, not "alice"'),
    ("/p/<int:n>", "/p/-5", 'int accepts only digits; "-5" starts with "-"'),
    ("/p/<int:n>", "/p/+5", 'int accepts only digits; "+5" starts with "+"'),
    ("/p/<int:n>", "/p/5.0", 'int accepts only digits; "5.0" has a point'),
    ("/p/<int:n>", "/p/1_000", 'int accepts only digits, not "1_000"'),
    (
        "/p/<int(signed=True):n>",
        "/p/x",
        'int(signed=True) accepts only digits, with or without "-" before them, not "x"',
    ),
    (
        "/p/<int(min=5):n>",
        "/p/3",
        "int(min=5) rejected 3 (below 5), and a rejection ends the search",
    ),
    (
        "/p/<int(max=5):n>",
        "/p/9",
        "int(max=5) rejected 9 (above 5), and a rejection ends the search",
    ),
    (
        "/p/<int(fixed_digits=4):n>",
        "/p/12",
        "int(fixed_digits=4) rejected 12 (it accepts exactly 4 digits), and a rejection ends the search",
    ),
    ("/p/<float:n>", "/p/3", 'float needs a point; "3" has none'),
    ("/p/<float:n>", "/p/.5", 'float needs a digit before the point; ".5" has none'),
    ("/p/<float:n>", "/p/5.", 'float needs a digit after the point; "5." has none'),
    ("/p/<float:n>", "/p/-1.5", 'float accepts no sign; "-1.5" starts with "-"'),
    ("/p/<float(signed=True):n>", "/p/-3", 'float(signed=True) needs a point; "-3" has none'),
    ("/p/<float:n>", "/p/1e3", 'float accepts only digits around a point, not "1e3"'),
    ("/p/<string(length=2):c>", "/p/eng", 'string(length=2) accepts exactly 2 characters; "eng" has 3'),
    ("/p/<string(minlength=3):c>", "/p/ab", 'string(minlength=3) accepts at least 3 characters; "ab" has 2'),
    ("/p/<string(maxlength=1):c>", "/p/ab", 'string(maxlength=1) accepts exactly one character; "ab" has 2'),
    ("/p/<any(about, help):w>", "/p/hel", 'any(about, help) accepts only about or help, not "hel"'),
    (
        "/p/<uuid:u>",
        "/p/5",
        'uuid accepts 32 hexadecimal digits in groups of 8-4-4-4-12; "5" is not written that way',
    ),
    ("/p/<upper:u>", "/p/abc", 'upper accepts only text that fits the pattern [A-Z]+; "abc" does not'),
    ("/p/<even:e>", "/p/5", "even rejected 5, and a rejection ends the search"),
    ("/p/<path:p>", "/p//x", "fits once repeated slashes are merged"),
    ("/p/<int:a>-<int:b>", "/p/1-x", '"1-x" does not have the form <int:a>-<int:b>'),
    ("/p/v<a>.<b>!", "/p/vabc!", '"abc" does not have the form <a>.<b>'),
    ("/p/v<int:n>", "/p/5", '"5" does not fit "v<int:n>"'),
    ("/p/v<int:n>", "/p/vx", 'int accepts only digits, not "x"'),
    ("/p/<path:p>/edit", "/p/a/b", '"a/b" does not fit "<path:p>/edit"'),
    ("/user/<name>", "/usr/ann", '"usr" is not "user"'),
    ("/about", "/About", '"About" is not "about": capital and small letters differ'),
    ("/user/<name>", "/user", "one segment too few: the rule continues with /<name>"),
    ("/user/<name>", "/user/", "one segment too few: the rule continues with /<name>"),
    ("/user/<name>", "/user/ann/comments", "one segment too many: /comments"),
    ("/user/<name>", "/user/ann/comments/", "one segment too many: /comments/"),
    ("/user/<name>/", "/user", "one segment too few: the rule continues with /<name>/"),
    ("/user/<name>/posts/", "/user", "2 segments too few: the rule continues with /<name>/posts/"),
    ("/user/<name>", "/user/ann/a/b", "2 segments too many: /a/b"),
    ("/u/{id}", "/u/5", '"5" is not the fixed text "{id}"; a variable would be <id>'),
    ("/u/:id", "/u/5", '"5" is not the fixed text ":id"; a variable would be <id>'),
    (
        "/search?q=<q>",
        "/search",
        'the rule\'s text "search?q=<q>" has a "?"; '
        "what follows ? in a URL is the query string, and rules do not see it",
    ),
    ("/projects/", "/projects", "fits with a slash at the end"),
    ("/about", "/about/", "fits without the slash at the end, and the router takes none away"),
    ("/a/b", "/a//b", "fits once repeated slashes are merged"),
    ("/a/b/", "/a//b", "fits once repeated slashes are merged"),
    ("/a/b", "/a/b//", "fits without the slash at the end, and the router takes none away"),
    ("/a/<x>", "/a/line\nbreak", "fits"),
    ("/a/b", "/a/\x1b[31m", r'"\x1b[31m" is not "b"'),
    ("/a/b", '/a/"', r'"\"" is not "b"'),
]


@each(("rule", "path", "words"), ONE_RULE)
def test_why_one_rule_does_not_fit(rule: str, path: str, words: str) -> None:
    assert of_one_rule(rule, path).text == words


def test_only_for_names_every_method_and_the_chosen_ones_first() -> None:
    assert of_one_rule("/l", "/l", methods=["POST", "OPTIONS"]).text == "fits, but only for POST and OPTIONS"
    assert of_one_rule("/l", "/l", "PUT", methods=["GET", "POST"]).text == (
        "fits, but only for GET, POST and HEAD"
    )
    assert of_one_rule("/l", "/l", methods=["GET, POST"]).text == (
        'fits, but only for "GET, POST" (one method, as written)'
    )
    assert of_one_rule("/l", "/l", methods=["M-SEARCH"]).text == "fits, but only for M-SEARCH"
    assert of_one_rule("/l/", "/l", methods=["POST"]).text == (
        "fits with a slash at the end, but only for POST; so GET is not redirected there"
    )


def test_scheme_host_and_purpose() -> None:
    assert "WebSocket" in of_one_rule("/l", "/l", websocket=True).text
    assert of_one_rule("/l", "/l", subdomain="api").text == (
        'is for the subdomain "api"; this request has none'
    )
    assert "build_only" in of_one_rule("/l", "/l", build_only=True).text


RIVALS = [
    (
        ["/<name>", "/about"],
        "/about",
        "/<name>",
        "would fit, but /about is fixed text and fixed text is tried first",
    ),
    (
        ["/<x>/<y>", "/a/<y>"],
        "/a/b",
        "/<x>/<y>",
        'would fit, but /a/<y> has the fixed text "a" where this rule has <x>, and fixed text is tried first',
    ),
    (
        ["/u/<name>", "/u/<int:id>"],
        "/u/7",
        "/u/<name>",
        "would fit, but <int:id> of /u/<int:id> is tried before <name>",
    ),
    (
        ["/u/<id>", "/u/<name>"],
        "/u/7",
        "/u/<name>",
        "would fit, but /u/<id> (/u/<id>) has the same shape and was registered first",
    ),
    (
        ["/u/<name>", "/u/<uuid:u>"],
        "/u/12345678-1234-5678-1234-567812345678",
        "/u/<uuid:u>",
        "would fit, but <name> of /u/<name> weighs the same as <uuid:u>, "
        "and the one that a rule used first at this place is tried first",
    ),
    (
        ["/<x>", "/v<x>"],
        "/v1",
        "/<x>",
        "would fit, but /v<x> has more fixed text in segment 1, so it is tried first",
    ),
    (
        ["/foo/", "/<x>"],
        "/foo",
        "/<x>",
        "never reached: the slash redirect of /foo/ ended the search",
    ),
    (
        ["/<int(min=5):n>", "/<s>"],
        "/3",
        "/<s>",
        "never reached: int(min=5) rejected 3 (below 5) in /<int(min=5):n>, and a rejection ends the search",
    ),
]


@each(("rules", "path", "loser", "words"), RIVALS)
def test_why_a_fitting_rule_lost(rules: list[str], path: str, loser: str, words: str) -> None:
    url_map = Map([Rule(rule, endpoint=rule) for rule in rules])
    table = {each.rule: each for each in observe(url_map.bind(""), path).candidates}
    assert table[loser].text == words


def test_every_fact_of_a_404_has_words() -> None:
    url_map = Map([Rule("/post/<int:id>", endpoint="post", methods=["GET"]), Rule("/a/", endpoint="a")])
    explanation = observe(url_map.bind(""), "/post/-5")
    (suggestion,) = explanation.suggestions
    assert suggestion.text == "GET /post/5 would match: post"
    assert suggestion.difference == '"5" instead of "-5"'
    assert [step.words for step in explanation.walk.steps][:5] == [
        "no subdomain: there are rules for it",
        'segment 1, "post": among the fixed segments',
        'segment 2, "-5": not among the fixed segments',
        r'segment 2, "-5": does not fit \d+',
        "nothing found: once more, with slashes merged, for /post/-5",
    ]
    (author,) = observe(url_map.bind(""), "/post/5", "POST").authors
    assert author.text == "GET (HEAD added automatically)"
    odd = Map([Rule("/l", endpoint="l", methods=["GET, POST", "PUT"])])
    (author,) = observe(odd.bind(""), "/l").authors
    assert author.text == '"GET, POST", PUT (one method, as written)'
    redirect = observe(url_map.bind("h"), "/a").redirect
    assert redirect is not None
    assert redirect.text == (
        "/a/ ends in a slash and the path does not, so the router redirects to http://h/a/"
    )


def sentences_about(explanation: MatchExplanation) -> Iterator[str]:
    for candidate in (*explanation.candidates, *explanation.closest):
        yield candidate.text
    for author in explanation.authors:
        yield author.text
    for step in explanation.walk.steps:
        yield step.words
    if explanation.redirect is not None:
        yield explanation.redirect.text
    for suggestion in explanation.suggestions:
        yield suggestion.text
        yield suggestion.difference


def test_whatever_happens_there_is_a_printable_sentence() -> None:
    random = Random(13)
    beginnings: set[str] = set()
    for random_map in islice(random_maps(random), examples(100)):
        for asking in islice(random_askings(random, random_map), 4):
            path = asking.path + random.choice(("", "", "", "\x1b[2J", "\u202e", '"', "\\"))
            adapter = asking.bind(random_map.url_map)
            explanation = observe(adapter, path, asking.method, websocket=asking.websocket)
            for sentence in sentences_about(explanation):
                assert sentence.isprintable(), sentence
                assert sentence.strip() == sentence != ""
                assert "None" not in sentence
                beginnings.add(" ".join(sentence.split()[:2]))
    assert len(beginnings) > 150

"""Random maps and the requests that probe them: the raw material of the proof that explanations agree.

Everything comes from one `random.Random`, so a seed names a case for ever. Paths are mostly filled in from
the map's own rules, since free text hardly ever fits anything.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from functools import cached_property
from random import Random
from typing import Any

from werkzeug.routing import BaseConverter, Map, MapAdapter, Rule, ValidationError

from routelab.routing.reaching import Binding, Reach

SERVER = "example.org"


class EvenConverter(BaseConverter):
    """Fits any number, and refuses the odd ones."""

    regex = r"\d+"

    def to_python(self, value: str) -> int:
        if int(value) % 2:
            raise ValidationError
        return int(value)


class FragileConverter(BaseConverter):
    """Fails, which is not refusing, on some texts."""

    def to_python(self, value: str) -> str:
        if value.startswith("a"):
            raise KeyError(value)
        return value


class PairConverter(BaseConverter):
    """Takes exactly one slash, so it takes all the rest of a path."""

    regex = "[a-z]+/[a-z]+"


class GroupConverter(BaseConverter):
    """Has groups of its own in its pattern."""

    regex = "(?:a|(b))[a-z]*"
    weight = 60


class DummyConverter(BaseConverter):
    """Weighs as much as a string, and is another converter."""


CONVERTERS: dict[str, type[BaseConverter]] = {
    "even": EvenConverter,
    "fragile": FragileConverter,
    "pair": PairConverter,
    "group": GroupConverter,
    "dummy": DummyConverter,
}

# What a rule may write, and texts to put in its place: some fit, some do not.
VARIABLES: dict[str, tuple[str, ...]] = {
    "": ("alice", "b", "ä", "x y", "7"),
    "string": ("alice", "10%", "a", "-5"),
    "string(length=2)": ("en", "eng", "e", "äö"),
    "string(minlength=2, maxlength=4)": ("abc", "a", "abcde", "ab"),
    "int": ("5", "-5", "007", "a", "٣", "5.0"),
    "int(min=5)": ("5", "3", "9", "x"),
    "int(fixed_digits=3)": ("123", "12", "1234", "x"),
    "int(signed=True, max=9)": ("-5", "7", "12", "+1"),
    "float": ("1.5", "3", ".5", "2.", "-1.5"),
    "float(min=1.0, signed=True)": ("1.5", "-1.5", "0.5", "1"),
    "any(about, help)": ("about", "help", "hel", "aboutx"),
    'any("x y", b)': ("x y", "b", "x"),
    "uuid": ("123e4567-e89b-12d3-a456-426614174000", "123e4567"),
    "path": ("a", "a/b", "a//b", "about", "a/b/", "x y/ä"),
    "even": ("4", "5", "x"),
    "fragile": ("about", "bob", "7"),
    "pair": ("a/b", "ab/cd", "a", "a/b/c", "A/b"),
    "group": ("abc", "b", "c", "ba"),
    "dummy": ("alice", "b", "7"),
}
TEXTS = ("a", "b", "user", "about", "ä", "x y", "10%", "{id}", "v.1")
METHODS = (None, None, ["GET"], ["POST"], ["GET", "POST"], ["PUT"], ["DELETE", "GET"])
REQUEST_METHODS = ("GET", "GET", "GET", "POST", "HEAD", "PUT", "get", "--")
HOSTS = ("", SERVER, SERVER, SERVER, f"api.{SERVER}", f"<sub>.{SERVER}", f"<any(api, www):sub>.{SERVER}")
SUBDOMAINS = (None, None, None, None, None, None, None, "", "api", "<sub>", "<int:sub>", "v<int:sub>")
DOMAINS_ASKED = ("", "api", "www", "7", "v2")


@dataclass(frozen=True, slots=True, kw_only=True)
class RuleText:
    """What one Rule is made of, so that it can be made again."""

    string: str
    options: dict[str, Any]

    def rule(self, **changes: Any) -> Rule:
        """Make the rule once more; Rule.empty() would lose `websocket` and `merge_slashes`."""
        return Rule(self.string, **{**self.options, **changes})


@dataclass(frozen=True, slots=True, kw_only=True)
class Asking:
    """One request to a map."""

    path: str
    method: str
    domain: str
    websocket: bool

    def bind(self, url_map: Map) -> MapAdapter:
        """Bind a map as this request would."""
        if url_map.host_matching:
            return url_map.bind(f"{self.domain}.{SERVER}" if self.domain else SERVER)
        return url_map.bind(SERVER, subdomain=self.domain)


@dataclass(frozen=True, kw_only=True)
class RandomMap:
    """A map with the texts of its rules, in the order of registration."""

    url_map: Map
    texts: tuple[RuleText, ...]
    options: dict[str, Any]

    @cached_property
    def reach(self) -> Reach:
        """The hosts that lead to the rules in an app that leaves subdomains alone, as Flask does by default."""

        def bind(host: str, _scheme: str) -> MapAdapter:
            url_map = self.url_map
            return url_map.bind(host) if url_map.host_matching else url_map.bind(host, subdomain="")

        binding = Binding(bind=bind, server_name=SERVER, looks_at_subdomains=False, usual=True)
        return Reach(self.url_map, binding)

    @cached_property
    def alone(self) -> tuple[Map, ...]:
        """For each rule, a map that has nothing else, and nothing that happens after the matching."""
        options = {**self.options, "redirect_defaults": False}
        return tuple(Map([text.rule(alias=False, redirect_to=None)], **options) for text in self.texts)


def random_maps(random: Random) -> Iterator[RandomMap]:
    """Yield random maps without end; what Werkzeug itself refuses to build is left out."""
    while True:
        options: dict[str, Any] = {
            "converters": CONVERTERS,
            "host_matching": random.random() < 0.15,
            "strict_slashes": random.random() < 0.8,
            "merge_slashes": random.random() < 0.8,
            "redirect_defaults": random.random() < 0.8,
        }
        texts = tuple(_texts(random, host_matching=options["host_matching"]))
        try:
            yield RandomMap(
                url_map=Map([text.rule() for text in texts], **options), texts=texts, options=options
            )
        except (SyntaxError, ValueError, LookupError, AttributeError):
            continue


def _texts(random: Random, *, host_matching: bool) -> Iterator[RuleText]:
    known: list[list[str]] = []
    for number in range(random.randint(1, 8)):
        segments = _segments(random, known)
        known.append(segments)
        string = "/" + "/".join(segments)
        if segments and random.random() < 0.35:
            string += "/"
        if random.random() < 0.05:
            string = string.replace("/", "//", 1) if random.random() < 0.5 else string + "//x"
        yield RuleText(string=string, options=_options(random, number, host_matching=host_matching))
    if random.random() < 0.15:
        yield from _sisters(random)


def _segments(random: Random, known: list[list[str]]) -> list[str]:
    """Make segments, often beginning like an earlier rule's, so that rules compete."""
    if known and random.random() < 0.5:
        earlier = random.choice(known)
        segments = earlier[: random.randint(0, len(earlier))]
    else:
        segments = []
    while len(segments) < 4 and random.random() < 0.62:
        segments.append(_segment(random, len(segments)))
    return segments


def _segment(random: Random, place: int) -> str:
    kind = random.random()
    if kind < 0.45:
        return random.choice(TEXTS)
    variable = f"<{_written(random)}v{place}_{random.randint(0, 1)}>"
    if kind < 0.85:
        return variable
    if kind < 0.93:
        return random.choice(("v", "a-", "x.")) + variable
    return f"{variable}{random.choice(('-', '.'))}<{_written(random)}w{place}>"


def _written(random: Random) -> str:
    converter = random.choice(tuple(VARIABLES))
    return f"{converter}:" if converter else ""


def _options(random: Random, number: int, *, host_matching: bool) -> dict[str, Any]:
    options: dict[str, Any] = {
        "endpoint": f"e{number % 5}",
        "methods": random.choice(METHODS),
        "strict_slashes": random.choice((None, None, None, True, False)),
        "merge_slashes": random.choice((None, None, None, None, False)),
        "build_only": random.random() < 0.04,
        "alias": random.random() < 0.05,
    }
    if random.random() < 0.04:
        options["redirect_to"] = random.choice(("elsewhere", lambda adapter, **values: "made"))
    if random.random() < 0.05:
        options["websocket"] = True
        options["methods"] = None
    if host_matching:
        options["host"] = random.choice(HOSTS)
    else:
        options["subdomain"] = random.choice(SUBDOMAINS)
    return options


def _sisters(random: Random) -> Iterator[RuleText]:
    """Two rules of one endpoint, one with a default for what the other takes from the path."""
    stem = random.choice(("/list", "/user", "/a/pages"))
    methods = random.choice(METHODS)
    yield RuleText(
        string=f"{stem}/", options={"endpoint": "list", "defaults": {"page": 5}, "methods": methods}
    )
    yield RuleText(string=f"{stem}/page/<int:page>", options={"endpoint": "list", "methods": methods})


def random_askings(random: Random, random_map: RandomMap) -> Iterator[Asking]:
    """Yield requests to a map without end, most of them near one of its rules."""
    while True:
        text = random.choice(random_map.texts)
        yield Asking(
            path=_changed(random, _filled_in(random, text.string)),
            method=_method(random, text),
            domain=_domain(random, text),
            websocket=random.random() < (0.5 if text.options.get("websocket") else 0.03),
        )


def _domain(random: Random, text: RuleText) -> str:
    """Ask the rule's own host nearly always; `Asking.bind` puts the server's name after it."""
    if random.random() < 0.1:
        return random.choice(DOMAINS_ASKED)
    wanted = text.options.get("subdomain") or text.options.get("host") or ""
    wanted = wanted.removesuffix(SERVER).removesuffix(".")
    return wanted.replace("<int:sub>", "7").replace("<sub>", "www").replace("<any(api, www):sub>", "www")


def _method(random: Random, text: RuleText) -> str:
    methods = text.options.get("methods")
    if methods and random.random() < 0.7:
        return str(random.choice(sorted(methods)))
    return random.choice(REQUEST_METHODS)


def _filled_in(random: Random, string: str) -> str:
    path = ""
    for piece in string.split("<"):
        inside, found, after = piece.partition(">")
        if not found:
            path += piece
            continue
        written = inside.rpartition(":")[0]
        samples = VARIABLES[written]
        path += (samples[0] if random.random() < 0.7 else random.choice(samples)) + after
    return path


def _changed(random: Random, path: str) -> str:
    """Leave half of the paths as they are, and spoil the others in one way."""
    changes = (
        lambda: path.rstrip("/"),
        lambda: path + "/",
        lambda: path.replace("/", "//", random.randint(1, 3)),
        lambda: path + "/" + random.choice(TEXTS),
        lambda: path.rpartition("/")[0],
        lambda: "/" + random.choice(TEXTS) + path,
        lambda: path.replace("a", "b", 1),
        lambda: path.replace("/", "%2F", 1),
        lambda: path + "\n",
        lambda: "",
        lambda: path.upper(),
    )
    return path if random.random() < 0.5 else random.choice(changes)()

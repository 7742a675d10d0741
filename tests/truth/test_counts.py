"""Sentences with a count or a negative about rules, in generated maps: each is checked against the map itself."""

from __future__ import annotations

import re
from collections.abc import Callable, Iterator
from random import Random
from typing import Any

import flask
import pytest
from werkzeug.exceptions import MethodNotAllowed, NotFound
from werkzeug.routing import RequestRedirect

import routelab
from effort import examples
from routelab.engine.app import Flask as EngineFlask
from routelab.requestline.parsing import parse
from routelab.routing.outcome import Outcome
from routelab.tracing.steps.match import MatchStep

WRITTEN = ("a", "ab", "abc", "b", "ba", "<name>", "<int:number>")
TYPED = ("a", "ab", "abc", "abcd", "b", "7", "zz", "x y")
METHODS = (("GET",), ("POST",), ("GET", "POST"), ("DELETE",), ("PUT", "DELETE"))
MAPS = examples(10)
KINDS: dict[str, Callable[[str], Any]] = {"routelab": EngineFlask, "flask": flask.Flask}


def made(random: Random, kind: str) -> Any:
    app = KINDS[kind]("app")
    for number in range(random.randint(1, 8)):
        path = "/".join(
            re.sub(r"(?<=:|<)(\w+)>", rf"\g<1>{place}>", random.choice(WRITTEN))
            for place in range(random.randint(0, 3))
        )
        slash = "/" if path and random.random() < 0.3 else ""
        app.add_url_rule(
            f"/{path}{slash}", f"view{number}", lambda **_: "fine", methods=random.choice(METHODS)
        )
    return app


def asked(random: Random, rules: list[str]) -> Iterator[str]:
    yield "GET /"
    for rule in rules:
        filled = re.sub("<int:.+?>", "7", re.sub("<(?!int).+?>", "zz", rule))
        yield f"{random.choice(('GET', 'POST', 'PUT'))} {filled.rstrip('/') or '/'}"
    for _ in range(12):
        path = "/".join(random.choice(TYPED) for _ in range(random.randint(1, 4)))
        slash = "/" if random.random() < 0.2 else ""
        yield f"{random.choice(('GET', 'POST', 'HEAD', 'DELETE'))} /{path.replace(' ', '%20')}{slash}"


def parts(path: str) -> list[str]:
    return path.split("/")[1:]


def is_led_to(rule: str, before: str) -> bool:
    """Whether a rule's first segments take those of a path."""
    written = parts(rule)
    for place, segment in enumerate(parts(before)):
        if place >= len(written):
            return False
        dynamic = written[place].startswith("<")
        if dynamic and written[place].startswith("<int") and not segment.isdigit():
            return False
        if not dynamic and written[place] != segment:
            return False
    return True


def says_of_rules(sentence: str, rules: list[str]) -> bool:
    """Hold a sentence against the rules; whether it is one of those that are known here."""
    counted = re.search(r"none of (\d+) rules|the only rule|(^no rule fits$)", sentence)
    if counted is not None and counted[1] is not None:
        assert int(counted[1]) == len(rules), sentence
    if (counted is not None and counted[0] == "the only rule") and "host" not in sentence:
        assert len(rules) == 1, sentence
    if found := re.search(r"begins? with (/.+?)\.?$", sentence):
        if "No rule" in sentence:  # the answer: of segments
            assert not any(parts(rule)[0] == found[1][1:] for rule in rules), (sentence, rules)
        else:
            assert not any(rule.startswith(found[1]) for rule in rules), (sentence, rules)
    elif "No rule" not in sentence and (found := re.search(r"continues? with (/.+) after (/.+)$", sentence)):
        assert not any(rule.startswith(found[2] + found[1]) for rule in rules), (sentence, rules)
    elif found := re.search(r'takes? "(.+)" as (?:its first segment|segment (\d+), after (/.+))$', sentence):
        at, before = int(found[2] or 1), found[3] or ""
        hit = [
            r
            for r in rules
            if len(parts(r)) >= at and parts(r)[at - 1] == found[1] and (not before or is_led_to(r, before))
        ]
        assert not hit, (sentence, rules)
    elif found := re.search(r"No rule continues with /(.*) after (/.+)\.$", sentence):
        length = len(parts(found[2]))
        hit = [
            r
            for r in rules
            if is_led_to(r, found[2]) and len(parts(r)) > length and parts(r)[length] == found[1]
        ]
        assert not hit, (sentence, rules)
    elif "/ alone" in sentence or "just /" in sentence:
        assert "/" not in rules, (sentence, rules)
    elif found := re.search(r"ends? with the slash after (/.+)$", sentence):
        assert f"{found[1]}/" not in rules, (sentence, rules)
    else:
        return sentence in ("no rule fits", "No rule fits.")
    return True


def methods_in(words: str) -> set[str]:
    return set(re.findall(r"\b[A-Z]{3,}\b", words))


def allowed_by(app: Any, line: str) -> set[str]:
    """Ask Werkzeug itself which methods it names in a 405."""
    request = parse(line)
    with pytest.raises(MethodNotAllowed) as caught:
        app.url_map.bind("localhost").match(request.path, request.method)
    return set(caught.value.valid_methods or ())


def answers(app: Any, path: str) -> dict[str, type | None]:
    """Ask Werkzeug itself what it does for each method; None where it matches."""
    found: dict[str, type | None] = {}
    for method in ("GET", "HEAD", "OPTIONS", "POST", "PUT", "DELETE"):
        try:
            app.url_map.bind("localhost").match(path, method)
            found[method] = None
        except (NotFound, MethodNotAllowed, RequestRedirect) as error:
            found[method] = type(error)
    return found


@pytest.mark.parametrize("kind", KINDS)
def test_each_counted_or_negative_sentence_is_true_of_the_map(kind: str) -> None:
    random = Random(12)
    known: dict[bool, int] = {True: 0, False: 0}
    allowed = redirected = 0
    for _ in range(MAPS):
        app = made(random, kind)
        rules = [rule.rule for rule in app.url_map.iter_rules()]
        lab = routelab.watch(app)
        for line in asked(random, rules):
            trace = lab.send(line)
            match = trace.first(MatchStep)
            assert match is not None
            if match.outcome is Outcome.NOT_FOUND:
                known[says_of_rules(match.headline, rules)] += 1
                assert says_of_rules(trace.answer.cause[0], rules), (trace.answer.cause[0], rules)
            elif match.outcome is Outcome.METHOD_NOT_ALLOWED:
                for author in match.authors:
                    rule = next(it for it in app.url_map.iter_rules() if it.endpoint == author.rule.endpoint)
                    assert methods_in(author.rule.text) == set(rule.methods or ()), author.rule.text
                    allowed += 1
                assert set(match.allowed_methods) == allowed_by(app, line)
            elif match.outcome is Outcome.REDIRECT and match.redirect is not None:
                by_method = answers(app, parse(line).path)
                redirects = {name for name, what in by_method.items() if what is RequestRedirect}
                if "; only for" in match.redirect.text:
                    assert methods_in(match.redirect.text.partition("; only for")[2]) == redirects
                redirected += 1
    assert known[True] > 2 * MAPS
    assert known[False] == 0
    assert allowed > MAPS // 3
    assert redirected > MAPS // 12

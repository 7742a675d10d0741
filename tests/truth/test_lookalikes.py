"""Paths and rules that look alike and are not the same: told, and the other form suggested where it matches."""

from __future__ import annotations

import unicodedata
from pathlib import Path
from urllib.parse import quote

import pytest
from hypothesis import given
from hypothesis import strategies as st

from routelab.routing.lookalikes import alike_words, look_alike, other_forms
from routelab.tracing.steps.match import MatchStep
from support import ENGINES, checked, lab_of

# As the rule has it, and as it was asked for.
PAIRS = [
    ("/café", "/cafe\u0301"),
    ("/cafe\u0301", "/café"),
    ("/é", "/e\u0301"),
    ("/a/ü/ö", "/a/u\u0308/o\u0308"),
    ("/ñandú/x", "/n\u0303andu\u0301/x"),
    ("/가게", "/\u1100\u1161\u1100\u1166"),
    ("/\u212bngstrom", "/\u00c5ngstrom"),
    ("/shop", "/sh\u200bop"),
    ("/a\u00a0b", "/a b"),
    ("/about", "/\u0430bout"),
    ("/TOP", "/\u03a4\u039f\u03a1"),
    ("/my-page", "/my\u2010page"),
    ("/o'neil", "/o\u2019neil"),
    ("/<any('été', 'hiver'):season>", "/e\u0301te\u0301"),
]
UNLIKE = [
    ("/café", "/cafe"),
    ("/x2", "/x\u00b2"),
    ("/tea", "/thé"),
    ("/a-b", "/a\u2014b"),
    ("/bout", "/\u0431out"),
    ("/fi", "/\ufb01"),
]
APP = """
from flask import Flask

app = Flask(__name__)

@app.get({rule!r})
def there(season=""):
    return "there"
"""


@pytest.mark.parametrize("engine", ENGINES)
@pytest.mark.parametrize(("rule", "asked"), PAIRS)
def test_a_path_that_looks_like_the_rules_says_how_it_differs(
    tmp_path: Path, engine: str, rule: str, asked: str
) -> None:
    with lab_of(tmp_path, APP.format(rule=rule), engine) as lab:
        trace = lab.send(f"GET {quote(asked)}")
        checked(trace)
        match = trace.first(MatchStep)
        assert match is not None
        told = [placed.candidate.text for placed in match.closest if placed.candidate.endpoint == "there"]
        assert len(told) == 1
        assert "they look alike, but the path has" in told[0]
        for suggestion in match.suggestions:
            response = lab.send(suggestion.request).response
            assert response is not None
            assert response.status == 200
        assert match.suggestions


@pytest.mark.parametrize(("rule", "asked"), UNLIKE)
def test_what_looks_different_is_not_said_to_look_alike(tmp_path: Path, rule: str, asked: str) -> None:
    with lab_of(tmp_path, APP.format(rule=rule)) as lab:
        match = lab.send(f"GET {quote(asked)}").first(MatchStep)
    assert match is not None
    assert not any("alike" in placed.candidate.text for placed in match.candidates)


LETTERS = st.text(st.sampled_from("aeéèüñçå\u0301\u0308\u200b가"), max_size=6)


@given(LETTERS, LETTERS)
def test_the_words_name_a_real_difference(one: str, other: str) -> None:
    words = alike_words(one, other)
    assert bool(words) is look_alike(one, other)
    if words:
        assert one != other
        assert unicodedata.normalize("NFC", one.replace("\u200b", "")) == unicodedata.normalize(
            "NFC", other.replace("\u200b", "")
        )
        theirs, _, ours = words.partition(" where the rule has ")
        assert theirs.rpartition("the path has ")[2] != ours
    for form in other_forms(one):
        assert form != one
        assert look_alike(form, one)

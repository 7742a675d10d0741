"""Expectations: reading, writing, and the one line that each unreadable one gets."""

from __future__ import annotations

import json

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from effort import examples
from routelab.lessons.expectation import (
    WITHOUT_VALUE,
    Expectation,
    ExpectationError,
    Predicate,
    Question,
    expectation_text,
    question_text,
)
from routelab.lessons.expectation_reading import read_expectation, read_question
from routelab.lessons.jsonpath import json_path, json_path_text
from routelab.lessons.queries import QUERIES
from routelab.lessons.query import Gives, Query
from tables import each


def expectation(
    query: Query,
    predicate: Predicate,
    value: object = None,
    *,
    argument: str | None = None,
    negated: bool = False,
) -> Expectation:
    question = Question(query=query, argument=argument)
    return Expectation(question=question, predicate=predicate, value=value, negated=negated)  # type: ignore[arg-type]


CANONICAL = [
    ("status == 200", expectation(QUERIES["status"], Predicate.EQUALS, 200)),
    ("status != 404", expectation(QUERIES["status"], Predicate.DIFFERS, 404)),
    ("status >= 400", expectation(QUERIES["status"], Predicate.AT_LEAST, 400)),
    ("redirects <= 2.5", expectation(QUERIES["redirects"], Predicate.AT_MOST, 2.5)),
    ('arg "post_id" == -5', expectation(QUERIES["arg"], Predicate.EQUALS, -5, argument="post_id")),
    ('arg "name" == "5"', expectation(QUERIES["arg"], Predicate.EQUALS, "5", argument="name")),
    ('arg "tags" contains null', expectation(QUERIES["arg"], Predicate.CONTAINS, argument="tags")),
    ("view not exists", expectation(QUERIES["view"], Predicate.EXISTS, negated=True)),
    ("body isEmpty", expectation(QUERIES["body"], Predicate.IS_EMPTY)),
    ('body == "a\\n\\"b\\" é"', expectation(QUERIES["body"], Predicate.EQUALS, 'a\n"b" é')),
    (
        'body not matches "^[0-9]+$"',
        expectation(QUERIES["body"], Predicate.MATCHES, "^[0-9]+$", negated=True),
    ),
    (
        'json == {"a": [1, null, true]}',
        expectation(QUERIES["json"], Predicate.EQUALS, {"a": [1, None, True]}),
    ),
    ('json "a.b[0]" == null', expectation(QUERIES["json"], Predicate.EQUALS, argument="a.b[0]")),
    (
        'header "Allow" contains "POST"',
        expectation(QUERIES["header"], Predicate.CONTAINS, "POST", argument="Allow"),
    ),
    (
        'candidate "/post/<int:post_id>" == "almost"',
        expectation(QUERIES["candidate"], Predicate.EQUALS, "almost", argument="/post/<int:post_id>"),
    ),
    ('outcome == "not_tried"', expectation(QUERIES["outcome"], Predicate.EQUALS, "not_tried")),
    ('load == "AssertionError"', expectation(QUERIES["load"], Predicate.EQUALS, "AssertionError")),
    ('template "base.html" exists', expectation(QUERIES["template"], Predicate.EXISTS, argument="base.html")),
    ("template exists", expectation(QUERIES["template"], Predicate.EXISTS)),
    (
        'note "app_run_ignored" exists',
        expectation(QUERIES["note"], Predicate.EXISTS, argument="app_run_ignored"),
    ),
]


@each(("text", "record"), CANONICAL)
def test_canonical_texts_are_read_and_written(text: str, record: Expectation) -> None:
    assert read_expectation(text) == record
    assert expectation_text(record) == text


@each(
    ("loose", "canonical"),
    [
        ("status==200", "status == 200"),
        ("  status  ==  200  ", "status == 200"),
        ('arg"x"=="y"', 'arg "x" == "y"'),
        ('body\tcontains\t"x"', 'body contains "x"'),
        ('json=={"a":1}', 'json == {"a": 1}'),
        ('body == "\\u00e9"', 'body == "é"'),
    ],
)
def test_blanks_and_escapes_are_free(loose: str, canonical: str) -> None:
    assert expectation_text(read_expectation(loose)) == canonical


@each("text", ["status", 'arg "post_id"', 'json "a[0]"', "json", 'header "Set-Cookie"'])
def test_questions_are_read_and_written(text: str) -> None:
    assert question_text(read_question(text)) == text


ERRORS = [
    ("", "it is empty"),
    ("statsu == 200", "did you mean 'status'?"),
    ("STATUS == 200", "there is no query 'STATUS'; did you mean 'status'?"),
    ("status", "a predicate is missing"),
    ("status = 200", "did you mean '=='?"),
    ("status is 200", "did you mean '=='?"),
    ('body startswith "x"', "did you mean 'startsWith'?"),
    ("status 200", "'200' is not a predicate"),
    ("status ==", "missing; write it after =="),
    ('status == "200"', "status is a whole number; write it without quotes"),
    ("status == true", "status is a whole number"),
    ('status contains "2"', "status is a number; compare it with"),
    ("status isEmpty", "status is a number; compare it with"),
    ("view == 3", "view is text; write it in double quotes"),
    ("view == null", "view not exists"),
    ("view == home", 'write strings in double quotes: "home"'),
    ("view == 'home'", 'write strings in double quotes: "home"'),
    ("view < 3", "view is text, and < compares numbers"),
    ('arg "x" < "a"', 'compares numbers, and "a" is not a number'),
    ("arg == 1", "arg needs a variable of the rule, in double quotes"),
    ("arg x == 1", "arg needs a variable of the rule, in double quotes"),
    ('body "x" == "y"', "body takes no argument"),
    ('arg "x" == True', "True is Python; expectations have true"),
    ('arg "x" == NaN', "write strings in double quotes"),
    ('arg "x" == 1e999', "is not a JSON value"),
    ('arg "x" == 1 2', "it should end after 1"),
    ("view exists 1", "it should end before '1'"),
    ("status == 200 and view exists", "one expectation for each thing"),
    ('json "a..b" exists', "'a..b' is not a path into JSON"),
    ('body matches "["', "'[' is not a regular expression"),
    ('body matches "[[a]"', "'[[a]' is not a regular expression"),
    ("body contains 3", "contains takes a string in double quotes"),
    ('outcome == "match"', "did you mean 'matched'?"),
    ('candidate "/a" == "matched"', "did you mean 'match'?"),
    ("json == " + "[" * 100_000, "nested too deeply"),
    ("status == " + "9" * 5000, "is not a JSON value"),
]


@each(("text", "problem"), ERRORS)
def test_each_error_is_one_line_that_says_what_next(text: str, problem: str) -> None:
    with pytest.raises(ExpectationError) as caught:
        read_expectation(text)
    assert problem in str(caught.value)
    assert "\n" not in str(caught.value)
    assert len(str(caught.value)) < 250


words = st.text(st.characters(exclude_categories=["Cs"]), max_size=12)
json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | words,
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(words, inner, max_size=3),
    max_leaves=6,
)
keys = st.text(st.characters(exclude_characters=".[]", exclude_categories=["Cs"]), min_size=1, max_size=5)
paths = st.lists(keys | st.integers(0, 99), min_size=1, max_size=4).map(tuple)


@st.composite
def sensible(draw: st.DrawFn) -> Expectation:
    """Draw an expectation that says something a trace could fulfil."""
    query = draw(st.sampled_from(tuple(QUERIES.values())))
    argument = None
    if query.argument is not None and (query.argument.required or draw(st.booleans())):
        argument = json_path_text(draw(paths)) if query is QUERIES["json"] else draw(words)
    of_number = (Predicate.EQUALS, Predicate.DIFFERS, Predicate.BELOW, Predicate.AT_LEAST, Predicate.EXISTS)
    of_text = tuple(
        set(Predicate) - {Predicate.BELOW, Predicate.AT_MOST, Predicate.ABOVE, Predicate.AT_LEAST}
    )
    value: object = None
    match query.gives:
        case Gives.NUMBER:
            predicate, value = draw(st.sampled_from(of_number)), draw(st.integers())
        case Gives.TEXT:
            predicate = draw(st.sampled_from(of_text))
            value = draw(st.sampled_from(query.words)) if query.words else draw(words)
        case Gives.ANY:
            predicate = draw(st.sampled_from((Predicate.EQUALS, Predicate.DIFFERS, Predicate.CONTAINS)))
            value = draw(json_values)
    if predicate is Predicate.MATCHES:
        value = draw(st.sampled_from(["^a+$", "[0-9]", r"\.html$", ""]))
    if predicate in WITHOUT_VALUE:
        value = None
    return expectation(query, predicate, value, argument=argument, negated=draw(st.booleans()))


@given(sensible())
@settings(max_examples=examples(60))
def test_what_is_written_is_read_again(record: Expectation) -> None:
    again = read_expectation(expectation_text(record))
    assert again == record
    # 1 == True in Python, so the values are compared as they are written, too.
    assert expectation_text(again) == expectation_text(record)
    assert json.dumps(again.value) == json.dumps(record.value)


pieces = st.sampled_from(
    [*QUERIES]
    + [predicate.value for predicate in Predicate]
    + ["not", '"a"', "200", "=", "null", "[1", '"', "'x'", "True", "-", "\x1b[0m", "é", "{}", "and", "<"]
)
nonsense = st.one_of(st.text(max_size=60), st.lists(pieces, max_size=7).map(" ".join))


@given(nonsense)
@settings(max_examples=examples(200))
def test_nonsense_gives_one_clear_line(text: str) -> None:
    try:
        record = read_expectation(text)
    except ExpectationError as error:
        said = str(error)
        assert said.isprintable() or not text.isprintable()
        assert len(said.splitlines()) == 1
        assert len(said) < 200 + len(" ".join(QUERIES))
        assert said.partition(": ")[2]
    else:
        assert read_expectation(expectation_text(record)) == record


@given(paths)
def test_json_paths_are_read_and_written(path: tuple[str | int, ...]) -> None:
    assert json_path(json_path_text(path)) == path


@each("text", ["", ".", "a.", ".a", "a..b", "[", "a[", "a[x]", "[1]a", "a]"])
def test_what_is_no_json_path(text: str) -> None:
    assert json_path(text) is None

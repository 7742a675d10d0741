"""TOML that cannot be read is told with what was meant, and what is offered can be read."""

from __future__ import annotations

import tomllib

import pytest

from routelab.lessons.tomlproblem import toml_problem
from tables import each

# What an author writes, and the line that is offered.
MEANT = [
    ("kind = try", 'kind = "try"'),
    ("ask = Send a request, please.", 'ask = "Send a request, please."'),
    ('kind: "try"', 'kind = "try"'),
    ("ask = “Send it.”", 'ask = "Send it."'),
    ("expect = [‘status == 200’]", "expect = ['status == 200']"),
    ('kind = "try",', 'kind = "try"'),
    ("optional = True", "optional = true"),
    ("loads = False", "loads = false"),
    ('expect = [view == "home"]', """expect = ['view == "home"']"""),
    ("expect = [status == 200, view exists]", "expect = ['status == 200', 'view exists']"),
    ('hints = ["One." "Two."]', 'hints = ["One.", "Two."]'),
    ('ask = "Send it.', 'ask = "Send it."'),
    ('after = "It is in C:\\Users."', 'after = "It is in C:\\\\Users."'),
    ('ask = "Say "hello"."', r'ask = "Say \"hello\"."'),
    ("ask = 'It's yours.'", 'ask = "It\'s yours."'),
]
OTHERWISE = [
    ('kind = "try"\n\n## The next page\n\nIt says more.', 5, "the block above has no end"),
    ('kind = "try"\n```toml task', 2, "the block above has no end"),
    ('kind = "try"\nask = "a"\nask = "b"', 3, "ask is in this table already"),
    ("[check]\na = 1\n[check]\na = 2", 3, "where there may be several, write [[check]]"),
    ("ask = ", 1, "this is not TOML: Invalid value; correct the line"),
    ('say = """never ends\nnever', 2, "this is not TOML: Unterminated string; correct the line"),
    (f"ask = {'long ' * 30}", 1, "this is not TOML: text is in quotes; correct the line"),
]


def told(text: str) -> tuple[int, str]:
    with pytest.raises(tomllib.TOMLDecodeError) as failed:
        tomllib.loads(text)
    return toml_problem(text, failed.value)


@each(("line", "meant"), MEANT)
def test_the_line_that_was_meant_is_offered(line: str, meant: str) -> None:
    number, problem = told(f'first = 1\n{line}\nlast = "x"\n')
    assert (number, problem.startswith("this is not TOML: ")) == (2, True)
    assert problem.endswith(f"; write {meant}")
    assert tomllib.loads(meant)


@each(("text", "line", "problem"), OTHERWISE)
def test_what_no_line_mends_is_told_all_the_same(text: str, line: int, problem: str) -> None:
    number, said = told(text)
    assert number == line
    assert problem in said

"""A template's text is parsed once for all environments that read it alike, which keeps none of them."""

from __future__ import annotations

import gc
from typing import Any
from weakref import ref

import pytest
from jinja2 import Environment, TemplateSyntaxError

from routelab.tracing.watching.templates.text import TemplateText

TEXT = '{% extends "base.html" %}{{ name }}'


def parsed(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    texts: list[str] = []
    parse = Environment._parse

    def noting(environment: Any, source: str, *more: Any) -> Any:
        texts.append(source)
        return parse(environment, source, *more)

    monkeypatch.setattr(Environment, "_parse", noting)
    return texts


def test_the_same_text_is_parsed_once_and_keeps_no_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(Environment):
        pass

    texts, first, kind = parsed(monkeypatch), Own(), ref(Own)
    assert TemplateText(first, TEXT).extends == TemplateText(Own(), TEXT).extends == "base.html"
    assert texts == [TEXT]
    gone = ref(first)
    del first, Own
    gc.collect()
    assert gone() is None
    assert kind() is None


def test_whatever_reads_otherwise_is_asked_itself(monkeypatch: pytest.MonkeyPatch) -> None:
    class Own(Environment):
        def _parse(self, source: str, *more: Any) -> Any:
            return super()._parse(source.replace("base", "own"), *more)

    class Replaces(Environment):
        pass

    replaced = Replaces()
    replaced.__dict__["_parse"] = lambda source, *more: Environment._parse(
        replaced, source.replace("base", "mine"), *more
    )
    texts = parsed(monkeypatch)
    environments = (
        Replaces(), replaced, Own(), Replaces(block_start_string="<%", block_end_string="%>"),
        Replaces(extensions=["jinja2.ext.do"]),
    )  # fmt: skip
    found = [TemplateText(environment, TEXT).extends for environment in environments]
    assert found == ["base.html", "mine.html", "own.html", None, "base.html"]
    assert len(texts) == len(environments)


def test_what_is_no_template_is_refused_each_time() -> None:
    for _ in range(2):
        with pytest.raises(TemplateSyntaxError, match="unknown tag"):
            TemplateText(Environment(), "{% nothing %}")

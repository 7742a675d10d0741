"""What is said of a template that Jinja cannot read: what was meant, where that is clear, and nothing else."""

from __future__ import annotations

from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of, write_app
from truth.shown import plain

SOURCE = """from flask import Flask, render_template
app = Flask(__name__)
@app.get("/page/<name>")
def page(name): return render_template(f"{name}.html", x=1, y=[1])
@app.get("/index")
def index(): return "index"
"""
MEANT = {
    "{% if x = 1 %}a{% endif %}": "A comparison is written ==.",
    "{% if x %}{% elif x = 2 %}{% endif %}": "A comparison is written ==.",
    "{{ x = 1 }}": "{{ ... }} prints a value; {% set name = value %} gives a name one.",
    "a\n{{ x }\n{{ y }}": "The {{ in line 2 is closed by }}.",
    "a\n{{ x": "The {{ in line 2 is closed by }}.",
    "{% if x }a{% endif %}": "The {% if in line 1 is closed by %}.",
    "{% if x %}\n{% for i in y %}\na\n{% endif %}": "{% for %} in line 2 is still open there: {% endfor %} comes before {% endif %}.",
    "{% if x %}{% for i in y %}{% endif %}{% endfor %}": "{% for %} in line 1 is still open there",
    "a\n{% for i in y %}{% if i %}{% endif %}": "{% for %} in line 2 is not closed: {% endfor %} is missing.",
    "{% if x %}a{% else if y %}b{% endif %}": "In a template else if is one word: {% elif ... %}.",
    "{% if x %}a{% elseif y %}b{% endif %}": "In a template else if is one word: {% elif ... %}.",
    "{% if x %}a{% endif %}{% endif %}": "No {% if %} is open there that {% endif %} could close.",
    "{% else %}": "No {% if %} is open there that {% else %} could belong to.",
    "{% if x %}a{% end if %}": "That is one word: {% endif %}.",
    "{% fro i in y %}{% endfor %}": "There is a tag for.",
    "{% x %}": "A value is printed by {{ x }}.",
    "{% url 'index' %}": "That is a tag of Django's: here {{ url_for('name_of_the_view') }} writes a URL.",
    "{% for i in y %}{% break %}{% endfor %}": "The tag break comes with an extension: jinja_env.add_extension('jinja2.ext.loopcontrols').",
    "{{ if x }}a{{ endif }}": "A statement is written in {% ... %}: {% if x %}.",
    "{% if x && y %}a{% endif %}": "A template has 'and' in place of &&.",
    "{% if x || y %}a{% endif %}": "A template has 'or' in place of ||.",
    "{% if !x %}a{% endif %}": "A template has 'not' in place of !.",
    "{% if x === 1 %}a{% endif %}": "A template has '==' in place of ===.",
    "{% if x !== 1 %}a{% endif %}": "A template has '!=' in place of !==.",
    "{% block a %}{% endblock %}{% block a %}{% endblock %}": "A template has a block of a name once; {{ self.a() }} shows it again.",
    "{{ x|upcase }}": "Jinja has a filter upper.",
    "{{ x|strftime }}": "A filter of the app's own is made by @app.template_filter('strftime').",
    "{% x = 1 %}": "A name is given a value by {% set x = ... %}.",
    "{% x += 1 %}": "A name is given a value by {% set x = ... %}.",
    "{% if {{ x }} %}a{% endif %}": "Inside a tag a name has no braces of its own.",
    "{{ url_for('index', x={{ x }}) }}": "Inside a tag a name has no braces of its own.",
    "{% for i of y %}{% endfor %}": "A loop is written {% for name in values %}.",
    "{{ x ? 1 : 2 }}": "A choice is written: this if test else that.",
    "{{ url_for('index) }}": "The text that begins with this quote does not end.",
    "{{ url_for(“index”) }}": "That is a typographic quote: text is written in ' or \".",
    "{% include page.html %}": "The name of a template is text, in quotes: {% include 'page.html' %}.",
    "{% extends base.html %}": "The name of a template is text, in quotes: {% extends 'base.html' %}.",
    "{{ url_for(index) }}": "url_for takes the endpoint as text, in quotes: url_for('index').",
}  # fmt: skip
NOT_CLEAR = (
    "{{ f(}}",
    "{{ x!r }}",
    "{% if x %}{% else %}{% elif y %}{% endif %}",
    "{{ {x} }}",
    "{{ index.path.more }}",
    "{% while x %}",
)
HEALTHY = (
    "{% if x == 1 and y is not none or not y %}a{% endif %}",
    "{{ url_for('index', x=x) }}",
    "{% for i in range(3): %}{{ i }}{% else %}none{% endfor %}",
    "{# {% if #}{% raw %}{{ x }{% endraw %}}}",
    "{% set x %}a{% endset %}{% set z = 1 %}{{ {'a': {'b': 1}}|length }}",
)


@pytest.mark.parametrize("engine", ENGINES)
def test_what_was_meant_is_said_where_it_is_clear(engine: str, tmp_path: Path) -> None:
    texts = (*MEANT, *NOT_CLEAR, *HEALTHY)
    for number, text in enumerate(texts):
        write_app(tmp_path, text, f"templates/{number}.html")
    with lab_of(tmp_path, SOURCE, engine) as lab:
        for number, text in enumerate(texts):
            trace = lab.send(f"GET /page/{number}")
            checked(trace)
            shown = plain(trace, verbose=True)
            assert shown.startswith("200 OK") is (text in HEALTHY), text
            assert text not in MEANT or f" {MEANT[text]}" in trace.cause, (text, trace.cause)
            assert "not_recorded" not in [note.code for note in trace.notes]
            if text in NOT_CLEAR:
                assert trace.answer.cause[1:] == (trace.answer.cause[-1],), trace.cause

"""The words in which a page asks of an app that is the learner's own: what is looked for, whatever its name.

A new word is one entry in the table of its family, which docs/lessons.md shows, too: what it finds, and the
sentence where it finds nothing. It must not know what is expected of what was found.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from typing import Final, NamedTuple
from urllib.parse import urlsplit

from routelab.lessons.mine.filling import TEXT
from routelab.lessons.mine.found import (
    NAMED,
    FoundThing,
    Looked,
    found_by,
    no_rule,
    rule_words,
    rules_in_words,
    thing_of,
)
from routelab.lessons.mine.look import Look, Visit, filled
from routelab.lessons.mine.tables import rows_in
from routelab.router import RouteRow
from routelab.routing.candidate import Verdict
from routelab.tracing.phrases import count
from routelab.tracing.steps.hook import HookStep
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.steps.template import TemplateStep
from routelab.tracing.trace import Trace

HTML = f"<b>{TEXT}</b>"
UNKNOWN_PATH = "/routelab-asks-for-a-page-that-nobody-wrote"
UNKNOWN_NUMBER = "987654"
UNKNOWN_TEXT = "nobody-wrote-this"
_STATIC = "static"
_NUMBERS = {"int", "float", "uuid", "any"}


class Subject(NamedTuple):
    """A word for what is looked for; `about` is what docs/lessons.md says of it."""

    name: str
    about: str
    look: Callable[[Look], Looked]
    alters: bool = False  # it sends what may change something, so nothing else is asked of that app


class Trait(NamedTuple):
    """What some rules have and others lack; `words` say it: "has a variable"."""

    words: str
    of: Callable[[RouteRow], bool]


def _converters(row: RouteRow) -> set[str]:
    return {kind.partition("(")[0] for _, kind in row.variables}


def _ends_with_slash(row: RouteRow) -> bool:
    return len(row.rule) > 1 and row.rule.endswith("/")


_VARIABLE = Trait("has a variable", lambda row: bool(row.variables))
_INT = Trait("has an int variable", lambda row: "int" in _converters(row))
_TEXT = Trait("has a string variable", lambda row: bool(row.variables) and not _NUMBERS & _converters(row))
_SLASH = Trait("ends with a slash", _ends_with_slash)
_GET_AND_POST = Trait("accepts both GET and POST", lambda row: {"GET", "POST"} <= set(row.methods))
_OF_BLUEPRINT = Trait("belongs to a blueprint", lambda row: "." in row.endpoint)


# Rules


def _rules(trait: Trait) -> Callable[[Look], Looked]:
    def looked(look: Look) -> Looked:
        found = tuple(FoundThing(rule_words(row)) for row in look.rules if trait.of(row))
        return Looked(found, no_rule(look, trait.words))

    return looked


def _two_rules(look: Look) -> Looked:
    views = [(row.place, row.endpoint) for row in look.rules]
    twice = [row for row in look.rules if views.count((row.place, row.endpoint)) > 1]
    alone = " Each leads to a function of its own." if look.rules else ""
    return Looked(tuple(FoundThing(rule_words(row)) for row in twice), f"{rules_in_words(look.rules)}{alone}")


def _other_file(look: Look) -> Looked:
    files = [row.place.file for row in look.rules]
    first = files[0] if files else ""
    main = next((it for it in files if it in ("app.py", "wsgi.py")), first)
    found = tuple(
        FoundThing(f"{rule_words(row)} in {row.place.file}") for row in look.rules if row.place.file != main
    )
    all_in = f" All of them are in {main}." if look.rules else ""
    return Looked(found, f"{rules_in_words(look.rules)}{all_in}")


def _files_with_rules(look: Look) -> Looked:
    files = dict.fromkeys(row.place.file for row in look.rules)
    return Looked(tuple(FoundThing(f"{name}") for name in files), rules_in_words(look.rules))


_RULES = (
    Subject("rule", "each rule", _rules(Trait("is a rule", lambda _: True))),
    Subject("rule with a variable", "each rule with one", _rules(_VARIABLE)),
    Subject("rule with an int variable", "each rule with one", _rules(_INT)),
    Subject(
        "rule with a slash at the end", "each rule that ends in a slash, `/` itself left out", _rules(_SLASH)
    ),
    Subject("rule for GET and POST", "each rule that accepts both", _rules(_GET_AND_POST)),
    Subject(
        "rule of a blueprint",
        "each rule whose endpoint has a blueprint's name before the dot",
        _rules(_OF_BLUEPRINT),
    ),
    Subject("rule in another file", "each rule whose view is not in the file of the app", _other_file),
    Subject("file with rules", "each file that has a view", _files_with_rules),
    Subject(
        "view with two rules", "each rule that leads to a function to which another leads, too", _two_rules
    ),
)


# Pages


def _pages(trait: Trait) -> Callable[[Look], Looked]:
    def looked(look: Look) -> Looked:
        fitting = (visit for visit in look.visits if visit.row and trait.of(visit.row))
        return found_by(look, fitting, no_rule(look, trait.words))

    return looked


def _traced(tells: Callable[[Trace], bool], nothing: str) -> Callable[[Look], Looked]:
    """Look among all pages for those whose trace tells something."""

    def looked(look: Look) -> Looked:
        asked = look.visits
        has = f"Your app has {count(len(asked), 'page')}. {nothing}" if asked else rules_in_words(look.rules)
        return found_by(look, (visit for visit in asked if tells(visit.trace)), has)

    return looked


def _two_fit(trace: Trace) -> bool:
    match = trace.first(MatchStep)
    return match is not None and any(it.candidate.verdict is Verdict.SHADOWED for it in match.candidates)


def _extends(trace: Trace) -> bool:
    return any(isinstance(step, TemplateStep) and step.extends for step in trace.steps)


def _has_hook(trace: Trace) -> bool:
    return any(isinstance(step, HookStep) and step.call.place.file is not None for step in trace.steps)


def _query(look: Look) -> Looked:
    names = look.written.keys
    rows = [row for row in look.pages if not row.variables]
    found: list[Visit] = []
    for row in rows if names else ():
        asked = look.get(f"{row.rule}?{'&'.join(f'{name}={TEXT}' for name in names)}", row)
        plain = next((it for it in look.visits if it.row is row), None)
        if plain is None or asked.body != plain.body or asked.status != plain.status:
            found.append(asked)
    pages = count(len(rows), "page")
    wrote = (
        f"The names that your files look up are {', '.join(names[:6])}." if names else "No name is looked up."
    )
    return found_by(look, found, f"{pages} gave the same with a query and without one. {wrote}")


def _asked_with(value: str, trait: Trait) -> Callable[[Look], Looked]:
    """Ask for pages with one value in the place of each variable."""

    def looked(look: Look) -> Looked:
        rows = [row for row in look.pages if trait.of(row)]
        paths = [filled(row.rule, [value] * len(row.variables)) for row in rows]
        return found_by(look, map(look.get, paths, rows), no_rule(look, trait.words))

    return looked


def _without_slash(look: Look) -> Looked:
    """Ask for pages whose rule ends with a slash as somebody does who leaves it out."""
    rows = [row for row in look.pages if _ends_with_slash(row) and not row.variables]
    asked = (look.get(row.rule.rstrip("/"), row) for row in rows)
    return found_by(look, asked, no_rule(look, _SLASH.words))


def _redirected(look: Look) -> Looked:
    """Follow the redirects of pages and of what is sent."""
    asked = [*look.visits, *_sent(look)]
    found: dict[str, FoundThing] = {}
    for visit in asked:
        path = visit.leads_to
        if path and path not in found and path.rstrip("/") != visit.trace.request.path.rstrip("/"):
            there = look.get(path)
            found[path] = FoundThing(f"{thing_of(look, visit).said} -> GET {path}", there.trace)
    return Looked(tuple(found.values()), "None of your pages and forms is answered with a redirect.")


def _unknown_path(look: Look) -> Looked:
    return found_by(look, [look.get(UNKNOWN_PATH)], "")


_PAGES = (
    Subject(
        "page",
        "each page: a rule that accepts GET, at the first of its paths that is there",
        _pages(Trait("accepts GET", lambda _: True)),
    ),
    Subject("page with a variable", "the same, of rules with a variable", _pages(_VARIABLE)),
    Subject("page with an int variable", "the same, of rules with an int variable", _pages(_INT)),
    Subject("page of a blueprint", "the same, of a blueprint's rules", _pages(_OF_BLUEPRINT)),
    Subject(
        "path of two rules",
        "each page whose path another rule fits, too",
        _traced(_two_fit, "None of their paths fits a second rule."),
    ),
    Subject(
        "page that extends a template",
        "each page whose template extends another",
        _traced(_extends, "None of their templates extends another."),
    ),
    Subject(
        "page with a hook",
        "each page around which a hook of the app ran",
        _traced(_has_hook, "None of your hooks ran around them."),
    ),
    Subject(
        "page with a query",
        "each page that answers otherwise when a query names what the files look up",
        _query,
    ),
    Subject(
        "unknown number",
        f"each page with an int variable, at the number {UNKNOWN_NUMBER}",
        _asked_with(UNKNOWN_NUMBER, _INT),
    ),
    Subject(
        "unknown text",
        "each page with another variable, at a string that is in no file",
        _asked_with(UNKNOWN_TEXT, _TEXT),
    ),
    Subject(
        "HTML in a path",
        f"each page with a string variable, at `<b>{TEXT}`",
        _asked_with(f"<b>{TEXT}", _TEXT),
    ),
    Subject(
        "path without its slash",
        "each page whose rule ends with a slash, asked for without it",
        _without_slash,
    ),
    Subject(
        "page after a redirect", "the page of the same app that a redirect leads to", _redirected, alters=True
    ),
    Subject("unknown path", "a path that no rule was written for", _unknown_path),
)


# Links


def _links(look: Look) -> Looked:
    own = [urlsplit(visit.trace.request.path).path for visit in look.visits]
    found: dict[str, FoundThing] = {}
    for visit in look.visits:
        for link in visit.page.links:
            if link in found or urlsplit(link).path == visit.trace.request.path:
                continue
            asked = look.get(link)
            said = f"the link from {visit.trace.request.words} to {link}"
            found[link] = FoundThing(said, asked.trace)
    have = "Your one page has" if len(own) == 1 else f"Your {len(own)} pages with status 200 have"
    return Looked(tuple(found.values()), f"{have} no link to another page of yours.")


def _static(look: Look) -> Looked:
    paths = [path for visit in look.visits for path in visit.page.files if f"/{_STATIC}/" in path]
    found = tuple(FoundThing(f"GET {path}", look.get(path).trace) for path in dict.fromkeys(paths))
    return Looked(found, "None of your pages names a file in the folder `static`.")


def _url_for(look: Look) -> Looked:
    called = (FoundThing("`url_for(`"),) if look.written.links_built else ()
    return Looked(called, "Your files never call `url_for`.")


_LINKS = (
    Subject("link", "what each link from one page to another leads to", _links),
    Subject("static file", "each file below `static` that a page names", _static),
    Subject("call of url_for", "`url_for(` in code or templates", _url_for),
)


# What is sent


def _sent(look: Look) -> list[Visit]:
    """Send what can be sent: each form, a login that works, to each rule for POST what its view looks up."""
    forms = [look.fill_in(form, jar) for form, jar in look.forms]
    posts = [look.post(row) for row in look.rules if "POST" in row.methods]
    return [*forms, *look.logins, *(visit for visit in posts if visit is not None)]


def _sent_by(
    method: str, send: Callable[[Look, RouteRow], Visit | None], wanted: str = ""
) -> Callable[[Look], Looked]:
    def looked(look: Look) -> Looked:
        visits = [send(look, row) for row in look.rules if method in row.methods]
        sent = (visit for visit in visits if visit is not None)
        return found_by(look, sent, no_rule(look, wanted or f"accepts {method}"))

    return looked


def _counting(look: Look) -> Looked:
    """Ask for a page before something is sent to its own path and after."""
    found: list[Visit] = []
    rows = [row for row in look.rules if _GET_AND_POST.of(row)]
    for row in rows:
        path = next(iter(look.paths(row)))
        before, _, after = look.get(path, row), look.post(row), look.get(path, row)
        found += [after] if after.body != before.body else []
    same = f"{rules_in_words(tuple(rows))} What GET shows is the same before a POST and after it."
    return found_by(look, found, same if rows else no_rule(look, _GET_AND_POST.words))


def _no_form(look: Look) -> str:
    number = len(look.visits)
    have = "one page has" if number == 1 else f"{number} pages have"
    return f'Your {have} no form with `method="post"`.'


def _each_form(send: Callable[..., Visit]) -> Callable[[Look], Looked]:
    def looked(look: Look) -> Looked:
        sent = tuple(send(look, form, jar) for form, jar in look.forms)
        return found_by(look, sent, "" if sent else _no_form(look))

    return looked


def _after(text: str) -> Callable[[Look], Looked]:
    def looked(look: Look) -> Looked:
        found: list[Visit] = []
        for form, jar in look.forms:
            look.fill_in(form, jar, text)
            seen = look.visits_with(look.lab.cookies)
            found += [it for it in seen if TEXT in it.body and (text == TEXT or it.is_html)]
        forms = (
            _no_form(look)
            if not look.forms
            else f"None of your pages shows what was sent in {_sent_to(look)}."
        )
        return found_by(look, found, forms)

    return looked


def _sent_to(look: Look) -> str:
    return " or ".join(dict.fromkeys(f"the form for {form.path}" for form, _ in look.forms))


def _rows(look: Look) -> Looked:
    """Count what is in the files of SQLite before a form is sent and after."""
    found: list[FoundThing] = []
    tables: dict[str, int] = {}
    for form, jar in look.forms:
        before = rows_in(look.folder)
        visit = look.fill_in(form, jar)
        tables = rows_in(look.folder)
        sent, filled_up = thing_of(look, visit).said, [it for it in tables if tables[it] > before.get(it, 0)]
        found += [FoundThing(f"{sent} put a row into {name}", visit.trace) for name in filled_up]
    if not look.forms:
        return Looked((), _no_form(look))
    have = f"your tables are {', '.join(tables)}" if tables else "your folder has no SQLite file"
    return Looked(tuple(found), f"No table has a new row after {_sent_to(look)} was sent; {have}.")


def _kept_tables(look: Look) -> Looked:
    look.visits  # noqa: B018 - a table may be made when it is first needed
    found = tuple(FoundThing(f"table {name}") for name in rows_in(look.folder))
    return Looked(found, "Your folder has no SQLite file with a table, even after each page was asked for.")


_SENT = (
    Subject(
        "POST",
        "each form, filled in and sent, a login that works, and each rule that accepts POST, sent all names "
        "that the files look up",
        lambda look: found_by(look, _sent(look), no_rule(look, "accepts POST")),
        alters=True,
    ),
    Subject(
        "JSON",
        "each rule that accepts POST, sent a JSON object with all names that the files look up",
        _sent_by("POST", Look.post_json),
        alters=True,
    ),
    Subject(
        "JSON without names",
        "each of them that answers with JSON, sent an object with no name in it",
        _sent_by("POST", Look.post_empty_json, "answers JSON with JSON"),
        alters=True,
    ),
    Subject(
        "page after a POST",
        "each page that answers otherwise after a POST to its own path",
        _counting,
        alters=True,
    ),
    Subject(
        "form",
        "the answer to each form on a page, filled in and sent as a browser does",
        _each_form(Look.fill_in),
        alters=True,
    ),
    Subject(
        "form left empty",
        "the response to each form that is sent with empty fields",
        _each_form(Look.leave_empty),
        alters=True,
    ),
    Subject(
        "DELETE",
        "each rule that accepts DELETE, at the first of its paths that is there",
        _sent_by("DELETE", Look.delete),
        alters=True,
    ),
    Subject(
        "second DELETE",
        "the same, sent once more where it was answered without an error",
        _sent_by("DELETE", Look.delete_again),
        alters=True,
    ),
    Subject(
        "page after a form",
        f"each page that shows `{TEXT}` after a form was sent with it",
        _after(TEXT),
        alters=True,
    ),
    Subject("page after HTML in a form", f"the same, with `{HTML}` sent", _after(HTML), alters=True),
    Subject("table in SQLite", "each table in a file of SQLite", _kept_tables),
    Subject("row in SQLite", "each form that puts a row into a table", _rows, alters=True),
)


# A login


def _behind_login(look: Look) -> Looked:
    if not look.refused:
        return _closed(look)
    closed = ", ".join(thing_of(look, visit).said for visit in look.refused[:NAMED])
    tried = "your sign-up form and the names and passwords in your files were tried"
    return found_by(look, look.behind, f"Closed to a stranger: {closed}. No login worked, although {tried}.")


def _closed(look: Look) -> Looked:
    return found_by(
        look, look.refused, "None of your pages is closed to strangers: everyone can open each of them."
    )


_LOGIN = (
    Subject("page for some", "each page that is closed to a stranger", _closed),
    Subject(
        "page behind a login",
        "each page that is closed to a stranger, asked for with a login",
        _behind_login,
        alters=True,
    ),
)


# Tests


def _tests(look: Look) -> Looked:
    tests = look.written.tests
    whole = tuple(
        FoundThing(f"{test.name} in {test.file}") for test in tests if test.asserts and test.asks_app
    )
    if not tests:
        return Looked(whole, "There is no file `test_....py` with a function `test_...` in your folder.")
    lacks = "asserts nothing" if not tests[0].asserts else "is in a file that never calls `app.test_client()`"
    return Looked(whole, f"{tests[0].name} in {tests[0].file} {lacks}.")


_TESTS = (
    Subject(
        "test", "each function `test_...` that asserts something, in a file that uses `test_client`", _tests
    ),
)

_ALL = (*_RULES, *_PAGES, *_LINKS, *_SENT, *_LOGIN, *_TESTS)
SUBJECTS: Final[Mapping[str, Subject]] = {subject.name: subject for subject in _ALL}

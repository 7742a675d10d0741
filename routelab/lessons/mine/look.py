"""A look at one app that was loaded for it: its pages visited, its forms found, filled in and sent.

No path and no name is known beforehand: paths come from the app's own rules and links, values from its own
files. Every request is bounded in time, and so is their number. It must not know what is asked of the app.
"""

from __future__ import annotations

import json
import re
from collections.abc import Iterable, Iterator
from copy import deepcopy
from functools import cached_property
from itertools import islice, product
from pathlib import Path
from typing import Any, NamedTuple
from urllib.parse import quote, urlencode, urljoin, urlsplit

from routelab.cookies import CookieJar
from routelab.errors import RoutelabError
from routelab.fates import Policy
from routelab.lab import Lab
from routelab.lessons.mine.filling import NUMBER, TEXT, encoded, filled_in, left_empty, login_values
from routelab.lessons.mine.html import Form, PageLinks, read_page
from routelab.lessons.mine.project import own_files
from routelab.lessons.mine.written import Written
from routelab.requestline.record import URLENCODED, BodyKind, RequestLine
from routelab.router import RouteRow
from routelab.tracing.steps.match import MatchStep
from routelab.tracing.trace import Trace

_MOST_RULES, _MOST_TRIES, _MOST_FORMS, _MOST_KEYS = 40, 10, 12, 40
_MOST_STOPPED = 3  # requests that do not end: each costs its whole time limit
_REFUSED = (301, 302, 303, 307, 308, 401, 403)
_VARIABLE = re.compile(r"<(?:[^<>:]+(?:\([^<>]*\))?:)?(\w+)>")


class Visit(NamedTuple):
    """A request that was sent, and the rule that it was made for; None where it was made for none."""

    trace: Trace
    row: RouteRow | None = None

    @property
    def status(self) -> int:
        """The status, 0 where no response came."""
        return 0 if self.trace.response is None else self.trace.response.status

    @property
    def body(self) -> str:
        """The body as text."""
        return "" if self.trace.response is None else self.trace.response.body.decode("utf-8", "replace")

    @property
    def is_html(self) -> bool:
        """Whether a browser takes the body for a page."""
        response = self.trace.response
        return response is not None and "html" in (response.header("Content-Type") or "")

    @property
    def is_json(self) -> bool:
        """Whether a program takes the body for JSON."""
        response = self.trace.response
        return response is not None and response.header("Content-Type") == "application/json"

    @property
    def leads_to(self) -> str:
        """The path that it redirects to, "" where it does not."""
        location = "" if self.trace.response is None else self.trace.response.header("Location") or ""
        return urlsplit(urljoin(f"http://site{self.trace.request.path}", location)).path if location else ""

    @property
    def page(self) -> PageLinks:
        """What it leads to."""
        return read_page(self.body, self.trace.request.path) if self.is_html else PageLinks((), (), ())


class LoginKey(NamedTuple):
    """What opened a login: the form, and the values in it."""

    form: Form
    values: tuple[tuple[str, str], ...]


class _Entry(NamedTuple):
    """How somebody came in: what was sent, the cookies that came of it, and the pages that these open."""

    login: Visit
    jar: CookieJar
    behind: tuple[Visit, ...]


class Known:
    """What is known of an app from one look to the next, each at the app as it is when it has just loaded.

    Whether it is open to everybody; the key to its login, and whether any was looked for; its forms, and of
    each whether only somebody sees it who came in. A form with hidden values is none that could be known:
    they may be others each time.
    """

    def __init__(self) -> None:
        self.open = False
        self.key: LoginKey | None = None
        self.sought = False
        self.forms: tuple[tuple[Form, bool], ...] | None = None


class Look:
    """One app; `seconds` is the time limit of each request, `known` what earlier looks at it found out.

    `folder` has its files.
    """

    def __init__(
        self, lab: Lab, seconds: float, known: Known | None = None, folder: Path | None = None
    ) -> None:
        self.lab, self._seconds = lab, seconds
        self.folder = folder or lab.folder
        self._known = known or Known()
        self._stopped = 0

    def in_copy(self, lab: Lab) -> Look:
        """Look at a copy of this app: it was asked what this one was, and what was seen is so there, too."""
        look = Look(lab, self._seconds, self._known, self.folder)
        facts: Any = (Look.written, Look.rules, Look.visits)  # properties, which know their names
        for fact in facts:
            if fact.attrname in vars(self):
                vars(look)[fact.attrname] = vars(self)[fact.attrname]
        return look

    @cached_property
    def written(self) -> Written:
        """What is written in its files."""
        return Written(own_files(self.folder))

    @cached_property
    def rules(self) -> tuple[RouteRow, ...]:
        """The rules that the learner wrote, in the order in which they stand in their files."""
        rows = [
            row
            for row in self.lab.routes().routes
            if not row.builtin and not row.build_only and row.place.file is not None
        ]
        return tuple(sorted(rows, key=lambda row: (row.place.file or "", row.place.line or 0)))

    def rule_of(self, trace: Trace) -> RouteRow | None:
        """Find the rule that decided a request."""
        match = trace.last_hop.first(MatchStep)
        if match is None or match.endpoint is None:
            return None
        fitting = (row for row in self.rules if row.endpoint == match.endpoint and row.rule == match.rule)
        return next(fitting, None)

    # Requests

    def ask(self, line: RequestLine) -> Trace:
        """Send a request. Raises RoutelabError where too many did not end."""
        trace = self.lab.send(line, seconds=self._seconds, suggestions=False)
        if trace.response is None:
            self._stopped += 1
            if self._stopped >= _MOST_STOPPED:
                raise RoutelabError(
                    f"{_MOST_STOPPED} requests did not finish, and the last was {trace.request.words}; "
                    "does a loop in that view never end?"
                )
        return trace

    def get(self, path: str, row: RouteRow | None = None) -> Visit:
        """Ask for a path, with its query."""
        return Visit(self.ask(_line("GET", path)), row)

    def forget(self) -> None:
        """Come as somebody who was never here."""
        self.lab.cookies = CookieJar(Policy.BROWSER)

    # Pages

    @cached_property
    def visits(self) -> tuple[Visit, ...]:
        """Each page once, as a stranger sees it: the ones without a variable, then the others."""
        return tuple(self._visited(None))

    def visits_with(self, jar: CookieJar) -> tuple[Visit, ...]:
        """Each page once more, with these cookies each time, whatever a page does to them."""
        return tuple(self._visited(jar))

    @property
    def pages(self) -> tuple[RouteRow, ...]:
        """The rules that take GET."""
        return tuple(row for row in self.rules if not row.methods or "GET" in row.methods)[:_MOST_RULES]

    def _visited(self, jar: CookieJar | None) -> Iterator[Visit]:
        links: dict[str, None] = {}
        for row in sorted(self.pages, key=lambda row: len(row.variables)):
            visit = self._visit(row, links, jar)
            links |= dict.fromkeys(visit.page.links)
            yield visit

    def _visit(self, row: RouteRow, links: Iterable[str], jar: CookieJar | None) -> Visit:
        """Ask for a page by the first of its paths that is there, else by the first of all."""
        first: Visit | None = None
        for path in islice(self.paths(row, links), _MOST_TRIES):
            self.lab.cookies = CookieJar(Policy.BROWSER) if jar is None else deepcopy(jar)
            visit = self.get(path, row)
            if visit.status == 200:
                return visit
            first = first or visit
            if first.status in _REFUSED:
                break
        assert first is not None, "a rule has at least one path"
        return first

    def paths(self, row: RouteRow, links: Iterable[str] = ()) -> Iterator[str]:
        """Give paths that fit a rule: those that the app links to, then with values from its files."""
        if not row.variables:
            yield row.rule
            return
        fits = re.compile(_as_pattern(row.rule)).fullmatch
        linked = [link for link in links if fits(urlsplit(link).path)]
        yield from linked
        for values in product(*(self._values(kind) for _, kind in row.variables)):
            path = filled(row.rule, values)
            if path not in linked:
                yield path

    def _values(self, converter: str) -> list[str]:
        kind, _, inside = converter.partition("(")
        match kind:
            case "int":
                found = ["1", "2", "3", "0", *map(str, self.written.numbers)]
            case "float":
                found = ["1.5", "1.0", *map(str, self.written.numbers)]
            case "uuid":
                found = ["12345678-1234-5678-1234-567812345678"]
            case "any":
                found = [word.strip(" '\"") for word in inside.rstrip(")").split(",")]
            case _:
                found = [*self.written.values, TEXT]
        return list(dict.fromkeys(found))

    # Forms

    @cached_property
    def forms(self) -> tuple[tuple[Form, CookieJar], ...]:
        """The forms that are sent, each with the cookies of somebody who sees it."""
        known = self._known
        if known.forms is None or any(form.has_hidden for form, _ in known.forms):
            known.forms = self._found_forms()
        jars = {False: CookieJar(Policy.BROWSER)}
        if any(behind for _, behind in known.forms) and self.entered is not None:
            jars[True] = self.entered
        return tuple((form, jars[behind]) for form, behind in known.forms if behind in jars)

    def _found_forms(self) -> tuple[tuple[Form, bool], ...]:
        """Look for forms on all pages, as a stranger and as somebody who came in."""
        seen: dict[tuple[str, str], tuple[Form, bool]] = {}
        inside = () if self.entered is None else self.visits_with(self.entered)
        for behind, visits in ((False, self.visits), (True, inside)):
            for visit in visits:
                for form in visit.page.forms:
                    if form.method == "POST" and self._is_own(form):
                        seen.setdefault((form.path, str(form.fields)), (form, behind))
        return tuple(seen.values())[:_MOST_FORMS]

    def _is_own(self, form: Form) -> bool:
        return any(re.fullmatch(_as_pattern(row.rule), urlsplit(form.path).path) for row in self.rules)

    def fill_in(self, form: Form, jar: CookieJar, text: str = TEXT) -> Visit:
        """Send a form as a browser does, with a page's own hidden values; numbers where text is refused."""
        first: Visit | None = None
        for texts in ((text, text), (text, NUMBER), (NUMBER, NUMBER)):
            self.lab.cookies = deepcopy(jar)
            visit = self.send_form(form, filled_in(form, *texts))
            if 0 < visit.status < 400:
                return visit
            first = first or visit
        assert first is not None
        return first

    def leave_empty(self, form: Form, jar: CookieJar) -> Visit:
        """Send a form whose fields were not filled in; hidden values go along, and boxes are not ticked."""
        self.lab.cookies = deepcopy(jar)
        return self.send_form(form, left_empty(form))

    def send_form(self, form: Form, values: Iterable[tuple[str, str]]) -> Visit:
        """Send these values, fetching the form's hidden ones is up to the caller."""
        trace = self.ask(_posted(form.path, *encoded(form, values)))
        return Visit(trace, self.rule_of(trace))

    # Requests without a form

    def post(self, row: RouteRow) -> Visit | None:
        """Send to a rule each name that the files look up; None where it has no path."""
        bodies = (urlencode(dict.fromkeys(self.written.keys, value)) for value in (TEXT, NUMBER))
        return self._post(row, URLENCODED, tuple(bodies))

    def post_json(self, row: RouteRow) -> Visit | None:
        """Send JSON to a rule: an object with each name that the files look up."""
        bodies = (json.dumps(dict.fromkeys(self.written.keys, value)) for value in (TEXT, int(NUMBER)))
        return self._post(row, "application/json", tuple(bodies))

    def post_empty_json(self, row: RouteRow) -> Visit | None:
        """Send JSON with no name in it where a rule answered JSON with JSON; None where it did not."""
        full = self.post_json(row)
        if full is None or not full.is_json or full.status >= 400:
            return None
        return Visit(self.ask(_posted(full.trace.request.target, "application/json", b"{}")), row)

    def _post(self, row: RouteRow, kind: str, bodies: tuple[str, ...]) -> Visit | None:
        best: Visit | None = None
        for path, body in product(islice(self.paths(row), 3), bodies):
            line = _posted(path, kind, body.encode())
            best = _better(best, Visit(self.ask(line), row))
        return best

    def delete(self, row: RouteRow) -> Visit | None:
        """Delete what is at the first of a rule's paths where something is."""
        best: Visit | None = None
        for path in islice(self.paths(row), _MOST_TRIES):
            best = _better(best, Visit(self.ask(_line("DELETE", path)), row))
            if best.status < 400:
                break
        return best

    def delete_again(self, row: RouteRow) -> Visit | None:
        """Delete what is at one of a rule's paths, and then the same once more."""
        first = self.delete(row)
        return (
            first
            if first is None or first.status >= 400
            else Visit(self.ask(_line("DELETE", first.trace.request.target)), row)
        )

    # A login

    @cached_property
    def refused(self) -> tuple[Visit, ...]:
        """The pages that turn a stranger away: by a redirect to a page with a form, or as forbidden."""
        with_form = {visit.trace.request.path for visit in self.visits if visit.page.forms}
        return tuple(
            visit
            for visit in self.visits
            if visit.status in (401, 403) or (visit.status in _REFUSED and visit.leads_to in with_form)
        )

    @property
    def entered(self) -> CookieJar | None:
        """The cookies of somebody who came in where a stranger is turned away; None where nobody could."""
        return None if self._entry is None else self._entry.jar

    @property
    def behind(self) -> tuple[Visit, ...]:
        """The pages that were refused to a stranger, as somebody sees them who came in."""
        return () if self._entry is None else self._entry.behind

    @property
    def logins(self) -> tuple[Visit, ...]:
        """What was sent to come in, where that opened a page."""
        return () if self._entry is None else (self._entry.login,)

    @cached_property
    def _entry(self) -> _Entry | None:
        return next(self._entries(), None)

    def _entries(self) -> Iterator[_Entry]:
        known = self._known
        known.open = known.open or not self.refused
        if known.open or (known.sought and known.key is None):
            return
        if known.key is not None and (entered := self._entered_by(known.key)):
            yield entered
            return
        known.sought = True
        forms = [form for visit in self.visits for form in visit.page.forms if form.method == "POST"]
        forms.sort(key=lambda form: not form.has_password)
        for _ in range(2):  # whoever signs up first can log in then
            for form in dict.fromkeys(forms[:_MOST_FORMS]):
                for values in islice(login_values(form, self.written), _MOST_KEYS):
                    key = LoginKey(form, tuple(values))
                    if (entered := self._entered_by(key)) is not None:
                        known.key = key
                        yield entered
                        return

    def _entered_by(self, key: LoginKey) -> _Entry | None:
        """Try a key; None where it opens nothing."""
        self.forget()
        login = self.send_form(key.form, key.values)
        jar = self.lab.cookies
        seen = tuple(self._again(visit, jar) for visit in self.refused) if jar else ()
        opened = tuple(visit for visit in seen if visit.status == 200)
        return _Entry(login, jar, opened) if opened else None

    def _again(self, visit: Visit, jar: CookieJar) -> Visit:
        self.lab.cookies = deepcopy(jar)
        return self.get(visit.trace.request.target, visit.row)


def _line(method: str, path: str) -> RequestLine:
    """Make a request of a path with its query; raises RequestLineError where nobody could send it."""
    where, _, query = path.partition("?")
    return RequestLine(method=method, path=where, query_string=query)


def _posted(path: str, kind: str, body: bytes) -> RequestLine:
    """Make a request that sends a body of a type."""
    return _line("POST", path).replace(headers=(("Content-Type", kind),), body=body, kind=BodyKind.RAW)


def _better(one: Visit | None, other: Visit) -> Visit:
    return other if one is None or (one.status >= 400 > other.status > 0) else one


def _as_pattern(rule: str) -> str:
    """Return an expression for the paths of a rule, its variables taken for anything."""
    literals = _VARIABLE.split(rule)[::2]
    return "(.+)".join(map(re.escape, literals)) + "/?"


def filled(rule: str, values: Iterable[str]) -> str:
    """Put values into the places of a rule's variables, encoded as a path needs it."""
    texts = iter(values)
    return _VARIABLE.sub(lambda _: quote(next(texts), safe="/"), rule)

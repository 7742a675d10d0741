"""The request step: what came with a request, as the app will see it."""

from __future__ import annotations

from collections.abc import Iterator

from routelab.tracing.body_reads import EmptyRead
from routelab.tracing.facts import Pairs, Value
from routelab.tracing.keys_asked import ConvertedText, MissedKey
from routelab.tracing.phrases import count, cut, one_line, pairs, shown
from routelab.tracing.steps.step import Step


class RequestStep(Step):
    """The request as the app will see it: percent-decoded, its body read as form or JSON.

    `sent_path` is the path as it was sent, where that reads otherwise: "/AC%2FDC" for the path "/AC/DC".
    `script_root` is where the app is mounted, as it sees it, and `root_from_setting` that part of it which
    Flask's test client takes from the setting APPLICATION_ROOT; a server takes none from there.
    `scheme_from_setting` is the scheme that the client takes from PREFERRED_URL_SCHEME in the same way.
    `json_error` is the parser's message where the body says that it is JSON and is not; `body_size` is bytes.
    `reads` is what the app asked of the body in vain, and `conversions` are texts that were not converted;
    `missed` are keys that were not there, and that the request has elsewhere or nearly.
    """

    json_tag = ("kind", "request")

    method: str
    path: str
    sent_path: str | None = None
    script_root: str = ""
    root_from_setting: str = ""
    scheme_from_setting: str | None = None
    headers: Pairs = ()
    query: Pairs = ()
    form: Pairs = ()
    files: Pairs = ()
    json: Value | None = None
    json_error: str | None = None
    cookies: Pairs = ()
    body_size: int = 0
    reads: tuple[EmptyRead, ...] = ()
    conversions: tuple[ConvertedText, ...] = ()
    missed: tuple[MissedKey, ...] = ()

    @property
    def headline(self) -> str:
        """Say what was asked for: "path /search, query q='cat'"; what did not come is not said."""
        mounted = self.script_root != self.root_from_setting
        root = f", below {self.script_root}" if mounted and self.script_root else ""
        sent = f", sent as {cut(self.sent_path)}" if self.sent_path else ""
        query = f", query {pairs(self.query)}" if self.query else ""
        body = self._body()
        path = f"path {cut(self.path)}" if self.path else "an empty path"
        return f"{path}{root}{sent}{query}" + (f", {body}" if body else "")

    @property
    def tells_more(self) -> bool:
        """Whether anything came but a method and a path, which a result's first line names."""
        more = self.details or self.query or self.sent_path or self.script_root or self.body_size
        return bool(more)

    def _details(self) -> Iterator[str]:
        if self.root_from_setting:
            yield (
                f"request.script_root begins with {self.root_from_setting}: Flask's test client takes that "
                "from APPLICATION_ROOT; a server does not, there it is empty unless the server or middleware "
                "says otherwise"
            )
        if self.scheme_from_setting:
            yield (
                f"the scheme is {self.scheme_from_setting}: Flask's test client takes it from "
                "PREFERRED_URL_SCHEME; a server takes it from the connection"
            )
        if self.headers:
            yield f"headers {pairs(self.headers)}"
        if self.form:
            yield f"form {pairs(self.form)}"
        if self.files:
            yield f"files {pairs(self.files)}"
        if self.json is not None:
            yield f"json {shown(self.json)}"
        if self.json_error:
            yield f"the JSON parser says: {one_line(self.json_error)}"
        if self.cookies:
            yield f"cookies {pairs(self.cookies)}"
        yield from (read.words for read in self.reads)
        yield from (asked.words for asked in self.conversions)
        yield from (asked.words for asked in self.missed)

    def _body(self) -> str:
        if self.form or self.files:
            return "a form in the body"
        if self.json is not None:
            return "JSON in the body"
        if self.json_error:
            return "a body that is not the JSON it says"
        return f"a body of {count(self.body_size, 'byte')}" if self.body_size else ""

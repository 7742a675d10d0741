"""What an app asked its request for by name and did not get: `request.args.get("page", type=int)`.

Facts, and the words for them; it knows no request.
"""

from __future__ import annotations

from routelab.record import Record


class MissedKey(Record):
    """A key that was not there, where the request has one like it, or has it elsewhere.

    `written` is how the app asked, "request.args.get('pag')"; file and line are the app's own. `near` is a
    key that is there, `elsewhere` the attributes of the request that have this one: "form".
    """

    written: str
    asked_of: str
    key: str
    near: str | None = None
    elsewhere: tuple[str, ...] = ()
    file: str | None = None
    line: int | None = None

    @property
    def words(self) -> str:
        """Say what was asked, and what the request has."""
        has = ", ".join(f"request.{name}" for name in self.elsewhere)
        why = f"it came in {has}" if has else f"the request has {self.near!r}"
        return f"{self.written} at {self.file}:{self.line} found no {self.key!r}: {why}"


class ConvertedText(Record):
    """A text that was not converted, or that `bool` was asked about, which asks only whether it is empty.

    `written` is how the app asked, "request.args.get('page', 1, type=int)"; file and line are the app's own.
    `gave` is what it got, as Python writes it; None where a list left the text out. `raised` is the type of
    the error that the converter raised, which Werkzeug takes for "no value"; None for `bool`.
    """

    written: str
    text: str
    converter: str
    gave: str | None = None
    raised: str | None = None
    file: str | None = None
    line: int | None = None

    @property
    def words(self) -> str:
        """Say what was asked, what came of it, and why."""
        came = f"left {self.text!r} out" if self.gave is None else f"gave {self.gave}"
        return f"{self.written} at {self.file}:{self.line} {came}: {self._why()}"

    def _why(self) -> str:
        called = f"{self.converter}({self.text!r})"
        if self.raised is not None:
            instead = "" if self.gave is None else ", and then the default is taken"
            return f"{called} raised {self.raised}{instead}"
        return f"{called} says only that the text is {'not ' if self.text else ''}empty"

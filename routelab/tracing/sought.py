"""A file that was looked for, and what else has its name. Facts and their sentences.

It knows no disk and no app.
"""

from __future__ import annotations

from collections.abc import Iterator

from routelab.record import Record


class OtherFile(Record):
    """A file that has the name of the one that was looked for.

    `case` tells that it differs in capital letters only. A file that Flask sends by itself has an `endpoint`,
    its `rule`, and the `url` that this builds; `goes_to` is another endpoint that gets this URL in its place.
    Without an endpoint it has a `url` where Flask sends it under another name than was looked for.
    """

    file: str
    case: bool = False
    endpoint: str | None = None
    rule: str | None = None
    url: str | None = None
    goes_to: str | None = None

    @property
    def text(self) -> str:
        """Say what is known of it: "img/A.png differs in capital letters only"."""
        if self.endpoint is None:
            if self.case:
                return f"{self.file} differs from that in capital letters only"
            url = "" if self.url is None else f"; its URL is {self.url}"
            return f"{self.file} has that name, too, in another folder{url}"
        whose = f"{self.file} has that name, too, and belongs to {self.endpoint}, whose rule is {self.rule}"
        if self.goes_to is not None:
            return f"{whose}; its URL would be {self.url}, but the router gives that to {self.goes_to}"
        return whose if self.url is None else f"{whose}; its URL is {self.url}"


class SoughtFile(Record):
    """A file that a function of Flask's, or `open`, looked for.

    `name` is what was asked for, `folder` the folder that it was asked for in, `path` both together, all but
    the name as seen from the app's folder. `refused`: the name leads out of the folder. `started` is the
    current folder where a relative path was given to `open`.
    """

    json_told = ("texts",)

    name: str
    folder: str | None = None
    path: str
    found: bool
    refused: bool = False
    is_folder: bool = False
    no_folder: bool = False
    started: str | None = None
    others: tuple[OtherFile, ...] = ()

    @property
    def texts(self) -> tuple[str, ...]:
        """Say where it was looked for, what was there, and where else one of that name is."""
        return tuple(self._texts())

    def _texts(self) -> Iterator[str]:
        if self.refused:
            yield f"{self.name!r} leads out of the folder {self.folder}, so Flask looked for no file"
            return
        if self.found:
            yield f"the file is {self.path}"
        elif self.is_folder:
            yield f"looked for {self.path}: that is a folder, not a file"
        elif self.no_folder:
            yield f"looked for {self.path}: there is no folder {self.folder}"
        else:
            yield f"looked for {self.path}: there is no such file"
        if self.started is not None and not self.found:
            here = "the app's folder" if self.started == "." else self.started
            yield f"a relative path that is opened starts at the current folder, here {here}"
        for other in self.others:
            yield other.text

"""The template step: a template was loaded, and given its variables."""

from __future__ import annotations

from collections.abc import Iterator

from routelab.nearest import nearest
from routelab.record import Record
from routelab.tracing.facts import NOWHERE, NamedValue, Place, Raised
from routelab.tracing.phrases import arguments, count, quoted, raised
from routelab.tracing.steps.step import Importance, Step
from routelab.tracing.steps.undefined import Undefined

FROM_TEXT = "<text>"
_ORDER = "the app's own folder is searched first, then the blueprints' in the order of their registration"


class SameName(Record):
    """Another file that has the template's name, and the blueprint whose folder it is in, None for the app's.

    `later` tells whether it is looked for after the one that was used.
    """

    file: str
    blueprint: str | None = None
    later: bool = True


class Unrendered(Record):
    """A part of a template that extends another, and which is not rendered: text, or a whole block.

    `block` is the name of a block that no template above has; without one, `text` is outside the blocks.
    """

    line: int
    text: str = ""
    block: str | None = None


class TemplateStep(Step):
    """A template was loaded, by the view or (then with a parent) by another template.

    `file` is where it was found, from the app's folder, and `same_name` what else has that name. `context` is
    what the view gave it, `undefined` what it asked for that was not there, `missing` the names among that.
    `extends` is the template that it extends, `unrendered` what is lost then. `error_line` is the line of the
    template that `raised`, `error_hint` what was probably meant there; `in_comment`: it lies in an HTML
    comment, which Jinja reads like any text. Only where it was not found: `searched` are the folders where it
    was looked for, `no_folders` those of them that are not there, `available` the templates that are there,
    `elsewhere` files of that name that are in none of the folders; `optional` says that the template that
    asked for it did so with `ignore missing`. `choices` are the names where the first that exists was asked
    for. `times` is how often it was loaded in a row, as in a loop, where all went alike.
    """

    json_tag = ("kind", "template")

    name: str
    parent: str | None = None
    file: str | None = None
    blueprint: str | None = None
    same_name: tuple[SameName, ...] = ()
    choices: tuple[str, ...] = ()
    context: tuple[NamedValue, ...] = ()
    undefined: tuple[Undefined, ...] = ()
    missing: tuple[str, ...] = ()
    extends: str | None = None
    unrendered: tuple[Unrendered, ...] = ()
    raised: Raised | None = None
    error_line: int | None = None
    error_hint: str | None = None
    in_comment: bool = False
    optional: bool = False
    searched: tuple[str, ...] = ()
    no_folders: tuple[str, ...] = ()
    available: tuple[str, ...] = ()
    elsewhere: tuple[str, ...] = ()
    times: int = 1

    @property
    def headline(self) -> str:
        """Return "base.html, asked for by child.html"."""
        by = "itself" if self.parent == self.name else self.parent
        asked = f", asked for by {by}" if by else ""
        return self.name + asked + (f" {self.times} times in a row" if self.times > 1 else "")

    @property
    def at(self) -> Place:
        return NOWHERE if self.file is None else Place(file=self.file, line=self.error_line)

    def _details(self) -> Iterator[str]:
        if len(self.choices) > 1:
            yield f"the first that exists was asked for: {', '.join(self.choices)}"
        if self.context:
            yield f"with {arguments(self.context)}"
        yield from self._others()
        for part in self.unrendered:
            yield self._lost(part)
        for each in self.undefined:
            yield each.text
        if self.raised:
            yield self._raised(self.raised)
        if self.error_hint:
            yield self.error_hint
        if self.searched:
            yield from self._search()

    def _others(self) -> Iterator[str]:
        used = self.file if self.blueprint is None else f"{self.file} (of blueprint {self.blueprint})"
        for other in self.same_name:
            whose = "" if other.blueprint is None else f" (of blueprint {other.blueprint})"
            if not other.later:
                yield f"{used} was used; {other.file}{whose} has its name, too"
                continue
            order = "" if other.blueprint == self.blueprint else f": {_ORDER}"
            yield f"{used} was found first; {other.file}{whose} has its name and comes later{order}"

    def _lost(self, part: Unrendered) -> str:
        if part.block is not None:
            return (
                f"line {part.line}: the block {part.block} is in no template that {self.name} extends, so it "
                "is never rendered"
            )
        return (
            f"line {part.line}: {quoted(part.text, 40)} is outside the blocks: {self.name} extends "
            f"{self.extends}, and then only its blocks are rendered, so this text is never shown"
        )

    def _raised(self, error: Raised) -> str:
        said = raised(error)
        if error.file is not None or self.error_line is None:
            return said
        return f"{said} in line {self.error_line} of {'the text' if self.name == FROM_TEXT else self.name}"

    @property
    def meant(self) -> str | None:
        """The template there that may be meant: its name differs in letters, or in its ending."""
        name = self.name.strip().replace("\\", "/").removeprefix("/")
        written = {each.lower(): each for each in reversed(self.available)}
        stems = {each.rpartition(".")[0].lower(): each for each in reversed(self.available)}
        stem = name.rpartition(".")[0] or name
        same = written.get(name.lower()) or stems.get(stem.lower()) or stems.get(name.lower())
        return same or nearest(name, self.available, cutoff=0.75)

    @property
    def slip(self) -> str | None:
        """Say what of the name no template has."""
        if "\\" in self.name:
            return "the parts of a template's name have / between them, on every system"
        return "a blank at its end is part of a name" if self.name != self.name.strip() else None

    @property
    def climbs(self) -> str | None:
        """Say why no file was looked for, where the name has a `..`; None where one was."""
        if not self.searched or ".." not in self.name.split("/"):
            return None
        parts = self.name.split("/")
        tails = ("/".join(parts[at:]) for at in range(1, len(parts)))
        meant = next((tail for tail in tails if tail in self.available), None)
        said = "Jinja looks for no file by a name with '..' in it: names lead down from the templates' folder"
        return said if meant is None else f"{said}, as {meant} does"

    def _search(self) -> Iterator[str]:
        folders = (
            f"{each} (there is no such folder)" if each in self.no_folders else each for each in self.searched
        )
        yield self.climbs or f"looked for in {', '.join(folders)}"
        yield (
            f"templates there: {', '.join(self.available)}"
            if self.available
            else "there is no template there"
        )
        if self.elsewhere and self.climbs is None:
            have = "has" if len(self.elsewhere) == 1 else "have"
            number = count(len(self.elsewhere), "file")
            yield f"{number} elsewhere {have} that name, or a similar one: {', '.join(self.elsewhere)}"
        if self.optional:
            who = self.parent or "the template made from a string"
            yield f'{who} includes it with "ignore missing", so nothing is put in its place'

    @property
    def importance(self) -> Importance:
        """A template that could not be loaded or rendered decided the failure."""
        return Importance.SHOWN if self.raised is None or self.optional else Importance.DECIDES

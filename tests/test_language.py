"""The language that is spoken: whole sentences from a catalogue, English where there is none, and a choice that stays."""

from __future__ import annotations

import ast
from collections.abc import Iterator
from gettext import GNUTranslations
from io import StringIO
from pathlib import Path
from string import Formatter

import pytest
from babel.messages.catalog import Catalog
from babel.messages.pofile import read_po

from routelab import language
from routelab.cli import main
from routelab.errors import RoutelabError, UsageError
from routelab.lessons.glossary import find_term
from routelab.lessons.mine.themes import THEMES
from sessions import Home, said
from support import ROOT

PACKAGE = ROOT / "routelab"
CATALOGUES = [folder for folder in language.CATALOGUES.iterdir() if folder.is_dir()]


@pytest.mark.parametrize("content", [b"", b"\xde\x12", b"no catalogue at all", bytes(300), None])
def test_a_catalogue_that_is_damaged_is_one_sentence(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, content: bytes | None
) -> None:
    catalogue = tmp_path / "de" / "LC_MESSAGES" / "routelab.mo"
    catalogue.parent.mkdir(parents=True)
    if content is not None:
        catalogue.write_bytes(content)
    with monkeypatch.context() as patch:
        patch.setattr(language, "CATALOGUES", tmp_path)
        with pytest.raises(RoutelabError, match="install routelab again, or set ROUTELAB_LANGUAGE=en"):
            language.use("de")
    assert language.spoken() == language.ENGLISH


@pytest.mark.parametrize("damaged", ["{", "{other}", "{0}", "{name.x}"])
def test_a_sentence_with_other_places_is_said_in_english(
    monkeypatch: pytest.MonkeyPatch, damaged: str
) -> None:
    monkeypatch.setattr(language._Spoken, "find", lambda _message: damaged)
    assert language.say("This is {name}.", name="it") == "This is it."


@pytest.fixture(autouse=True)
def _english() -> Iterator[None]:
    yield
    language.use("en")


def messages() -> set[str]:
    """Collect the sentences that the package says by `say`, and the themes, which it says in a lesson."""
    calls = (
        node
        for path in PACKAGE.rglob("*.py")
        if "say(" in (text := path.read_text(encoding="utf-8"))
        for node in ast.walk(ast.parse(text))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Name) and node.func.id == "say"
    )
    sentences = {str(call.args[0].value) for call in calls if isinstance(call.args[0], ast.Constant)}
    return sentences | {theme.title for theme in THEMES}


def catalogue(folder: Path) -> Catalog:
    with (folder / "LC_MESSAGES" / "routelab.po").open("rb") as file:
        return read_po(file, folder.name)


def places(text: str) -> set[str | None]:
    return {name for _, name, _, _ in Formatter().parse(text) if name is not None}


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda it: it.name)
def test_each_sentence_is_in_the_catalogue_whole(folder: Path) -> None:
    there = {str(it.id): str(it.string) for it in catalogue(folder) if it.id}
    assert there.keys() == messages()
    for message, translated in there.items():
        assert translated
        assert translated != message
        assert places(translated) == places(message)


@pytest.mark.parametrize("folder", CATALOGUES, ids=lambda it: it.name)
def test_what_is_read_was_made_of_what_is_written(folder: Path) -> None:
    with (folder / "LC_MESSAGES" / "routelab.mo").open("rb") as file:
        read = GNUTranslations(file)
    for message in catalogue(folder):
        if message.id:  # the first is the head, with the date on which it was made
            assert read.gettext(str(message.id)) == message.string


def test_a_language_is_spoken_until_another_is() -> None:
    assert language.say("Right: {answer}", answer="{404}") == "Right: {404}"
    language.use("DE")
    assert language.spoken() == "de"
    assert language.say("Right: {answer}", answer="{404}") == "Richtig: {404}"
    assert language.say("Not in any catalogue: {x}", x=1) == "Not in any catalogue: 1"
    language.use("")
    assert language.say("Right.") == "Right."


def test_a_language_that_is_not_there_is_one_line(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    with pytest.raises(UsageError, match="there is no language 'xx'; there are en, de"):
        language.use("xx")
    monkeypatch.setenv(language.VARIABLE, "../de")
    monkeypatch.setenv("ROUTELAB_HOME", str(tmp_path))
    assert main(["learn", "1"]) == 2
    assert "there is no language '../de'" in capsys.readouterr().err


def test_the_choice_stays_and_the_first_lesson_is_told_in_it(tmp_path: Path) -> None:
    home = Home(folder=tmp_path / "home")
    session = home.session()
    session.opening("1")
    assert "there are en, de" in said(session.answer("language"))
    assert "There is no language 'klingon'" in said(session.answer("language klingon"))
    told = said(session.answer("language de"))
    assert "The language is de" in told
    assert "Translated are lesson 1 and the sentences around tasks; all else is in English." in told
    assert home.learner().settings.language == "de"
    assert "For example: language en" in said(session.answer("language"))
    session = home.session()
    assert "Eine Anfrage sagt" in said(session.opening("1"))
    assert "Richtig." in said(session.answer("GET /"))
    assert session.answer("").prompt.enter != "nächste Seite"  # the next page has a task of its own
    told = said(session.answer("lessons 1/name")) + said(session.answer("a"))
    assert "Deine Antwort war 200; richtig ist 404." in told
    assert "Die Anfrage müsste den Pfad aus der Regel nennen" in told


def test_what_an_app_of_ones_own_is_about_is_told_in_it(tmp_path: Path) -> None:
    home = Home(folder=tmp_path / "home")
    session = home.session()
    session.opening("1")
    session.answer("language de")
    session = home.session()
    session.opening("1")
    told = said(session.answer("lessons 1/mine"))
    assert "Ihr Thema: ein Kochbuch." in told
    session.answer("mine teams")
    assert "Ihr Thema: eine Fußballtabelle." in said(home.session().opening("1/mine"))


def test_the_words_of_the_field_are_explained_in_it() -> None:
    language.use("de")
    term = find_term("Regel")
    assert term is not None
    assert (term.word, "Pfade verglichen" in term.means) == ("rule", True)
    other = find_term("endpoint")  # is not there in German
    assert other is not None
    assert other.means
    language.use("en")
    assert find_term("Regel") is None


def test_a_choice_that_is_there_no_more_keeps_nobody_out(
    capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    home = Home(folder=tmp_path / "home")
    assert home.learner().settings.choose_language("tlh")
    monkeypatch.setenv("ROUTELAB_HOME", str(home.folder))
    monkeypatch.setattr("sys.stdin", StringIO("quit\n"))
    assert main(["learn", "1"]) == 0
    assert "A web app waits" in capsys.readouterr().out


def test_what_surrounds_the_tasks_of_the_first_lesson_is_told_in_it(tmp_path: Path) -> None:
    language.use("de")
    session = Home(folder=tmp_path / "home").session()
    told = [session.opening("1"), *(session.answer(line) for line in ("h", "skip", "h", "h", "next", "skip"))]
    assert "Du bist dran: Tippe dies" in said(told[0])
    assert told[0].prompt.bottom().startswith("Enter: Aufgabe noch einmal zeigen.")
    assert "c) keine View läuft" in said(told[-1])
    assert "d) weiß nicht, zeig es mir" in said(told[-1])
    told += [
        session.answer(line)
        for line in ("GET /about", "a", "keine View läuft", "", "Weiß nicht, zeig es mir")
    ]
    assert "Deine Antwort war about; keine View läuft." in said(told[-4])
    assert "Richtig: keine View läuft." in said(told[-3])
    assert "Richtig ist 404." in said(told[-1])
    told += [
        session.answer(line)
        for line in ("lessons 1/mend", "run", "solution", "y", "", "run", "next", "page 1")
    ]
    told += [session.answer(line) for line in ("lessons 1/end", "", "", "skip", "back")]
    english = {max(pieces(message), key=len) for message in messages()}
    known = [text for text in english if len(text) > len("checks pass")]
    for reply in told:
        shown = f"{said(reply)} {reply.prompt.bottom()}"
        assert [text for text in known if text in shown] == []


def pieces(message: str) -> list[str]:
    """Return what a message says between its places."""
    return [text for text, *_ in Formatter().parse(message)]

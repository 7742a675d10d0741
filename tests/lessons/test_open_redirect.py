"""The lesson on safety says "paths of your own only": no target that its solution lets through leads elsewhere."""

from __future__ import annotations

import re
from collections.abc import Iterator
from itertools import product
from pathlib import Path
from urllib.parse import quote, urljoin, urlsplit

import pytest

from routelab.lab import Lab, load
from routelab.lessons.files import Files, project, write_project
from sessions import BUNDLED
from tables import each

LESSON = next(folder for folder in BUNDLED if folder.name.endswith("-safety"))
HERE = "http://localhost/login"
BEGINS = ("", "/", "//", "///", "http:", "https:", "http:/", "https://", "javascript:")
BETWEEN = ("", "\t", "\n", "\r", "\\", " ", "%2f", "/", "\t/", "/\t", "\\\t", "@")


@pytest.fixture(scope="module")
def lab(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lab]:
    folder = tmp_path_factory.mktemp("safety")
    write_project(project(LESSON, Files.SOLUTION), folder)
    with load(Path("app.py"), engine="routelab", folder=folder) as made:
        yield made


def site_of(location: str) -> str:
    """Return where a browser goes: it drops tabs and line breaks, and reads a backslash as a slash."""
    plain = re.sub(r"[\t\r\n]", "", location.strip()).replace("\\", "/")
    schemed = re.sub(r"^(https?):/*", r"\1://", plain)
    return urlsplit(urljoin(HERE, re.sub("^//+", "//", schemed))).netloc


@each(("begins", "between"), [*product(BEGINS, BETWEEN)])
def test_no_target_leads_to_another_site(lab: Lab, begins: str, between: str) -> None:
    target = f"{begins}{between}evil.example/"
    response = lab.send(f"POST /login?next={quote(target, safe='')} name=ann -f").response
    assert response is not None
    location = response.header("Location")
    if location is None:  # Werkzeug refuses a line break in a header
        assert set(target) & set("\r\n")
        return
    assert site_of(location) == "localhost", (target, location)
    assert not location.startswith("javascript:")

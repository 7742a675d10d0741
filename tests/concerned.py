"""Name the tests that a change concerns: `git diff --name-only | python tests/concerned.py`.

A test file that changed is named itself. A changed file of the package concerns the borders of the house and the
tests of its room. It guesses by names, for a quick answer while one works; what may land, `./check` says.
"""

from __future__ import annotations

import sys
from collections.abc import Iterable
from pathlib import Path

TESTS = Path(__file__).resolve().parent
ALWAYS = ("tests/test_imports.py", "tests/test_contributing.py")
# The first folder or file below routelab/, and what its tests are called where that is not its own name.
TESTS_OF = {
    "ahead": ("test_program.py",),
    "cli": ("test_program.py", "test_conditions.py"),
    "cookies": ("test_cookies.py",),
    "courselist": ("session/test_lesson_list.py", "screen/test_course.py"),
    "hosts": ("test_lab.py", "test_stopping.py"),
    "workerhost": ("test_lab.py", "test_stopping.py"),
    "workerrouter": ("test_lab.py", "test_stopping.py"),
    "workers": ("test_lab.py", "test_stopping.py"),
    "live": ("test_lab.py",),
    "loading": ("test_loading.py", "test_unregistered.py"),
    "process": ("test_lab.py", "test_stopping.py"),
    "requestline": ("test_requestline.py", "test_requestline_curl.py"),
    "spawn": ("test_program.py",),
    "streams": ("test_conditions.py",),
    "watched": ("test_lab.py",),
    "worker": ("test_lab.py", "test_stopping.py"),
}


def concerned(changed: Iterable[str]) -> list[str]:
    """Return what to give to pytest, as paths from the root, for the files that changed."""
    found = dict.fromkeys(ALWAYS)
    for name in changed:
        path = Path(name)
        if path.suffix == ".md" or path.parts[:1] in (("docs",), ("lessons",)):
            found["tests/test_docs.py"] = None
        if path.parts[:1] == ("lessons",):
            found["tests/lessons"] = None
        elif path.parts[:1] == ("tests",) and path.name.startswith("test_") and path.suffix == ".py":
            found[name] = None
        elif path.parts[:1] == ("routelab",) and len(path.parts) > 1:
            found |= dict.fromkeys(_tests_of(path.parts[1].removesuffix(".py")))
    return [path for path in found if (TESTS.parent / path).exists()]


def _tests_of(room: str) -> Iterable[str]:
    names = TESTS_OF.get(room, (room, f"test_{room}.py"))
    return [f"tests/{name}" for name in names if (TESTS / name).exists()] or ["tests/test_lab.py"]


if __name__ == "__main__":
    print("\n".join(concerned(sys.stdin.read().split())))

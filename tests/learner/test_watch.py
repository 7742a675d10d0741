"""What is said of files that were saved or deleted."""

from __future__ import annotations

import pytest

from routelab.learner.watch import News

NEWS = [
    (News(), ""),
    (News(saved=("a.py",)), "a.py was saved"),
    (News(saved=("a.py", "b.py", "c.py")), "a.py, b.py and c.py were saved"),
    (News(gone=("a.py",)), "a.py is gone"),
    (News(saved=("a.py",), gone=("b.py", "c.py")), "a.py was saved, b.py and c.py are gone"),
]


@pytest.mark.parametrize(("news", "told"), NEWS)
def test_what_happened_to_files(news: News, told: str) -> None:
    assert (str(news), bool(news)) == (told, bool(told))

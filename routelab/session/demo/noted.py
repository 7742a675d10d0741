"""What a line of a demo should give, as its author noted it, and how what came differs from that.

It reads remarks and traces, and runs nothing.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from typing import NamedTuple

from routelab.lessons import words
from routelab.lessons.expectation import Expectation
from routelab.lessons.expectation_reading import read_expectation
from routelab.lessons.judging import judge
from routelab.lessons.queries import QUERIES
from routelab.tracing.trace import Trace

_FIRST_WORD = re.compile(r"[a-z_]+")


class Noted(NamedTuple):
    """A verdict, "" for none, and expectations as lessons have them."""

    verdict: str = ""
    expectations: tuple[Expectation, ...] = ()

    def with_remark(self, text: str) -> Noted | None:
        """Add a remark: `405 METHOD NOT ALLOWED`, `header "Allow" exists`; None for a second verdict.

        Raises ExpectationError.
        """
        first = _FIRST_WORD.match(text)
        if first is not None and first[0] in QUERIES:
            return self._replace(expectations=(*self.expectations, read_expectation(text)))
        return None if self.verdict else self._replace(verdict=text)

    def differences(self, trace: Trace, verdict: str) -> Iterator[str]:
        """Say in which ways a line gave something else: "gives 200 OK; the script notes 404 NOT FOUND"."""
        if self.verdict and verdict != self.verdict:
            yield f"gives {verdict}; the script notes {self.verdict}"
        for expectation in self.expectations:
            failed = words.first_failure([judge(expectation, trace)])
            if failed is not None:
                yield f"does not give what the script notes: {failed}"


NOTHING_NOTED = Noted()

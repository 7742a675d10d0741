"""What grading comes to: a grade for each submission, made of one for each task.

Their JSON is the file of results; they know nothing of how they came about.
"""

from __future__ import annotations

from routelab.oneof import OneOf
from routelab.record import Record


class SubmissionVerdict(OneOf):
    """What became of a submission as a whole; what is wrong with a task stands there."""

    GRADED = "graded"
    NO_APP = "no_app"
    DID_NOT_LOAD = "did_not_load"
    TIME = "time"
    MEMORY = "memory"
    ENDED = "ended"  # it ended its own process, or answered what is no answer
    UNREADABLE = "unreadable"


class TaskGrade(Record):
    """What a submission got for a task, by the id of its page.

    `mistakes` are the author's words on foreseen mistakes that were made; `message` is why it is not passed.
    """

    id: str
    passed: bool
    score: int
    max_score: int
    mistakes: tuple[str, ...] = ()
    message: str = ""


class SubmissionGrade(Record):
    """What a submission got. `isolation` is what kept it apart; `seconds` is how long it took.

    `lesson_digest` is a hash of the lesson's files, so that results of two versions are never mixed.
    """

    submission: str
    verdict: SubmissionVerdict
    score: int
    max_score: int
    tasks: tuple[TaskGrade, ...]
    isolation: str
    seconds: float
    lesson_digest: str

    @property
    def passed(self) -> bool:
        """Whether every task is passed; where there is none, nothing is."""
        return bool(self.tasks) and all(task.passed for task in self.tasks)

    @property
    def message(self) -> str:
        """Say why it is not passed, as far as the first task tells; "" where it is."""
        return next((task.message for task in self.tasks if not task.passed), "")

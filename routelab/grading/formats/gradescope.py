"""`gradescope`: Gradescope's results.json for one submission.

The form is that of https://gradescope-autograders.readthedocs.io/en/latest/specs/.
"""

from __future__ import annotations

import json

from routelab.grading.formats.base import Graded, harmless


def write(graded: Graded) -> str:
    """Write one object. What the submission printed is in none of it."""
    (grade,) = graded.grades
    titles = {task.id: task.title for task in graded.assignment.tasks}
    document = {
        "score": grade.score,
        "output": harmless(f"{grade.verdict.value}: {grade.score} of {grade.max_score} points"),
        "output_format": "text",
        "visibility": "visible",
        "stdout_visibility": "hidden",
        "tests": [
            {
                "name": harmless(titles[task.id]),
                "number": str(number),
                "score": task.score,
                "max_score": task.max_score,
                "status": "passed" if task.passed else "failed",
                "output": "\n".join(map(harmless, filter(None, (*task.mistakes, task.message)))),
                "output_format": "text",
                "visibility": "visible",
            }
            for number, task in enumerate(grade.tasks, start=1)
        ],
        "extra_data": {
            "verdict": grade.verdict.value,
            "isolation": grade.isolation,
            "lesson_digest": grade.lesson_digest,
        },
    }
    return json.dumps(document, indent=1) + "\n"

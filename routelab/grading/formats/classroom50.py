"""`classroom50`: the result.json of Classroom 50 for one submission, form `classroom50/result/v1`.

Who submitted what is told by its runner in the environment, and written over by it; without a runner the
values are placeholders, so that a result can be looked at anywhere.
"""

from __future__ import annotations

import json

from routelab.grading.formats.base import Graded, harmless

_SCHEMA = "classroom50/result/v1"
_NOT_KNOWN = "local"


def write(graded: Graded) -> str:
    """Write one object."""
    (grade,) = graded.grades
    environ = graded.environ

    def told(name: str, otherwise: str) -> str:
        return harmless(environ.get(name) or otherwise)

    commit = told("COMMIT_URL", _commit(graded))
    tag = environ.get("SUBMISSION_TAG", "")
    document = {
        "schema": _SCHEMA,
        "classroom": told("CLASSROOM", _NOT_KNOWN),
        "assignment": told("ASSIGNMENT", graded.assignment.name),
        "assignment_type": "group" if environ.get("MODE") == "group" else "individual",
        "owner": told("OWNER", grade.submission or _NOT_KNOWN),
        "submission": harmless(tag) if tag.startswith("submit/") else f"submit/{_NOT_KNOWN}",
        "commit": commit,
        "release": told("RELEASE_URL", commit),
        "review": told("REVIEW_URL", commit),
        "datetime": graded.now.strftime("%Y-%m-%dT%H:%M:%SZ"),
        "score": grade.score,
        "max-score": grade.max_score,
        "tests": [
            {
                "test-name": harmless(task.id),
                "passed": task.passed,
                "score": task.score,
                "max-score": task.max_score,
                "message": "\n".join(map(harmless, (*task.mistakes, task.message))).strip(),
            }
            for task in grade.tasks
        ],
    }
    return json.dumps(document, indent=1) + "\n"


def _commit(graded: Graded) -> str:
    """Put the link together of what every GitHub job knows."""
    environ = graded.environ
    server, repository = environ.get("GITHUB_SERVER_URL", ""), environ.get("GITHUB_REPOSITORY", "")
    sha = environ.get("GITHUB_SHA", "")
    return f"{server}/{repository}/commit/{sha}" if server and repository and sha else _NOT_KNOWN

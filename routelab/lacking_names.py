"""Names that Flask has and routelab's engine leaves out: found by the exception that somebody got, and told.

It knows no app, and imports neither of the two to know a name.
"""

from __future__ import annotations

import re
import sys
from difflib import get_close_matches
from types import ModuleType

from routelab.interpreter import flask_is_installed

ENGINE = "routelab.engine"
FLASK = "flask"
_CANNOT_IMPORT = r"cannot import name '(\w+)' from '(flask[\w.]*)'"
# What `dir(flask)` has beside the engine's names; held against the installed Flask by a test.
_LEFT_OUT = frozenset(
    {"__version__", "debughelpers", "sansio", "signals", "stream_template", "stream_template_string"}
    | {"appcontext_popped", "appcontext_pushed", "appcontext_tearing_down", "before_render_template"}
    | {"got_request_exception", "message_flashed", "request_finished", "request_started"}
    | {"request_tearing_down", "template_rendered"}
)


def lacking_name(error: BaseException) -> str | None:
    """Name what the engine lacks, `flask.X`, if that is why an import or a look-up failed."""
    if isinstance(error, ModuleNotFoundError):
        return error.name if (error.name or "").startswith(f"{FLASK}.") else None
    if isinstance(error, ImportError) and (found := re.match(_CANNOT_IMPORT, error.msg or "")):
        return f"{found[2]}.{found[1]}"
    if isinstance(error, AttributeError) and isinstance(error.obj, ModuleType):
        module = error.obj.__name__.replace(ENGINE, FLASK, 1)
        if module == FLASK or module.startswith(f"{FLASK}."):
            return f"{module}.{error.name}"
    return None


def lacking_words(error: BaseException) -> str | None:
    """Say what the engine lacks, and what would help; a name that is nearly one of its own was that."""
    lacking = lacking_name(error)
    if lacking is None or not _is_engine(sys.modules.get(FLASK)):
        return None
    name = lacking.removeprefix(f"{FLASK}.")
    has_not = f"routelab's engine has no {lacking}"
    if name.partition(".")[0] not in _LEFT_OUT:
        public = [each for each in dir(sys.modules.get(ENGINE)) if not each.startswith("_")]
        alike = [each for each in public if each.casefold() == name.casefold()]
        near = alike if len(alike) == 1 else get_close_matches(name, [*public, *_LEFT_OUT], n=1)
        if near:
            return f"{has_not}; did you mean {FLASK}.{near[0]}?"
        if "." not in name:
            return f"{has_not}, and Flask 3.1 has no such name either"
        has_not = f"{has_not}; to see whether Flask has it"
        return f"{has_not}, {way_out()}"
    return f"{has_not}; {way_out()}"


def _is_engine(module: ModuleType | None) -> bool:
    """Tell whether `flask` is the engine in this process."""
    return str(getattr(getattr(module, "Flask", None), "__module__", "")).startswith(f"{ENGINE}.")


def way_out() -> str:
    """Say how the app runs on Flask itself."""
    return "use --engine flask" if flask_is_installed() else "install flask and use --engine flask"

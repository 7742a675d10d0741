"""An exception described: type and message, the learner's line on its way, and what is known of its cause.

It asks the exception and the app's files, and calls nothing of the app's. It knows nothing of requests.
"""

from __future__ import annotations

from contextlib import suppress

from werkzeug.exceptions import BadRequestKeyError, HTTPException, SecurityError

from routelab.tracing.facts import Raised
from routelab.tracing.phrases import unset_words
from routelab.tracing.watching.code.sources import Sources
from routelab.tracing.watching.code.values import bounded, message_of
from routelab.tracing.watching.exceptions.body_limits import why_refused
from routelab.tracing.watching.exceptions.raising import raising_point
from routelab.tracing.watching.exceptions.suggested import suggestion_of
from routelab.tracing.watching.exceptions.unset_variables import unset_variable

# Their messages name types or keys, and no part of the line.
_OF_OPERANDS = (AttributeError, EOFError, IndexError, KeyError, StopIteration, TypeError, UnboundLocalError)


def raised_of(error: BaseException, sources: Sources) -> Raised:
    """Describe an exception, with the learner's innermost line on its way."""
    own = sources.own_line(error)
    file, line, code = (None, None, None) if own is None else own
    # A template's code has a name as well, but one that Jinja made up.
    named = code is not None and file is not None and file.endswith(".py")
    # Flask answers the client in general words; the developer wants to know which key it was.
    missing = repr(error.args[0]) if isinstance(error, BadRequestKeyError) and error.args else None
    carried = _carried_by(error)
    return Raised(
        type=type(error).__name__,
        message=message_of(error) if carried is None else f"with a response of its own, {carried}",
        file=file,
        line=line,
        function=code.co_name if named and code is not None else None,
        missing_key=missing,
        suggestion=suggestion_for(error, sources),
        limit=why_refused(error),
        description=_own_description(error),
        source=sources.line_text(code, line) if named and code is not None and line is not None else None,
    )


def suggestion_for(error: BaseException, sources: Sources) -> str | None:
    """Return what Python suggests behind the message, or what is known of a name that was not there."""
    unset = unset_variable(error)
    if unset is not None:
        return unset_words(unset)
    suggested = suggestion_of(error)
    if type(error) is NameError:
        from routelab.tracing.watching.exceptions.unquoted import unquoted_words  # few errors ask

        return unquoted_words(error, suggested, sources.texts, sources.own_file) or suggested
    if type(error) is AttributeError:
        from routelab.tracing.watching.exceptions.set_on_g import lacking_on_g, words_on_g  # few errors ask

        lacking = lacking_on_g(error)
        if lacking is not None:
            known = ((sources.own_file(file), lines) for file, lines in sources.texts.items())
            return words_on_g(lacking, [(file, lines) for file, lines in known if file is not None])
    return suggested or words_beside(error, sources)


def words_beside(error: BaseException, sources: Sources) -> str | None:
    """Return what is known of the values and the call that an exception came of, beside its message."""
    return _on_taken_name(error, sources) or _on_own_line(error, sources) or _on_given(error)


def _on_taken_name(error: BaseException, sources: Sources) -> str | None:
    if not isinstance(error, TypeError | AttributeError | RecursionError):
        return None
    from routelab.tracing.watching.exceptions.taken_names import taken_name_words  # few errors ask

    return taken_name_words(error, sources)


def _on_own_line(error: BaseException, sources: Sources) -> str | None:
    if not isinstance(error, _OF_OPERANDS) and type(error).__name__ != "ProgrammingError":
        return None
    from routelab.tracing.watching.exceptions.called_with import words_on_call  # few errors ask
    from routelab.tracing.watching.exceptions.operands import words_on_operands

    way = raising_point(error)
    lines = None if way is None else sources.texts.get(way.tb_frame.f_code.co_filename)
    if lines is None or way is None:
        return None
    return words_on_operands(error, lines, way) or words_on_call(error, way.tb_frame)


def _on_given(error: BaseException) -> str | None:
    if http_status(error) is not None and not isinstance(error, SecurityError):
        return None
    from routelab.tracing.watching.exceptions.given_to_flask import words_on_given  # few errors ask

    return words_on_given(error)


def _carried_by(error: BaseException) -> str | None:
    """Return the status of the response that abort(response) put into an exception of its own, else None.

    An app's own class may say anything of itself, or raise when it is asked.
    """
    with suppress(Exception):
        if isinstance(error, HTTPException) and error.code is None and error.response is not None:
            return str(error.response.status)
    return None


def http_status(error: BaseException | None) -> int | None:
    """Return the status that an HTTP error stands for; an app's own class may have anything for its code."""
    code = getattr(error, "code", None) if isinstance(error, HTTPException) else None
    return code if isinstance(code, int) else None


def _own_description(error: BaseException) -> str | None:
    """Return what somebody gave an HTTP error to say; None where that is what its class says."""
    if not isinstance(error, HTTPException) or isinstance(error, BadRequestKeyError):
        return None
    own = vars(error).get("description")
    return bounded(own) if isinstance(own, str) and own != type(error).description else None

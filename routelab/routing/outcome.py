"""How a match ends, and why the router itself redirects: the words of the trace for both."""

from routelab.oneof import OneOf


class Outcome(OneOf):
    """How a match ended."""

    MATCHED = "matched"
    NOT_FOUND = "not_found"
    METHOD_NOT_ALLOWED = "method_not_allowed"
    REDIRECT = "redirect"
    WEBSOCKET_MISMATCH = "websocket_mismatch"
    RAISED = "raised"  # a converter, or the function in redirect_to, failed
    NOT_TRIED = "not_tried"  # the request was refused before any rule was looked at, for its host for example


class RedirectCause(OneOf):
    """Why the router itself redirects."""

    SLASH = "slash"
    MERGED_SLASHES = "merged_slashes"
    DEFAULTS = "defaults"
    ALIAS = "alias"
    REDIRECT_TO = "redirect_to"

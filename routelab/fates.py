"""What may become of a cookie, and why, as the words of the trace.

Both sides of the pipe know them; it knows neither headers nor the jar.
"""

from routelab.oneof import OneOf


class Policy(OneOf):
    """Whose way the jar goes."""

    BROWSER = "browser"
    FLASK = "flask"
    """As Flask's test client, which ignores Secure, sizes and prefixes; but here cookies expire."""


class Fate(OneOf):
    """What became of one Set-Cookie header."""

    KEPT = "kept"
    REPLACED = "replaced"
    DELETED = "deleted"
    DELETION_MISSED = "deletion_missed"
    """It was to delete a cookie, and the jar has none of this name, domain and path."""
    REFUSED = "refused"


class Refusal(OneOf):
    """Why a cookie was not kept."""

    EMPTY = "empty"
    CONTROL_CHARACTER = "control_character"
    TOO_LARGE = "too_large"
    """Name and value have more than 4,096 bytes."""
    DOMAIN = "domain"
    """Domain is neither the host nor one of the domains above it."""
    PUBLIC_DOMAIN = "public_domain"
    """Domain is a single label, as `com`, which everybody shares."""
    SECURE = "secure"
    """Secure, and the response came over http."""
    HIDES_SECURE = "hides_secure"
    """It would stand beside or in place of a Secure cookie of the same name, and came over http."""
    SAME_SITE_NONE = "same_site_none"
    """SameSite=None without Secure."""
    SECURE_PREFIX = "secure_prefix"
    """`__Secure-` without Secure."""
    HOST_PREFIX = "host_prefix"
    """`__Host-` without Secure and Path=/, or with Domain."""


class HeldBack(OneOf):
    """Why a cookie of the jar was not sent."""

    DOMAIN = "domain"
    PATH = "path"
    SECURE = "secure"
    EXPIRED = "expired"

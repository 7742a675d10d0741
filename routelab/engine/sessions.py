"""SESSION: a dict that travels in a signed cookie, opened before the match and saved after the hooks.

Signed, not secret: the client can read it, and cannot change it. It knows cookies, and nothing of who uses
the dict.
"""

from __future__ import annotations

from collections.abc import MutableMapping
from datetime import UTC, datetime
from hashlib import sha1
from typing import TYPE_CHECKING, Any, NoReturn

from werkzeug.datastructures import CallbackDict

from .json.tag import TaggedJSONSerializer

if TYPE_CHECKING:
    from itsdangerous import URLSafeTimedSerializer

    from .app import Flask
    from .wrappers import Request, Response

COOKIE_OPTIONS = ("domain", "path", "secure", "samesite", "httponly")


class SessionMixin(MutableMapping[str, Any]):
    """What the loop asks of a session besides being a dict."""

    new = False
    modified = True
    """Whether it must be saved; a mapping that cannot tell says yes."""
    accessed = False
    """Whether the request looked at it: the answer then says `Vary: Cookie`."""

    @property
    def permanent(self) -> bool:
        """Whether the cookie outlives the browser."""
        return bool(self.get("_permanent", False))

    @permanent.setter
    def permanent(self, value: bool) -> None:
        self["_permanent"] = bool(value)


class SecureCookieSession(CallbackDict[str, Any], SessionMixin):
    """A session that notes its own changes, but not those inside of what it holds."""

    modified = False

    def __init__(self, initial: dict[str, Any] | None = None) -> None:
        def note_change(session: Any) -> None:
            session.modified = True

        super().__init__(initial, note_change)


class NullSession(SecureCookieSession):
    """The session of an app without a secret key: it reads as empty, and refuses every change."""

    def _refuse(self, *_: Any, **__: Any) -> NoReturn:
        raise RuntimeError(
            "The session is unavailable because no secret key was set.  Set the secret_key on the application"
            " to something unique and secret."
        )

    __setitem__ = __delitem__ = clear = pop = popitem = update = setdefault = _refuse


class SessionInterface:
    """Where sessions are kept. A subclass says how one is opened and saved."""

    null_session_class: type[Any] = NullSession
    pickle_based = False

    def open_session(self, app: Flask, request: Request) -> SessionMixin | None:
        """Return the request's session; None where there can be none."""
        raise NotImplementedError

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        """Write the session's cookie into the response, where needed."""
        raise NotImplementedError

    def make_null_session(self, app: Flask) -> NullSession:  # noqa: ARG002  (a subclass may use it)
        return self.null_session_class()  # type: ignore[no-any-return]

    def is_null_session(self, obj: object) -> bool:
        return isinstance(obj, self.null_session_class)

    def get_cookie_name(self, app: Flask) -> str:
        return app.config["SESSION_COOKIE_NAME"]  # type: ignore[no-any-return]

    def get_cookie_domain(self, app: Flask) -> str | None:
        return app.config["SESSION_COOKIE_DOMAIN"]  # type: ignore[no-any-return]

    def get_cookie_path(self, app: Flask) -> str:
        return app.config["SESSION_COOKIE_PATH"] or app.config["APPLICATION_ROOT"]  # type: ignore[no-any-return]

    def get_cookie_httponly(self, app: Flask) -> bool:
        return app.config["SESSION_COOKIE_HTTPONLY"]  # type: ignore[no-any-return]

    def get_cookie_secure(self, app: Flask) -> bool:
        return app.config["SESSION_COOKIE_SECURE"]  # type: ignore[no-any-return]

    def get_cookie_samesite(self, app: Flask) -> str | None:
        return app.config["SESSION_COOKIE_SAMESITE"]  # type: ignore[no-any-return]

    def get_cookie_partitioned(self, app: Flask) -> bool:
        return app.config["SESSION_COOKIE_PARTITIONED"]  # type: ignore[no-any-return]

    def get_expiration_time(self, app: Flask, session: SessionMixin) -> datetime | None:
        """When a permanent session ends; None for one that ends with the browser."""
        return datetime.now(UTC) + app.permanent_session_lifetime if session.permanent else None

    def should_set_cookie(self, app: Flask, session: SessionMixin) -> bool:
        return session.modified or (session.permanent and app.config["SESSION_REFRESH_EACH_REQUEST"])


class SecureCookieSessionInterface(SessionInterface):
    """Flask's default: the whole session is in the cookie, signed with the app's secret key."""

    salt = "cookie-session"
    digest_method = staticmethod(sha1)
    key_derivation = "hmac"
    serializer = TaggedJSONSerializer()
    session_class = SecureCookieSession

    def get_signing_serializer(self, app: Flask) -> URLSafeTimedSerializer | None:
        if not app.secret_key:
            return None
        from itsdangerous import URLSafeTimedSerializer  # an app without a secret key signs nothing

        # itsdangerous signs with the last key, and accepts any of them.
        return URLSafeTimedSerializer(
            [*(app.config["SECRET_KEY_FALLBACKS"] or ()), app.secret_key],
            salt=self.salt,
            serializer=self.serializer,
            signer_kwargs={"key_derivation": self.key_derivation, "digest_method": self.digest_method},
        )

    def open_session(self, app: Flask, request: Request) -> SecureCookieSession | None:
        signer = self.get_signing_serializer(app)
        if signer is None:
            return None
        cookie = request.cookies.get(self.get_cookie_name(app))
        if not cookie:
            return self.session_class()
        from itsdangerous import BadSignature  # as above

        try:
            return self.session_class(
                signer.loads(cookie, max_age=int(app.permanent_session_lifetime.total_seconds()))
            )
        except BadSignature:  # forged, broken or too old: an empty session, without a word
            return self.session_class()

    def save_session(self, app: Flask, session: SessionMixin, response: Response) -> None:
        name = self.get_cookie_name(app)
        options = {name: getattr(self, f"get_cookie_{name}")(app) for name in COOKIE_OPTIONS}
        if self.get_cookie_partitioned(app):  # which Werkzeug knows from 3.1 on
            options["partitioned"] = True
        if session.accessed:
            response.vary.add("Cookie")
        if not session:
            if session.modified:
                response.delete_cookie(name, **options)
                response.vary.add("Cookie")
            return
        if not self.should_set_cookie(app, session):
            return
        signer = self.get_signing_serializer(app)
        assert signer is not None
        expires = self.get_expiration_time(app, session)
        response.set_cookie(name, signer.dumps(dict(session)), expires=expires, **options)
        response.vary.add("Cookie")

"""Names that Flask, Werkzeug and what they stand on had once, since when they are gone, and what to use.

A table, and its look-up by the exception that somebody got. It knows no app, and imports none of these.
"""

from __future__ import annotations

import re
from types import ModuleType
from typing import NamedTuple

_CANNOT_IMPORT = r"cannot import name '(\w+)' from '([\w.]+)'"
_UNEXPECTED_KEYWORD = r"(?:\w+\.)*(\w+)\(\) got an unexpected keyword argument '(\w+)'"
_ENGINE = "routelab.engine"


class Removed(NamedTuple):
    """A name that a package has no more; `instead` says what to do about it."""

    package: str
    name: str
    since: str
    instead: str

    @property
    def text(self) -> str:
        """Say it: "Flask has no Markup since 3.0; it is markupsafe.Markup"."""
        return f"{self.package} has no {self.name} since {self.since}; {self.instead}"


# By package: what people call it, and its modules' names (a class's attributes as `Flask.name`), each with
# the first version without them and what to use. Held against the packages of those versions.
_TABLE: dict[str, tuple[str, dict[str, tuple[str, str]]]] = {
    "flask": (
        "Flask",
        {
            "Markup": ("3.0", "it is markupsafe.Markup"),
            "escape": ("3.0", "it is markupsafe.escape"),
            "_request_ctx_stack": ("3.0", "use request and g, or flask.globals.request_ctx"),
            "_app_ctx_stack": ("3.0", "use g, or flask.globals.app_ctx"),
            "globals._request_ctx_stack": ("3.0", "use request and g, or flask.globals.request_ctx"),
            "globals._app_ctx_stack": ("3.0", "use g, or flask.globals.app_ctx"),
            "signals_available": ("3.0", "signals are always there, so nothing has to be asked"),
            "signals.signals_available": ("3.0", "signals are always there, so nothing has to be asked"),
            "json_available": ("2.0", "JSON is always there, so nothing has to be asked"),
            "JSONEncoder": ("2.3", "subclass flask.json.provider.DefaultJSONProvider and set app.json"),
            "JSONDecoder": ("2.3", "subclass flask.json.provider.DefaultJSONProvider and set app.json"),
            "json.JSONEncoder": ("2.3", "subclass flask.json.provider.DefaultJSONProvider and set app.json"),
            "json.JSONDecoder": ("2.3", "subclass flask.json.provider.DefaultJSONProvider and set app.json"),
            "json.htmlsafe_dumps": ("2.3", "templates have the filter tojson"),
            "json.htmlsafe_dump": ("2.3", "templates have the filter tojson"),
            "safe_join": ("2.1", "it is werkzeug.utils.safe_join"),
            "helpers.safe_join": ("2.1", "it is werkzeug.utils.safe_join"),
            "helpers.get_env": ("2.3", "app.debug tells whether debug mode is on"),
            "helpers.locked_cached_property": ("3.0", "use functools.cached_property"),
            "helpers.total_seconds": ("2.1", "call .total_seconds() of the timedelta"),
            "ext": ("1.0", "import the extension by its own name, as flask_login for flask.ext.login"),
            "scaffold": ("3.0", "it is flask.sansio.scaffold"),
            "_compat": ("2.0", "it was for Python 2"),
            "Module": ("0.9", "it is flask.Blueprint"),
            "Flask.before_first_request": ("2.3", "call the function where the app is made"),
            "Flask.before_first_request_funcs": ("2.3", "call the functions where the app is made"),
            "Flask.got_first_request": ("3.0", "note it in a before_request function"),
            "Flask.json_encoder": ("2.3", "app.json writes JSON"),
            "Flask.json_decoder": ("2.3", "app.json reads JSON"),
            "Flask.env": ("2.3", "app.debug tells whether debug mode is on"),
            "Flask.session_cookie_name": ("2.3", 'it is app.config["SESSION_COOKIE_NAME"]'),
            "Flask.send_file_max_age_default": ("2.3", 'it is app.config["SEND_FILE_MAX_AGE_DEFAULT"]'),
            "Flask.use_x_sendfile": ("2.3", 'it is app.config["USE_X_SENDFILE"]'),
            "Flask.propagate_exceptions": ("2.3", 'it is app.config["PROPAGATE_EXCEPTIONS"]'),
            "Flask.templates_auto_reload": ("2.3", 'it is app.config["TEMPLATES_AUTO_RELOAD"]'),
            "Flask.preserve_context_on_exception": ("2.2", "the debugger keeps the context by itself"),
            "Flask.try_trigger_before_first_request_functions": ("2.3", "there are no such functions"),
            "Blueprint.before_app_first_request": ("2.3", "call the function where the app is made"),
            "Blueprint.json_encoder": ("2.3", "app.json writes JSON"),
            "Blueprint.json_decoder": ("2.3", "app.json reads JSON"),
            "Config.from_json": ("2.1", "it is app.config.from_file(name, load=json.load)"),
            "send_file(attachment_filename)": ("2.2", "it is download_name"),
            "send_file(cache_timeout)": ("2.2", "it is max_age"),
            "send_file(add_etags)": ("2.2", "it is etag"),
            "send_from_directory(attachment_filename)": ("2.2", "it is download_name"),
            "send_from_directory(cache_timeout)": ("2.2", "it is max_age"),
            "send_from_directory(filename)": ("2.2", "it is path"),
        },
    ),
    "werkzeug": (
        "Werkzeug",
        {
            "urls.url_quote": ("3.0", "use urllib.parse.quote"),
            "urls.url_quote_plus": ("3.0", "use urllib.parse.quote_plus"),
            "urls.url_unquote": ("3.0", "use urllib.parse.unquote"),
            "urls.url_unquote_plus": ("3.0", "use urllib.parse.unquote_plus"),
            "urls.url_encode": ("3.0", "use urllib.parse.urlencode"),
            "urls.url_decode": ("3.0", "use urllib.parse.parse_qs"),
            "urls.url_parse": ("3.0", "use urllib.parse.urlsplit"),
            "urls.url_unparse": ("3.0", "use urllib.parse.urlunsplit"),
            "urls.url_join": ("3.0", "use urllib.parse.urljoin"),
            "urls.url_fix": ("3.0", "use urllib.parse.quote"),
            "urls.URL": ("3.0", "use urllib.parse.urlsplit"),
            "urls.Href": ("2.1", "use urllib.parse.urljoin"),
            "security.safe_str_cmp": ("2.1", "use hmac.compare_digest"),
            "security.pbkdf2_hex": ("2.1", "use hashlib.pbkdf2_hmac"),
            "security.pbkdf2_bin": ("2.1", "use hashlib.pbkdf2_hmac"),
            "utils.unescape": ("2.1", "use html.unescape"),
            "utils.format_string": ("2.1", "use string.Template"),
            "utils.HTMLBuilder": ("2.1", "use Jinja"),
            "utils.invalidate_cached_property": ("2.1", "delete the attribute with del"),
            "http.cookie_date": ("2.1", "it is werkzeug.http.http_date"),
            "http.parse_authorization_header": ("3.0", "use datastructures.Authorization.from_header"),
            "wrappers.BaseRequest": ("2.1", "it is werkzeug.wrappers.Request"),
            "wrappers.BaseResponse": ("2.1", "it is werkzeug.wrappers.Response"),
            "wrappers.ETagResponseMixin": ("2.1", "werkzeug.wrappers.Response has it all"),
            "wrappers.AcceptMixin": ("2.1", "werkzeug.wrappers.Request has it all"),
            "wrappers.UserAgentMixin": ("2.1", "werkzeug.wrappers.Request has it all"),
            "wrappers.CommonRequestDescriptorsMixin": ("2.1", "werkzeug.wrappers.Request has it all"),
            "useragents": ("2.1", "request.user_agent.string is the text"),
            "wsgi.DispatcherMiddleware": ("1.0", "it is in werkzeug.middleware.dispatcher"),
            "wsgi.SharedDataMiddleware": ("1.0", "it is in werkzeug.middleware.shared_data"),
            "contrib": ("1.0", "ProxyFix is werkzeug.middleware.proxy_fix.ProxyFix, the cache is cachelib"),
            "__version__": ("3.1", 'use importlib.metadata.version("werkzeug")'),
            **{
                name: ("1.0", f"it is werkzeug.{module}.{name}")
                for module, names in {
                    "utils": ("secure_filename", "cached_property", "import_string", "redirect"),
                    "security": ("generate_password_hash", "check_password_hash"),
                    "datastructures": (
                        "FileStorage", "Headers", "ImmutableDict", "ImmutableMultiDict", "MultiDict",
                        "CombinedMultiDict",
                    ),
                    "exceptions": ("abort", "Aborter"),
                    "local": ("Local", "LocalProxy", "LocalStack"),
                    "test": ("EnvironBuilder", "create_environ"),
                    "middleware.shared_data": ("SharedDataMiddleware",),
                    "middleware.dispatcher": ("DispatcherMiddleware",),
                    "debug": ("DebuggedApplication",),
                    "http": ("http_date", "parse_date", "dump_cookie", "parse_cookie"),
                }.items()
                for name in names
            },
        },
    ),
    "jinja2": (
        "Jinja",
        {
            "Markup": ("3.1", "it is markupsafe.Markup"),
            "escape": ("3.1", "it is markupsafe.escape"),
            "contextfunction": ("3.1", "it is jinja2.pass_context"),
            "contextfilter": ("3.1", "it is jinja2.pass_context"),
            "environmentfunction": ("3.1", "it is jinja2.pass_environment"),
            "environmentfilter": ("3.1", "it is jinja2.pass_environment"),
            "evalcontextfunction": ("3.1", "it is jinja2.pass_eval_context"),
            "evalcontextfilter": ("3.1", "it is jinja2.pass_eval_context"),
            "utils.Markup": ("3.1", "it is markupsafe.Markup"),
            "utils.escape": ("3.1", "it is markupsafe.escape"),
            "utils.contextfunction": ("3.1", "it is jinja2.pass_context"),
        },
    ),
    "itsdangerous": (
        "ItsDangerous",
        {
            "JSONWebSignatureSerializer": ("2.1", "for such tokens there is PyJWT or Authlib"),
            "TimedJSONWebSignatureSerializer": (
                "2.1", "use itsdangerous.URLSafeTimedSerializer, with max_age in loads()",
            ),
            "json": ("2.1", "import json"),
        },
    ),
}  # fmt: skip


def removed_name(error: BaseException) -> Removed | None:
    """Find the name that an import or a look-up failed for, if it is one that there was once."""
    if isinstance(error, ModuleNotFoundError):
        return look_up(error.name or "", whole=False)
    if isinstance(error, ImportError) and (found := re.match(_CANNOT_IMPORT, error.msg or "")):
        return look_up(f"{found[2]}.{found[1]}")
    if isinstance(error, AttributeError):
        return _attribute(error)
    if isinstance(error, TypeError) and (found := re.match(_UNEXPECTED_KEYWORD, str(error))):
        return _argument(found[1], found[2])
    return None


def look_up(dotted: str, *, whole: bool = True) -> Removed | None:
    """Look up "flask.json.JSONEncoder"; without `whole` a module around it will do, as "flask.ext"."""
    package, _, rest = dotted.replace(_ENGINE, "flask", 1).partition(".")
    called, names = _TABLE.get(package, ("", {}))
    while rest:
        if rest in names:
            return Removed(called, rest.rpartition(".")[2], *names[rest])
        rest = "" if whole else rest.rpartition(".")[0]
    return None


def look_up_attribute(owner: str, name: str) -> Removed | None:
    """Look up what objects of Flask's classes had once: `look_up_attribute("Flask", "json_encoder")`."""
    called, names = _TABLE["flask"]
    found = names.get(f"{owner}.{name}")
    return None if found is None else Removed(called, f"{_OWNERS[owner]}.{name}", *found)


def _attribute(error: AttributeError) -> Removed | None:
    thing, name = error.obj, error.name
    if isinstance(thing, ModuleType):
        return look_up(f"{thing.__name__}.{name}")
    classes = thing.__mro__ if isinstance(thing, type) else type(thing).__mro__
    for kind in classes:
        if kind.__module__.startswith(("flask.", f"{_ENGINE}.")) and kind.__name__ in _OWNERS:
            found = look_up_attribute(kind.__name__, str(name))
            if found is not None:
                return found
    return None


_OWNERS = {"Flask": "app", "App": "app", "Blueprint": "Blueprint", "Config": "app.config"}


def _argument(function: str, keyword: str) -> Removed | None:
    called, names = _TABLE["flask"]
    found = names.get(f"{function}({keyword})")
    return None if found is None else Removed(called, f"{function}({keyword}=...)", *found)

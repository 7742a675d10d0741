"""THE LOOP: from a WSGI environ to a response, one method for each step. Start at `wsgi_app` and read on.

The app knows the order of the steps, and asks the other modules for their work. It does not know who calls
it: a server, the test client or routelab's lab.
"""

from __future__ import annotations

import os
import sys
from contextlib import closing
from inspect import iscoroutinefunction
from typing import TYPE_CHECKING, Any, ClassVar, NoReturn

from werkzeug.exceptions import Aborter, BadRequest, BadRequestKeyError, HTTPException, InternalServerError
from werkzeug.routing import Map, RoutingException, Rule
from werkzeug.utils import cached_property
from werkzeug.utils import redirect as make_redirect
from werkzeug.wsgi import get_host

from . import helpers
from .config import DEFAULTS, Config, ConfigAttribute, as_timedelta, debug_from_environment
from .ctx import KEEP_CONTEXT, UNKNOWN, AppContext, AppGlobals, RequestContext
from .errors import LeftOut, NotInEngine, class_and_code, handler_for
from .globals import active_app_context, active_request_context
from .json.provider import DefaultJSONProvider, JSONProvider
from .logging import create_logger
from .responses import response_from
from .scaffold import Scaffold, endpoint_of, instance_path_of, methods_of, name_of, setupmethod, too_late
from .sessions import SecureCookieSessionInterface, SessionInterface
from .tables import functions_for, naming
from .templating import AUTOESCAPED, extend_context, make_environment
from .wrappers import Request, Response

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, ValuesView
    from logging import Logger

    from _typeshed.wsgi import StartResponse, WSGIEnvironment
    from jinja2 import Environment
    from werkzeug.routing import MapAdapter
    from werkzeug.wrappers import Response as WerkzeugResponse

    from .blueprints import Blueprint
    from .testing import FlaskClient
    from .typing import AnyFunction, Hook, ResponseReturnValue, View


class Flask(Scaffold):
    """A web application: tables filled at load, and the loop that uses them for each request."""

    request_class: type[Request] = Request
    response_class: type[Response] = Response
    url_map_class = Map
    url_rule_class = Rule
    config_class = Config
    default_config = DEFAULTS
    aborter_class = Aborter
    app_ctx_globals_class = AppGlobals
    json_provider_class: type[JSONProvider] = DefaultJSONProvider
    session_interface: SessionInterface = SecureCookieSessionInterface()
    test_client_class: type[FlaskClient] | None = None
    jinja_options: ClassVar[dict[str, Any]] = {}

    testing = ConfigAttribute("TESTING")
    secret_key = ConfigAttribute("SECRET_KEY")
    permanent_session_lifetime = ConfigAttribute("PERMANENT_SESSION_LIFETIME", as_timedelta)

    test_cli_runner, test_cli_runner_class, make_shell_context = LeftOut(), LeftOut(), LeftOut()
    open_instance_resource, auto_find_instance_path, make_config = LeftOut(), LeftOut(), LeftOut()
    jinja_environment, create_global_jinja_loader, make_aborter = LeftOut(), LeftOut(), LeftOut()
    async_to_sync, should_ignore_error = LeftOut(), LeftOut()

    def __init__(
        self,
        import_name: str,
        static_url_path: str | None = None,
        static_folder: str | os.PathLike[str] | None = "static",
        static_host: str | None = None,
        host_matching: bool = False,
        subdomain_matching: bool = False,
        template_folder: str | os.PathLike[str] | None = "templates",
        instance_path: str | None = None,
        instance_relative_config: bool = False,
        root_path: str | None = None,
    ) -> None:
        super().__init__(import_name, static_folder, static_url_path, template_folder, root_path)
        if static_host is not None or host_matching:
            raise NotInEngine("host matching")
        self.instance_path = instance_path or instance_path_of(import_name)
        self.config = self.config_class(
            self.instance_path if instance_relative_config else self.root_path,
            {**self.default_config, "DEBUG": debug_from_environment()},
        )
        self.aborter = self.aborter_class()
        self.json: JSONProvider = self.json_provider_class(self)
        self.url_map = self.url_map_class()
        self.subdomain_matching = subdomain_matching
        self.url_build_error_handlers: list[Callable[[Exception, str, dict[str, Any]], str | None]] = []
        self.teardown_appcontext_funcs: list[Hook] = []
        self.shell_context_processors: list[Hook] = []
        self.blueprints: dict[str, Blueprint] = {}  # by full name, in the order of registration
        self.extensions: dict[str, Any] = {}
        self._got_first_request = False
        if self.has_static_folder:
            rule = f"{self.static_url_path}/<path:filename>"
            self.add_url_rule(
                rule, endpoint="static", view_func=lambda **kwargs: self.send_static_file(**kwargs)
            )

    # REQUEST: the outer edge

    def __call__(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Be a WSGI application; middleware wraps `wsgi_app`, so that the app stays what was called."""
        return self.wsgi_app(environ, start_response)

    def wsgi_app(self, environ: WSGIEnvironment, start_response: StartResponse) -> Iterable[bytes]:
        """Push the context (which matches), dispatch, answer, and pop the context whatever happened."""
        context = self.request_context(environ)
        error: BaseException | None = None
        try:
            try:
                context.push()
                response = self.full_dispatch_request()
            except Exception as exception:
                error = exception
                response = self.handle_exception(exception)
            except BaseException as exception:
                error = exception
                raise
            return response(environ, start_response)
        finally:
            if (keep := environ.get(KEEP_CONTEXT)) is not None:
                keep(active_app_context.get())
                keep(context)
            context.pop(error)

    # CONTEXT and MATCH: see ctx.py

    def app_context(self) -> AppContext:
        return AppContext(self)

    def request_context(self, environ: WSGIEnvironment) -> RequestContext:
        return RequestContext(self, environ)

    def create_url_adapter(self, request: Request | None) -> MapAdapter | None:
        """Bind the url_map to the request's host, or to SERVER_NAME where there is no request."""
        if request is None:
            if self.config["SERVER_NAME"] is None:
                return None
            return self.url_map.bind(
                self.config["SERVER_NAME"],
                script_name=self.config["APPLICATION_ROOT"],
                url_scheme=self.config["PREFERRED_URL_SCHEME"],
            )
        if (trusted_hosts := self.config["TRUSTED_HOSTS"]) is not None:
            request.trusted_hosts = trusted_hosts
        request.host = get_host(request.environ, request.trusted_hosts)  # raises 400 for others
        subdomain = None if self.subdomain_matching else self.url_map.default_subdomain or ""
        return self.url_map.bind_to_environ(
            request.environ, server_name=self.config["SERVER_NAME"], subdomain=subdomain
        )

    # BEFORE, VIEW, RESPONSE, AFTER: the middle of the loop

    def full_dispatch_request(self) -> Response:
        """Get an answer from a hook, a view or an error handler, and finish it.

        What is raised inside the `try` is looked up as itself. What `finalize_request` raises is not: it
        reaches `handle_exception`, and becomes a 500.
        """
        self._got_first_request = True
        try:
            returned = self.preprocess_request()
            if returned is None:
                returned = self.dispatch_request()
        except Exception as exception:
            returned = self.handle_user_exception(exception)
        return self.finalize_request(returned)

    def preprocess_request(self) -> ResponseReturnValue | None:
        """Run the before_request hooks, the app's first; one that returns something replaces the view."""
        request = active_request_context.get().request
        blueprints = request.blueprints
        for preprocessor in functions_for(self.url_value_preprocessors, blueprints):
            preprocessor(request.endpoint, request.view_args)
        for hook in functions_for(self.before_request_funcs, blueprints):
            returned = self.ensure_sync(hook)()
            if returned is not None:
                return returned  # type: ignore[no-any-return]
        return None

    def dispatch_request(self) -> ResponseReturnValue:
        """Raise what the router found wrong, answer OPTIONS, or call the view."""
        request = active_request_context.get().request
        if request.routing_exception is not None:
            self.raise_routing_exception(request)
        rule = request.url_rule
        if request.method == "OPTIONS" and getattr(rule, "provide_automatic_options", False):
            return self.make_default_options_response()
        view = self.view_functions[rule.endpoint]  # type: ignore[union-attr]
        return self.ensure_sync(view)(**request.view_args)  # type: ignore[no-any-return,arg-type]

    def raise_routing_exception(self, request: Request) -> NoReturn:
        """Raise the 404, the 405 or the redirect that the match left behind."""
        assert request.routing_exception is not None
        raise request.routing_exception

    def make_default_options_response(self) -> Response:
        """Answer OPTIONS with the methods of all rules that fit the path."""
        adapter = active_request_context.get().url_adapter
        assert adapter is not None
        response = self.response_class()
        response.allow.update(adapter.allowed_methods())
        return response

    def ensure_sync(self, func: Callable[..., Any]) -> Callable[..., Any]:
        """Return what can be called for a function that a learner wrote: itself, unless it is async."""
        if iscoroutinefunction(func):
            raise NotInEngine(f"async functions: {getattr(func, '__name__', func)!s} is `async def`")
        return func

    def finalize_request(
        self, rv: ResponseReturnValue | HTTPException, from_error_handler: bool = False
    ) -> Response:
        """Make the response and run the hooks on it."""
        response = self.make_response(rv)
        try:
            response = self.process_response(response)
        except Exception:
            if not from_error_handler:
                raise
            self.logger.exception("Request finalizing failed with an error while handling an error")
        return response

    def make_response(self, rv: ResponseReturnValue | HTTPException) -> Response:
        """Turn what a view returned into a Response: see responses.py."""
        return response_from(self, rv)

    def process_response(self, response: Response) -> Response:
        """Run the after_request hooks in reverse, the app's last, and save the session."""
        context = active_request_context.get()
        for hook in context._after_request_functions:
            response = self.ensure_sync(hook)(response)
        for hook in reversed(functions_for(self.after_request_funcs, context.request.blueprints)):
            response = self.ensure_sync(hook)(response)
        session = context._session
        if not self.session_interface.is_null_session(session):
            self.session_interface.save_session(self, session, response)  # type: ignore[arg-type]
        return response

    # ERROR: who answers is in errors.py

    def handle_user_exception(self, e: Exception) -> ResponseReturnValue | HTTPException:
        """Ask the handlers for what a hook or a view raised; an HTTP error without one answers itself."""
        if isinstance(e, BadRequestKeyError) and (self.debug or self.config["TRAP_BAD_REQUEST_ERRORS"]):
            e.show_exception = True
        if isinstance(e, HTTPException) and not self.trap_http_exception(e):
            return self.handle_http_exception(e)
        handler = self._find_error_handler(e, active_request_context.get().request.blueprints)
        if handler is None:
            raise e
        return self.ensure_sync(handler)(e)  # type: ignore[no-any-return]

    def handle_http_exception(self, e: HTTPException) -> ResponseReturnValue | HTTPException:
        """Ask the handlers for an HTTP error, but not for the router's redirect nor for `abort(response)`."""
        if e.code is None or isinstance(e, RoutingException):
            return e
        handler = self._find_error_handler(e, active_request_context.get().request.blueprints)
        if handler is None:
            return e
        return self.ensure_sync(handler)(e)  # type: ignore[no-any-return]

    def handle_exception(self, e: Exception) -> Response:
        """Make a 500 of what nobody took, unless it shall reach the developer."""
        propagate = self.config["PROPAGATE_EXCEPTIONS"]
        if propagate is None:
            propagate = self.testing or self.debug
        if propagate:
            raise e
        self.log_exception((type(e), e, e.__traceback__))
        server_error = InternalServerError(original_exception=e)
        answer: ResponseReturnValue | HTTPException = server_error
        handler = self._find_error_handler(server_error, active_request_context.get().request.blueprints)
        if handler is not None:
            answer = self.ensure_sync(handler)(server_error)
        return self.finalize_request(answer, from_error_handler=True)

    def trap_http_exception(self, e: Exception) -> bool:
        """Whether an HTTP error shall count as an ordinary exception, as TRAP_* and debug mode want some."""
        if self.config["TRAP_HTTP_EXCEPTIONS"]:
            return True
        trap_bad_request = self.config["TRAP_BAD_REQUEST_ERRORS"]
        if trap_bad_request is None and self.debug and isinstance(e, BadRequestKeyError):
            return True
        return bool(trap_bad_request) and isinstance(e, BadRequest)

    def log_exception(self, exc_info: Any) -> None:
        request = active_request_context.get().request
        self.logger.error(f"Exception on {request.path} [{request.method}]", exc_info=exc_info)

    def _find_error_handler(self, e: Exception, blueprints: list[str]) -> Hook | None:
        return handler_for(*class_and_code(type(e)), self.error_handler_spec, blueprints)

    # TEARDOWN: when the response has been handed over

    def do_teardown_request(self, exc: BaseException | None = UNKNOWN) -> None:
        """Run the teardown_request hooks in reverse, the app's last."""
        exc = sys.exc_info()[1] if exc is UNKNOWN else exc
        blueprints = active_request_context.get().request.blueprints
        for hook in reversed(functions_for(self.teardown_request_funcs, blueprints)):
            self.ensure_sync(hook)(exc)

    def do_teardown_appcontext(self, exc: BaseException | None = UNKNOWN) -> None:
        """Run the teardown_appcontext hooks in reverse."""
        exc = sys.exc_info()[1] if exc is UNKNOWN else exc
        for hook in reversed(self.teardown_appcontext_funcs):
            self.ensure_sync(hook)(exc)

    # LOAD: what only an app can write down; the rest is in scaffold.py

    def _check_setup_finished(self, f_name: str) -> None:
        if self._got_first_request:
            raise too_late(f_name, "application", "handled its first request", "running")

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: View | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        endpoint = endpoint_of(view_func) if endpoint is None else endpoint
        by_default = self.config["PROVIDE_AUTOMATIC_OPTIONS"]
        methods, answers_options = methods_of(
            view_func, options.pop("methods", None), provide_automatic_options, by_default
        )
        made = self.url_rule_class(rule, endpoint=endpoint, methods=methods, **options)
        made.provide_automatic_options = answers_options  # type: ignore[attr-defined]
        self.url_map.add(made)

        if view_func is not None:
            if self.view_functions.get(endpoint, view_func) != view_func:
                raise AssertionError(
                    f"View function mapping is overwriting an existing endpoint function: {endpoint}"
                )
            self.view_functions[endpoint] = view_func

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: Any) -> None:
        blueprint.register(self, options)

    def iter_blueprints(self) -> ValuesView[Blueprint]:
        """Return the blueprints in the order of registration."""
        return self.blueprints.values()

    @setupmethod
    def teardown_appcontext(self, f: AnyFunction) -> AnyFunction:
        self.teardown_appcontext_funcs.append(f)
        return f

    @setupmethod
    def shell_context_processor(self, f: AnyFunction) -> AnyFunction:
        """Write down what `flask shell` would call."""
        self.shell_context_processors.append(f)
        return f

    @setupmethod
    def template_filter(self, name: str | None = None) -> Callable[[AnyFunction], AnyFunction]:
        return naming(self.add_template_filter, name)

    @setupmethod
    def add_template_filter(self, f: Hook, name: str | None = None) -> None:
        self.jinja_env.filters[name or f.__name__] = f

    @setupmethod
    def template_test(self, name: str | None = None) -> Callable[[AnyFunction], AnyFunction]:
        return naming(self.add_template_test, name)

    @setupmethod
    def add_template_test(self, f: Hook, name: str | None = None) -> None:
        self.jinja_env.tests[name or f.__name__] = f

    @setupmethod
    def template_global(self, name: str | None = None) -> Callable[[AnyFunction], AnyFunction]:
        return naming(self.add_template_global, name)

    @setupmethod
    def add_template_global(self, f: Hook, name: str | None = None) -> None:
        self.jinja_env.globals[name or f.__name__] = f

    def run(self, *_: Any, **__: Any) -> None:
        """Start nothing: requests come from routelab, not from a network."""

    # What views use

    url_for = helpers.build_url
    inject_url_defaults = helpers.inject_url_defaults
    handle_url_build_error = helpers.handle_url_build_error

    def redirect(self, location: str, code: int = 302) -> WerkzeugResponse:
        return make_redirect(location, code=code, Response=self.response_class)

    def update_template_context(self, context: dict[str, Any]) -> None:
        """Add to a template's names what the context processors give: see templating.py."""
        extend_context(self, context)

    @cached_property
    def jinja_env(self) -> Environment:
        """Jinja's environment, made when it is first needed: see templating.py."""
        return self.create_jinja_environment()

    def create_jinja_environment(self) -> Environment:
        return make_environment(self)

    def select_jinja_autoescape(self, filename: str | None) -> bool:
        """Escape what goes into HTML and XML, and into templates that have no file."""
        return filename is None or filename.endswith(AUTOESCAPED)

    def send_static_file(self, filename: str) -> Response:
        return helpers.serve_static(self, filename)

    # What tests and settings use

    def test_client(self, use_cookies: bool = True, **kwargs: Any) -> FlaskClient:
        from .testing import FlaskClient  # nobody else needs it, as below

        client_class = self.test_client_class or FlaskClient
        return client_class(self, self.response_class, use_cookies=use_cookies, **kwargs)

    def test_request_context(self, *args: Any, **kwargs: Any) -> RequestContext:
        """Make the context of a request that nobody sent: `with app.test_request_context("/?q=1"):`."""
        from .testing import EnvironBuilder

        with closing(EnvironBuilder(self, *args, **kwargs)) as builder:
            return self.request_context(builder.get_environ())

    @cached_property
    def name(self) -> str:
        return name_of(self.import_name)

    @cached_property
    def logger(self) -> Logger:
        """Python's logger of the app's name, made ready when it is first asked for: see logging.py."""
        return create_logger(self)

    @property
    def debug(self) -> bool:
        return self.config["DEBUG"]  # type: ignore[no-any-return]

    @debug.setter
    def debug(self, value: bool) -> None:
        self.config["DEBUG"] = value
        if "jinja_env" in self.__dict__ and self.config["TEMPLATES_AUTO_RELOAD"] is None:
            self.jinja_env.auto_reload = value

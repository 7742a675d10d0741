"""LOAD, in parts: a blueprint collects rules, hooks and handlers, and replays them when an app registers it.

It knows how names and prefixes are put together, and nothing of requests.
"""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

from .errors import LeftOut
from .helpers import serve_static
from .scaffold import Scaffold, endpoint_of, setupmethod, too_late
from .tables import naming

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Mapping

    from .app import Flask
    from .typing import AnyFunction, Hook, Name, View
    from .wrappers import Response

    Deferred = Callable[["BlueprintSetupState"], object]


class BlueprintSetupState:
    """One registration: where the blueprint is mounted, and under which name."""

    def __init__(
        self, blueprint: Blueprint, app: Flask, options: Mapping[str, Any], first_registration: bool
    ) -> None:
        self.app = app
        self.blueprint = blueprint
        self.options = options
        self.first_registration = first_registration
        self.subdomain: str | None = _first_given(options.get("subdomain"), blueprint.subdomain)
        self.url_prefix: str | None = _first_given(options.get("url_prefix"), blueprint.url_prefix)
        self.name: str = options.get("name", blueprint.name)
        self.name_prefix: str = options.get("name_prefix", "")
        self.url_defaults = {**blueprint.url_values_defaults, **dict(options.get("url_defaults", ()))}

    def add_url_rule(
        self, rule: str, endpoint: str | None = None, view_func: View | None = None, **options: Any
    ) -> None:
        """Add the rule `/list` of the blueprint `users` as `/users/list`, with the endpoint `users.list`."""
        if self.url_prefix is not None:
            rule = _below(self.url_prefix, rule) if rule else self.url_prefix
        options.setdefault("subdomain", self.subdomain)
        endpoint = endpoint_of(view_func) if endpoint is None else endpoint
        defaults = {**self.url_defaults, **options.pop("defaults", {})}
        full_endpoint = f"{self.name_prefix}.{self.name}.{endpoint}".lstrip(".")
        self.app.add_url_rule(rule, full_endpoint, view_func, defaults=defaults, **options)


class Blueprint(Scaffold):
    """A part of an app, with its own rules, hooks, templates and static files."""

    _got_registered_once = False
    cli_group = LeftOut()

    def __init__(
        self,
        name: str,
        import_name: str,
        static_folder: str | os.PathLike[str] | None = None,
        static_url_path: str | None = None,
        template_folder: str | os.PathLike[str] | None = None,
        url_prefix: str | None = None,
        subdomain: str | None = None,
        url_defaults: dict[str, Any] | None = None,
        root_path: str | None = None,
        cli_group: str | None = None,  # noqa: ARG002  (commands are not run, under whatever name)
    ) -> None:
        super().__init__(import_name, static_folder, static_url_path, template_folder, root_path)
        if not name:
            raise ValueError("'name' may not be empty.")
        if "." in name:
            raise ValueError("'name' may not contain a dot '.' character.")
        self.name = name
        self.url_prefix = url_prefix
        self.subdomain = subdomain
        self.url_values_defaults = url_defaults or {}
        self.deferred_functions: list[Deferred] = []
        self._blueprints: list[tuple[Blueprint, dict[str, Any]]] = []

    def _check_setup_finished(self, f_name: str) -> None:
        if self._got_registered_once:
            raise too_late(
                f_name, "blueprint", "been registered at least once", "registering", f" '{self.name}'"
            )

    # Collect

    @setupmethod
    def record(self, func: Deferred) -> None:
        """Call a function with the setup state at each registration."""
        self.deferred_functions.append(func)

    @setupmethod
    def record_once(self, func: Deferred) -> None:
        """Call a function with the setup state at the first registration only."""
        self.record(lambda state: func(state) if state.first_registration else None)

    @setupmethod
    def add_url_rule(
        self,
        rule: str,
        endpoint: str | None = None,
        view_func: View | None = None,
        provide_automatic_options: bool | None = None,
        **options: Any,
    ) -> None:
        if endpoint and "." in endpoint:
            raise ValueError("'endpoint' may not contain a dot '.' character.")
        if view_func and "." in getattr(view_func, "__name__", ""):
            raise ValueError("'view_func' name may not contain a dot '.' character.")
        self.record(
            lambda state: state.add_url_rule(
                rule, endpoint, view_func, provide_automatic_options=provide_automatic_options, **options
            )
        )

    @setupmethod
    def register_blueprint(self, blueprint: Blueprint, **options: Any) -> None:
        """Nest another blueprint in this one."""
        if blueprint is self:
            raise ValueError("Cannot register a blueprint on itself")
        self._blueprints.append((blueprint, options))

    # What holds for the whole app, not only for this blueprint's requests

    @setupmethod
    def before_app_request(self, f: AnyFunction) -> AnyFunction:
        return self._for_whole_app("before_request_funcs", f)

    @setupmethod
    def after_app_request(self, f: AnyFunction) -> AnyFunction:
        return self._for_whole_app("after_request_funcs", f)

    @setupmethod
    def teardown_app_request(self, f: AnyFunction) -> AnyFunction:
        return self._for_whole_app("teardown_request_funcs", f)

    @setupmethod
    def app_context_processor(self, f: AnyFunction) -> AnyFunction:
        return self._for_whole_app("template_context_processors", f)

    @setupmethod
    def app_url_value_preprocessor(self, f: AnyFunction) -> AnyFunction:
        return self._for_whole_app("url_value_preprocessors", f)

    @setupmethod
    def app_url_defaults(self, f: AnyFunction) -> AnyFunction:
        return self._for_whole_app("url_default_functions", f)

    def _for_whole_app(self, table: str, f: AnyFunction) -> AnyFunction:
        self.record_once(lambda state: getattr(state.app, table)[None].append(f))
        return f

    @setupmethod
    def app_errorhandler(self, code: int | type[Exception]) -> Callable[[AnyFunction], AnyFunction]:
        def decorator(handler: AnyFunction) -> AnyFunction:
            self.record_once(lambda state: state.app.register_error_handler(code, handler))
            return handler

        return decorator

    @setupmethod
    def app_template_filter(self, name: str | None = None) -> Callable[[AnyFunction], AnyFunction]:
        return naming(self.add_app_template_filter, name)

    @setupmethod
    def add_app_template_filter(self, f: Hook, name: str | None = None) -> None:
        self.record_once(lambda state: state.app.add_template_filter(f, name=name))

    @setupmethod
    def app_template_test(self, name: str | None = None) -> Callable[[AnyFunction], AnyFunction]:
        return naming(self.add_app_template_test, name)

    @setupmethod
    def add_app_template_test(self, f: Hook, name: str | None = None) -> None:
        self.record_once(lambda state: state.app.add_template_test(f, name=name))

    @setupmethod
    def app_template_global(self, name: str | None = None) -> Callable[[AnyFunction], AnyFunction]:
        return naming(self.add_app_template_global, name)

    @setupmethod
    def add_app_template_global(self, f: Hook, name: str | None = None) -> None:
        self.record_once(lambda state: state.app.add_template_global(f, name=name))

    # Replay

    def make_setup_state(
        self, app: Flask, options: Mapping[str, Any], first_registration: bool = False
    ) -> BlueprintSetupState:
        return BlueprintSetupState(self, app, options, first_registration)

    def register(self, app: Flask, options: Mapping[str, Any]) -> None:
        """Write down in the app what was collected; then do the same for nested blueprints."""
        name = self._free_name(app, options)
        first_registration = not any(blueprint is self for blueprint in app.blueprints.values())
        app.blueprints[name] = self
        self._got_registered_once = True
        state = self.make_setup_state(app, options, first_registration)

        if self.has_static_folder:
            rule = f"{self.static_url_path}/<path:filename>"
            state.add_url_rule(rule, view_func=self.send_static_file, endpoint="static")
        self._merge_into(app, name)
        for function in self.deferred_functions:
            function(state)
        for blueprint, nested_options in self._blueprints:
            blueprint.register(app, _nested_options(state, name, blueprint, nested_options))

    def _free_name(self, app: Flask, options: Mapping[str, Any]) -> str:
        """Return the full name of this registration; raises ValueError when it is taken."""
        own_name = options.get("name", self.name)
        name = f"{options.get('name_prefix', '')}.{own_name}".lstrip(".")
        if name in app.blueprints:
            which = "this" if app.blueprints[name] is self else "a different"
            where = f" '{name}'" if own_name != name else ""
            raise ValueError(
                f"The name '{own_name}' is already registered for {which} blueprint{where}. Use 'name=' to"
                " provide a unique name."
            )
        return name

    def _merge_into(self, app: Flask, name: str) -> None:
        """Copy the tables of functions, under the blueprint's full name in place of None."""

        def full_name(key: Name) -> str:
            return name if key is None else f"{name}.{key}"

        for key, handlers_by_code in self.error_handler_spec.items():
            copied = {code: dict(handlers) for code, handlers in handlers_by_code.items()}
            app.error_handler_spec[full_name(key)] = defaultdict(dict, copied)
        app.view_functions.update(self.view_functions)
        for own, apps in (
            (self.before_request_funcs, app.before_request_funcs),
            (self.after_request_funcs, app.after_request_funcs),
            (self.teardown_request_funcs, app.teardown_request_funcs),
            (self.url_default_functions, app.url_default_functions),
            (self.url_value_preprocessors, app.url_value_preprocessors),
            (self.template_context_processors, app.template_context_processors),
        ):
            for key, functions in own.items():
                apps[full_name(key)].extend(functions)

    def send_static_file(self, filename: str) -> Response:
        return serve_static(self, filename)


def _first_given(*values: str | None) -> str | None:
    return next((value for value in values if value is not None), None)


def _nested_options(
    outer: BlueprintSetupState, outer_name: str, inner: Blueprint, options: Mapping[str, Any]
) -> dict[str, Any]:
    """Put the outer prefix before the inner one, and the inner subdomain before the outer one."""
    url_prefix = _first_given(options.get("url_prefix"), inner.url_prefix)
    subdomain = _first_given(options.get("subdomain"), inner.subdomain)
    return {
        **options,
        "name_prefix": outer_name,
        "url_prefix": _joined(_below, outer.url_prefix, url_prefix),
        "subdomain": _joined("{}.{}".format, subdomain, outer.subdomain),
    }


def _joined(join: Callable[[str, str], str], first: str | None, second: str | None) -> str | None:
    return _first_given(first, second) if first is None or second is None else join(first, second)


def _below(prefix: str, path: str) -> str:
    return f"{prefix.rstrip('/')}/{path.lstrip('/')}"

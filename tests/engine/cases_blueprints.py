"""Cases: apps made of parts, and views made of classes."""

from engine.twins import case

LOADING = (
    case(
        "bp-not-registered",
        """
        users = Blueprint("users", __name__, url_prefix="/users")
        @users.route("/")
        def index(): return "x"
        """,
        "GET /users/",
    ),
    case(
        "bp-views-not-imported",
        """
        from api import api
        app.register_blueprint(api)
        """,
        "GET /api/customers",
        files={
            "api.py": "from flask import Blueprint\napi = Blueprint('api', __name__, url_prefix='/api')\n",
            "views.py": "from api import api\n@api.route('/customers')\ndef customers(): return 'x'\n",
        },
    ),
    case(
        "bp-views-imported-late",
        """
        from api import api
        app.register_blueprint(api)
        import views
        """,
        files={
            "api.py": "from flask import Blueprint\napi = Blueprint('api', __name__, url_prefix='/api')\n",
            "views.py": "from api import api\n@api.route('/customers')\ndef customers(): return 'x'\n",
        },
    ),
    case(
        "bp-prefix-no-slash",
        """
        users = Blueprint("users", __name__, url_prefix="users")
        @users.route("/x")
        def x(): return "x"
        app.register_blueprint(users)
        """,
    ),
    case(
        "bp-rule-no-slash-no-prefix",
        """
        users = Blueprint("users", __name__)
        @users.route("<int:user_id>")
        def x(user_id): return "x"
        app.register_blueprint(users)
        """,
    ),
    case(
        "bp-registered-twice",
        """
        users = Blueprint("users", __name__)
        app.register_blueprint(users)
        app.register_blueprint(users)
        """,
    ),
    case(
        "bp-same-name",
        """
        app.register_blueprint(Blueprint("main", __name__))
        app.register_blueprint(Blueprint("main", __name__))
        """,
    ),
    case("bp-dot-in-name", "Blueprint('a.b', __name__)"),
    case("bp-empty-name", "Blueprint('', __name__)"),
    case("bp-no-import-name", "Blueprint('a')"),
    case("bp-on-itself", "bp = Blueprint('a', __name__)\nbp.register_blueprint(bp)"),
    case("bp-dot-in-endpoint", "Blueprint('a', __name__).add_url_rule('/', endpoint='a.b')"),
    case(
        "bp-dot-in-view-name",
        """
        def view(): pass
        view.__name__ = "a.b"
        Blueprint("a", __name__).add_url_rule("/", view_func=view)
        """,
    ),
    case(
        "bp-nested-name-taken",
        """
        parent = Blueprint("parent", __name__)
        parent.register_blueprint(Blueprint("child", __name__))
        parent.register_blueprint(Blueprint("child", __name__))
        app.register_blueprint(parent)
        """,
    ),
    case(
        "bp-name-taken-under-another",
        """
        bp = Blueprint("a", __name__)
        app.register_blueprint(bp, name="b")
        app.register_blueprint(bp, name="b")
        """,
    ),
    case(
        "bp-circular-import",
        "from routes import bp\napp.register_blueprint(bp)",
        "GET /nope",
        files={
            "routes.py": "from flask import Blueprint\nfrom app import app\nbp = Blueprint('r', __name__)\n"
        },
    ),
    case("bp-not-a-blueprint", "app.register_blueprint('users')"),
    case(
        "bp-setup-after-registration",
        """
        bp = Blueprint("bp", __name__)
        app.register_blueprint(bp)
        """,
        script="""
        for method in ("route", "before_request", "record", "errorhandler", "app_errorhandler", "register_blueprint",
                       "app_template_filter", "before_app_request", "get"):
            try: getattr(bp, method)(404)
            except AssertionError as error: say(str(error))
        """,
    ),
)

PREFIXES = (
    case(
        "bp-basic",
        """
        users = Blueprint("users", __name__, url_prefix="/users")
        @users.route("/")
        def list_users(): return url_for(".list_users") + " " + url_for("users.show", user_id=1)
        @users.route("<int:user_id>")
        def show(user_id): return f"user {user_id} {request.blueprint} {request.endpoint} {request.blueprints}"
        app.register_blueprint(users)
        """,
        "GET /users",
        "GET /users/",
        "GET /users/5",
        "GET /users/x",
        script="say([repr(users), list(app.blueprints), [repr(b) for b in app.iter_blueprints()]])",
    ),
    case(
        "bp-endpoint-name",
        """
        users_bp = Blueprint("users", __name__)
        @users_bp.route("/users/")
        def list_users(): return "x"
        app.register_blueprint(users_bp)
        @app.route("/a")
        def a(): return url_for("list_users")
        @app.route("/b")
        def b(): return url_for("users.list_users")
        @app.route("/c")
        def c(): return url_for("users_bp.list_users")
        @app.route("/d")
        def d(): return url_for(".b")
        """,
        *(f"GET /{name}" for name in "abcd"),
    ),
    case(
        "bp-endpoint-in-own-view",
        """
        users = Blueprint("users", __name__, url_prefix="/users")
        @users.route("/a")
        def a(): return url_for("index")
        @users.route("/b")
        def b(): return url_for(".a")
        @users.route("/c", endpoint="see")
        def c(): return url_for(".see")
        @app.route("/")
        def index(): return "x"
        app.register_blueprint(users)
        """,
        "GET /users/a",
        "GET /users/b",
        "GET /users/c",
    ),
    case(
        "bp-prefix-repeated-in-rule",
        """
        users = Blueprint("users", __name__, url_prefix="/users")
        @users.route("/users/list")
        def index(): return "x"
        app.register_blueprint(users)
        """,
        "GET /users/list",
        "GET /users/users/list",
    ),
    case(
        "bp-prefix-twice",
        """
        users = Blueprint("users", __name__, url_prefix="/users")
        @users.route("/x")
        def x(): return "x"
        app.register_blueprint(users, url_prefix="/people")
        """,
        "GET /users/x",
        "GET /people/x",
    ),
    case(
        "bp-empty-rule",
        """
        users = Blueprint("users", __name__, url_prefix="/users")
        @users.route("")
        def index(): return "x"
        app.register_blueprint(users)
        slashed = Blueprint("slashed", __name__, url_prefix="/slashed/")
        @slashed.route("//x")
        def x(): return "x"
        @slashed.route("")
        def empty(): return "empty"
        app.register_blueprint(slashed)
        """,
        "GET /users",
        "GET /users/",
        "GET /slashed/x",
        "GET /slashed/",
    ),
    case(
        "bp-registered-under-several-names",
        """
        bp = Blueprint("bp", __name__, url_defaults={"lang": "en"})
        @bp.record_once
        def once(state): print("once", state.first_registration)
        @bp.record
        def always(state): calls.append([state.name, state.url_prefix, state.first_registration, state.app is app])
        calls = []
        @bp.before_request
        def before(): g.log = g.get("log", 0) + 1
        @bp.before_app_request
        def before_app(): g.app = g.get("app", 0) + 1
        @bp.route("/x", defaults={"n": 1})
        @bp.route("/x/<int:n>")
        def x(lang, n): return f"{lang} {n} {request.endpoint} {url_for('.x', lang=lang, n=3)} {g.log} {g.app}"
        app.register_blueprint(bp)
        app.register_blueprint(bp, name="other", url_prefix="/<lang>")
        app.register_blueprint(bp, name="third", url_prefix="/third", url_defaults={"lang": "fr"})
        @app.route("/calls")
        def show(): return calls
        """,
        *(f"GET {path}" for path in ("/x", "/de/x", "/third/x", "/third/x/5", "/calls")),
    ),
    case(
        "bp-nested",
        """
        log = []
        def logs(owner, name):
            owner.before_request(lambda: log.append(f"before {name}"))
            owner.teardown_request(lambda e: log.append(f"teardown {name}"))
            owner.url_value_preprocessor(lambda endpoint, values: log.append(f"values {name} {endpoint}"))
            owner.context_processor(lambda: {"who": name})
            @owner.after_request
            def after(response):
                log.append(f"after {name}")
                return response
            @owner.url_defaults
            def defaults(endpoint, values): log.append(f"defaults {name} {endpoint}")
        child = Blueprint("child", __name__, url_prefix="/child")
        parent = Blueprint("parent", __name__, url_prefix="/parent/")
        grand = Blueprint("grand", __name__)
        for owner, name in ((app, "app"), (parent, "parent"), (child, "child"), (grand, "grand")): logs(owner, name)
        @child.route("/")
        def index(): return f"{request.endpoint} {request.blueprints} {url_for('.index')} {render_template_string('{{ who }}')}"
        @child.route("/fail")
        def fail(): abort(403)
        @child.route("/value")
        def value(): raise ValueError("v")
        @grand.route("/grand")
        def index(): return url_for("parent.child.index") + " " + url_for(".index")
        @parent.errorhandler(403)
        def forbidden(e): return "parent 403", 403
        @child.errorhandler(ValueError)
        def value_error(e): return "child ValueError", 500
        parent.register_blueprint(child)
        child.register_blueprint(grand, url_prefix="/deep", name="deep")
        app.register_blueprint(parent)
        @app.route("/log")
        def show():
            seen, log[:] = list(log), []
            return seen
        """,
        "GET /parent/child/",
        "GET /log",
        "GET /parent/child/fail",
        "GET /parent/child/value",
        "GET /parent/child/deep/grand",
        "GET /log",
        script="say(sorted(app.blueprints)); say(sorted(str(key) for key in app.before_request_funcs))",
    ),
    *(
        case(
            f"bp-nested-prefixes-{i}",
            f"""
            child = Blueprint("child", __name__, {own})
            parent = Blueprint("parent", __name__, {outer})
            @child.route("/x")
            def x(): return request.url_rule.rule + " " + str(request.url_rule.subdomain)
            @child.route("")
            def empty(): return "empty"
            parent.register_blueprint(child, {given})
            app.register_blueprint(parent, {mounted})
            """,
            script="say(sorted((str(r), r.endpoint, r.subdomain, str(r.defaults)) for r in app.url_map.iter_rules()))",
        )
        for i, (own, outer, given, mounted) in enumerate(
            (
                ("url_prefix='/c'", "url_prefix='/p'", "", ""),
                ("url_prefix='/c'", "url_prefix='/p'", "url_prefix='/g'", "url_prefix='/m'"),
                ("url_prefix='c/'", "url_prefix='/p/'", "", ""),
                ("url_prefix='/c'", "", "", ""),
                ("", "url_prefix='/p'", "", ""),
                ("url_prefix='/'", "url_prefix='/p'", "", ""),
                ("url_prefix='/c', subdomain='c'", "url_prefix='/p', subdomain='p'", "", ""),
                ("url_prefix='/c'", "subdomain='p'", "subdomain='g'", ""),
                ("url_prefix='/c', subdomain='c'", "", "", ""),
                ("url_prefix='/c'", "subdomain='p'", "", "subdomain='m'"),
                ("url_prefix='/c'", "", "", "name='other', url_defaults={'a': 1}"),
                ("url_prefix='/c', subdomain=''", "subdomain='p'", "", ""),
            )
        )
    ),
    case(
        "bp-subdomain",
        """
        app = Flask(__name__, subdomain_matching=True)
        app.config["SERVER_NAME"] = "example.com"
        api = Blueprint("api", __name__, subdomain="api")
        @api.route("/x")
        def x(tenant="-"): return f"{tenant} {url_for('home')} {url_for('.x', tenant='b')}"
        app.register_blueprint(api)
        app.register_blueprint(api, name="other", subdomain="<tenant>", url_prefix="/t")
        @app.route("/x")
        def home(): return "home " + url_for("api.x")
        """,
        "GET /x",
        ("GET /x", {"subdomain": "api"}),
        ("GET /t/x", {"subdomain": "acme"}),
    ),
)

PARTS = (
    case(
        "bp-errorhandler-404",
        """
        users = Blueprint("users", __name__, url_prefix="/users")
        @users.errorhandler(404)
        def not_found(e): return "users' own 404", 404
        @users.errorhandler(405)
        def not_allowed(e): return "users' own 405", 405
        @users.route("/abort")
        def aborts(): abort(404)
        @users.post("/post")
        def posts(): abort(405)
        app.register_blueprint(users)
        """,
        "GET /users/nope",
        "GET /users/abort",
        "GET /users/post",
        "POST /users/post",
    ),
    case(
        "bp-errorhandlers-of-both",
        """
        bp = Blueprint("bp", __name__, url_prefix="/bp")
        @app.errorhandler(404)
        def app_404(e): return "app 404", 404
        @app.errorhandler(ValueError)
        def app_value(e): return "app ValueError", 500
        @bp.errorhandler(Exception)
        def bp_any(e): return f"bp {type(e).__name__}", 500
        @bp.app_errorhandler(410)
        def gone(e): return "app 410 from bp", 410
        @bp.app_errorhandler(KeyError)
        def key(e): return "app KeyError from bp", 500
        for owner in (app, bp):
            owner.add_url_rule("/404", "a", lambda: abort(404))
            owner.add_url_rule("/410", "b", lambda: abort(410))
            owner.add_url_rule("/value", "c", lambda: int("x"))
            owner.add_url_rule("/key", "d", lambda: {}["x"])
        app.register_blueprint(bp)
        """,
        *(
            f"GET {prefix}/{name}"
            for prefix in ("", "/bp")
            for name in ("404", "410", "value", "key", "nope")
        ),
    ),
    case(
        "hook-order-bp",
        """
        log = []
        bp = Blueprint("bp", __name__, url_prefix="/bp")
        for owner, name in ((app, "app"), (bp, "bp")):
            owner.before_request(lambda name=name: log.append(f"before {name}"))
            owner.teardown_request(lambda e, name=name: log.append(f"teardown {name}"))
            @owner.after_request
            def after(response, name=name):
                log.append(f"after {name}")
                return response
        bp.before_app_request(lambda: log.append("before app from bp"))
        bp.teardown_app_request(lambda e: log.append("teardown app from bp"))
        @bp.after_app_request
        def after_app(response):
            response.headers["X-From-Bp"] = "1"
            return response
        bp.app_url_value_preprocessor(lambda endpoint, values: log.append(f"values {endpoint}"))
        bp.app_url_defaults(lambda endpoint, values: log.append(f"defaults {endpoint}"))
        @bp.route("/")
        def view():
            log.append("view " + url_for("show"))
            return "x"
        @app.route("/log")
        def show(): return log
        app.register_blueprint(bp)
        """,
        "GET /bp/",
        "GET /log",
        "GET /nope",
        "GET /log",
    ),
    case(
        "bp-templates-and-static",
        """
        bp = Blueprint("bp", __name__, url_prefix="/bp", template_folder="bp_templates", static_folder="bp_static")
        other = Blueprint("other", __name__, static_folder="bp_static", static_url_path="/other-static")
        @bp.route("/<name>")
        def show(name): return render_template(name + ".html")
        @bp.route("/urls")
        def urls(): return url_for(".static", filename="a.css") + " " + url_for("static", filename="a.css")
        app.register_blueprint(bp)
        app.register_blueprint(other)
        """,
        *(
            f"GET /bp/{name}"
            for name in ("both", "own", "app", "none", "urls", "bp_static/a.css", "static/a.css")
        ),
        "GET /other-static/a.css",
        "GET /static/a.css",
        "GET /bp/bp_static/none.css",
        files={
            "templates/both.html": "app's",
            "templates/app.html": "only the app's",
            "bp_templates/both.html": "blueprint's",
            "bp_templates/own.html": "only the blueprint's",
            "bp_static/a.css": "bp",
            "static/a.css": "app",
        },
        script="""
        say(sorted(app.jinja_env.list_templates()))
        say([bp.jinja_loader.searchpath[0][-12:], bp.static_url_path, bp.has_static_folder, other.jinja_loader])
        bare = Blueprint("bare", __name__)
        try: bare.send_static_file("x")
        except RuntimeError as error: say(str(error))
        """,
    ),
    case(
        "bp-views-registered-in-other-ways",
        """
        bp = Blueprint("bp", __name__, url_prefix="/bp")
        bp.add_url_rule("/a", view_func=lambda: "a", endpoint="a")
        bp.add_url_rule("/b", "later", provide_automatic_options=False, methods=["PUT"])
        @bp.endpoint("bp.later")
        def later(): return "later"
        @bp.get("/m")
        def m(): return "get"
        @bp.post("/m")
        def m_post(): return "post"
        @bp.put("/m")
        def m_put(): return "put"
        @bp.delete("/m")
        def m_delete(): return "delete"
        @bp.patch("/m")
        def m_patch(): return "patch"
        bp.register_error_handler(404, lambda e: ("bp 404", 404))
        @bp.route("/abort")
        def aborts(): abort(404)
        app.register_blueprint(bp)
        """,
        "GET /bp/a",
        "PUT /bp/b",
        "OPTIONS /bp/b",
        *(f"{method} /bp/m" for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "OPTIONS")),
        "GET /bp/abort",
    ),
    case(
        "bp-class-of-its-own",
        """
        class State(flask.blueprints.BlueprintSetupState):
            def add_url_rule(self, rule, endpoint=None, view_func=None, **options):
                super().add_url_rule(rule + "/v1", endpoint, view_func, **options)
        class Mine(Blueprint):
            def make_setup_state(self, app, options, first_registration=False):
                return State(self, app, options, first_registration)
            def register(self, app, options):
                print("registering", sorted(options))
                super().register(app, options)
        bp = Mine("mine", __name__)
        @bp.route("/x")
        def x(): return "x"
        app.register_blueprint(bp, url_prefix="/p")
        """,
        "GET /p/x/v1",
    ),
)

CLASSES = (
    case(
        "views-view",
        """
        from flask.views import View
        class Hello(View):
            methods = ["GET", "POST"]
            def __init__(self, greeting="Hello"): self.greeting, self.count = greeting, 0
            def dispatch_request(self, name):
                self.count += 1
                return f"{self.greeting} {name} {request.method} {self.count}"
        app.add_url_rule("/a/<name>", view_func=Hello.as_view("a"))
        app.add_url_rule("/b/<name>", view_func=Hello.as_view("b", greeting="Bye"))
        class Shared(Hello):
            \"\"\"One for all.\"\"\"
            init_every_request = False
            provide_automatic_options = False
        app.add_url_rule("/c/<name>", view_func=Shared.as_view("c", "Shared"))
        class Abstract(View): pass
        app.add_url_rule("/d", view_func=Abstract.as_view("d"))
        """,
        *(
            f"{method} /{path}"
            for path in ("a/x", "b/x", "c/x", "c/y")
            for method in ("GET", "POST", "OPTIONS", "PUT")
        ),
        "GET /d",
        script="""
        view = app.view_functions["c"]
        say([view.__name__, view.__doc__, view.__module__, view.methods, view.view_class.__name__, view.__qualname__])
        """,
    ),
    case(
        "views-method-view",
        """
        from flask.views import MethodView
        class Items(MethodView):
            def get(self, n=None): return f"get {n}"
            def post(self): return "post", 201
            def delete(self, n): return "", 204
        view = Items.as_view("items")
        app.add_url_rule("/items", view_func=view, methods=["GET", "POST"])
        app.add_url_rule("/items/<int:n>", view_func=view, methods=["GET", "DELETE"])
        app.add_url_rule("/all", view_func=Items.as_view("all"))
        class More(Items):
            def head(self, n=None): return "", {"X-Head": "1"}
            def put(self): return "put"
        app.add_url_rule("/more", view_func=More.as_view("more"))
        class Only(More): methods = ["GET"]
        app.add_url_rule("/only", view_func=Only.as_view("only"))
        class Nothing(MethodView): pass
        app.add_url_rule("/nothing", view_func=Nothing.as_view("nothing"))
        app.add_url_rule("/trace", view_func=Items.as_view("trace"), methods=["TRACE"])
        """,
        *(
            f"{method} /{path}"
            for path in ("items", "items/3", "all", "more", "only")
            for method in ("GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS")
        ),
        "GET /nothing",
        "TRACE /trace",
        script="say([sorted(Items.methods), sorted(More.methods), Only.methods, Nothing.methods])",
    ),
    case(
        "views-decorators",
        """
        import functools
        from flask.views import MethodView, View
        def tag(name):
            def decorator(view):
                @functools.wraps(view)
                def wrapper(**kwargs): return f"{name}({view(**kwargs)})"
                return wrapper
            return decorator
        class Tagged(MethodView):
            decorators = [tag("inner"), tag("outer")]
            def get(self): return "x"
        bp = Blueprint("bp", __name__, url_prefix="/bp")
        bp.add_url_rule("/t", view_func=Tagged.as_view("tagged"))
        app.register_blueprint(bp)
        def bare(view): return lambda **kwargs: f"bare {view(**kwargs)}"
        class Bare(View):
            decorators = [bare]
            def dispatch_request(self): return "y"
        app.add_url_rule("/b", view_func=Bare.as_view("b"))
        """,
        "GET /bp/t",
        "POST /bp/t",
        "GET /b",
        script="say([f.__name__ for f in app.view_functions.values()])",
    ),
)

CASES = (*LOADING, *PREFIXES, *PARTS, *CLASSES)

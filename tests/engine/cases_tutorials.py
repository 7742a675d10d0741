"""Cases: the shapes of the usual beginners' tutorials, several calls to an app as there."""

from engine.twins import case

UPLOAD = (
    b'--BB\r\nContent-Disposition: form-data; name="the_file"; filename="../my notes.txt"\r\n'
    b"Content-Type: text/plain\r\n\r\nremember\r\n--BB--\r\n"
)

FIRST_STEPS = (
    case(
        "tut-first-steps",
        """
        from markupsafe import escape
        from werkzeug.utils import secure_filename

        @app.route("/")
        def index():
            if "username" in session:
                return f"Logged in as {session['username']}"
            return "You are not logged in"

        @app.route("/<name>")
        def hello(name):
            return f"Hello, {escape(name)}!"

        app.secret_key = b"only for tests"

        @app.route("/login", methods=["GET", "POST"])
        def login():
            if request.method == "POST":
                session["username"] = request.form["username"]
                return redirect(url_for("index"))
            return '<form method="post"><input name="username"></form>'

        @app.route("/logout")
        def logout():
            session.pop("username", None)
            return redirect(url_for("index"), code=303)

        @app.post("/upload")
        def upload():
            import io
            kept, file = io.BytesIO(), request.files["the_file"]
            file.save(kept)
            return f"{secure_filename(file.filename)}: {kept.getvalue().decode()}"

        @app.route("/cookie")
        def cookie():
            resp = make_response(render_template_string("{{ name or 'nobody' }}", name=request.cookies.get("name")))
            resp.set_cookie("name", "ann", max_age=60, httponly=True, samesite="Lax")
            return resp

        @app.route("/me")
        def me_api():
            return {"username": "ann", "image": url_for("static", filename="me.png")}

        @app.route("/users")
        def users_api():
            return [{"name": name} for name in ("ann", "bob")]

        @app.errorhandler(404)
        def page_not_found(error):
            resp = make_response(render_template_string("<b>{{ error }}</b>", error=error), 404)
            resp.headers["X-Something"] = "A value"
            return resp

        @app.route("/stop")
        def stop():
            app.logger.debug("a value for debugging")
            app.logger.warning("a warning (%d apples)", 42)
            app.logger.error("an error")
            abort(401)
            never()
        """,
        "GET /",
        "GET /%3Cb%3E",
        "POST /login username=ann",
        "GET /",
        "GET /logout",
        "GET /login",
        ("POST /upload", {"data": UPLOAD, "content_type": "multipart/form-data; boundary=BB"}),
        "GET /cookie",
        "GET /cookie",
        "GET /me",
        "GET /users",
        "GET /no/such",
        "GET /stop",
        script="""
        with app.test_request_context("/hello", method="POST"):
            say((request.path, request.method, url_for("hello", name="John Doe"), url_for("index", next="/")))
        with app.test_request_context():
            say((url_for("login"), url_for("login", _external=True, _scheme="https", _anchor="a b"), app.url_for("me_api")))
            say(url_for("static", filename="style.css"))
        with app.test_request_context(client.get("/me").request.environ):
            say(request.path)
        """,
    ),
    case(
        "tut-views-of-a-list",
        """
        from flask.views import View, MethodView
        THINGS = {1: "cup", 2: "jug"}

        class ListView(View):
            init_every_request = False
            def __init__(self, title, template):
                self.title, self.template = title, template
            def dispatch_request(self):
                return render_template_string(self.template, title=self.title, items=THINGS)

        class DetailView(View):
            methods = ["GET", "POST"]
            def dispatch_request(self, id):
                return THINGS.get(id) or abort(404, "no such thing")

        def count(view):
            def counted(*args, **kwargs):
                g.counted = True
                return view(*args, **kwargs)
            return counted

        class ItemAPI(MethodView):
            init_every_request = False
            decorators = [count]
            def __init__(self, things):
                self.things = things
            def _get_item(self, id):
                return self.things.get(id) or abort(404)
            def get(self, id):
                return jsonify(id=id, name=self._get_item(id), counted=g.counted)
            def patch(self, id):
                self._get_item(id)
                self.things[id] = request.json["name"]
                return jsonify(self.things[id])
            def delete(self, id):
                self.things.pop(id, None)
                return "", 204

        class GroupAPI(MethodView):
            def get(self):
                return jsonify(sorted(THINGS.values()))
            def post(self):
                return request.json, 201

        def register_api(app, things, name):
            app.add_url_rule(f"/{name}/<int:id>", view_func=ItemAPI.as_view(f"{name}-item", things))
            app.add_url_rule(f"/{name}/", view_func=GroupAPI.as_view(f"{name}-group"))

        register_api(app, THINGS, "things")
        app.add_url_rule("/list", view_func=ListView.as_view("list", "All", "{{ title }}: {{ items.values()|join(', ') }}"))
        app.add_url_rule("/one/<int:id>", view_func=DetailView.as_view("one"))
        """,
        "GET /list",
        "GET /one/1",
        "POST /one/9",
        "GET /things/",
        "GET /things",
        ("POST /things/", {"json": {"a": 1}}),
        "GET /things/1",
        ("PATCH /things/1", {"json": {"name": "mug"}}),
        ("PATCH /things/1", {"json": {}}),
        "DELETE /things/1",
        "GET /things/1",
        "PUT /things/2",
        "OPTIONS /things/2",
        "HEAD /things/2",
        script="""
        view = app.view_functions["things-item"]
        say((view.view_class.__name__, sorted(view.methods), view.__name__))
        """,
    ),
    case(
        "tut-templates",
        """
        from markupsafe import Markup
        @app.template_filter()
        def shout(text): return text.upper() + "!"
        @app.template_filter("reverse")
        def reverse_filter(s): return s[::-1]
        app.add_template_filter(lambda text: text * 2, "twice")
        @app.template_test("short")
        def is_short(text): return len(text) < 4
        @app.template_global()
        def year(): return 2024
        app.add_template_global(lambda: "day", "day")
        app.jinja_env.filters["old"] = lambda text: f"old {text}"
        app.jinja_env.trim_blocks = True
        app.jinja_env.globals.update(answer=42)
        @app.context_processor
        def inject():
            return dict(user="ann", price=lambda amount, currency="EUR": f"{amount:.2f}{currency}")
        @app.get("/")
        def index():
            return render_template_string(
                "{{ 'a'|shout }}{{ 'abc'|reverse }}{{ 'x'|twice }}{{ 'ab' is short }}{{ year() }}{{ day() }}{{ 'z'|old }}"
                "{{ answer }} {{ user }} {{ price(3) }} {{ config.DEBUG }} {{ request.path }} {{ session.get('a') }}"
                "{{ g.x is defined }}{% autoescape false %}{{ '<b>' }}{% endautoescape %}{{ '<i>' }}{{ safe }}",
                safe=Markup("<u>%s</u>") % "<")
        @app.get("/first")
        def first():
            return render_template(["missing.txt", "page.txt"], name="<ann>")
        """,
        "GET /",
        "GET /first",
        files={
            "templates/page.txt": "Hello {{ name }}\n{% include 'also.html' %}",
            "templates/also.html": "{{ name }}",
        },
    ),
    case(
        "tut-flashes-by-category",
        """
        app.config["SECRET_KEY"] = "k"
        PAGE = '''{% with messages = get_flashed_messages(with_categories=true) %}{% for category, message in messages %}
        <li class="{{ category }}">{{ message }}</li>{% endfor %}{% endwith %}'''
        @app.get("/set")
        def set_some():
            flash("Saved")
            flash(u"Wrong", "error")
            flash(("a", 1), category="info")
            return redirect(url_for("show"))
        @app.get("/")
        def show(): return render_template_string(PAGE)
        @app.get("/only")
        def only():
            return {"errors": get_flashed_messages(category_filter=["error"]), "all": get_flashed_messages(True)}
        """,
        "GET /set",
        "GET /",
        "GET /",
        "GET /set",
        "GET /only",
    ),
    case(
        "tut-json-of-values",
        """
        import dataclasses, datetime, decimal, uuid, enum
        @dataclasses.dataclass
        class Point:
            x: int
            day: datetime.date
        @app.get("/all")
        def everything():
            return jsonify(
                day=datetime.date(2024, 2, 29),
                moment=datetime.datetime(2024, 2, 29, 12, 30),
                aware=datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.timezone(datetime.timedelta(hours=2))),
                price=decimal.Decimal("1.10"),
                id=uuid.UUID(int=5),
                point=Point(1, datetime.date(2024, 1, 1)),
                nothing=None, pair=(1, 2), text="é",
            )
        @app.get("/set")
        def a_set(): return jsonify({1, 2})
        @app.get("/time")
        def a_time(): return {"at": datetime.time(12)}
        @app.get("/bytes")
        def some_bytes(): return jsonify(b"x")
        @app.get("/unsorted")
        def unsorted():
            app.json.sort_keys = False
            app.json.ensure_ascii = False
            app.json.compact = False
            return {"b": "é", "a": [1]}
        """,
        "GET /all",
        "GET /set",
        "GET /time",
        "GET /bytes",
        "GET /unsorted",
    ),
    case(
        "tut-after-this-request",
        """
        @app.before_request
        def detect_language():
            language = request.cookies.get("user_lang")
            if language is None:
                language = request.accept_languages.best_match(["de", "fr", "en"]) or "en"
                @after_this_request
                def remember_language(response):
                    response.set_cookie("user_lang", language)
                    return response
            g.language = language
        @app.after_request
        def add(response):
            response.headers.setdefault("X-Language", g.get("language", "?"))
            response.cache_control.max_age = 300
            return response
        @app.get("/")
        def index():
            g.setdefault("seen", []).append(1)
            return {"g": sorted(g), "pop": g.pop("seen"), "gone": g.pop("seen", None), "lang": g.language}
        @app.get("/missing")
        def missing(): return g.nothing
        @app.get("/pop")
        def pop(): return g.pop("nothing")
        """,
        ("GET /", {"headers": {"Accept-Language": "fr;q=0.9, de;q=0.5"}}),
        "GET /",
        "GET /missing",
        "GET /pop",
    ),
    case(
        "tut-streams",
        """
        @app.get("/large.csv")
        def generate_large_csv():
            def generate():
                for row in [(1, 2), (3, 4)]:
                    yield f"{','.join(map(str, row))}\\n"
            return generate(), {"Content-Type": "text/csv"}
        @app.get("/with")
        def with_context():
            def generate():
                yield "Hello "
                yield request.args["name"]
                yield "!"
            return stream_with_context(generate())
        @app.get("/decorated")
        def decorated():
            @stream_with_context
            def generate(word):
                yield word
                yield request.args["name"]
            return app.response_class(generate("Hi "), mimetype="text/plain")
        @app.get("/without")
        def without():
            def generate():
                yield "a"
                yield request.args["name"]
            return Response(generate())
        """,
        "GET /large.csv",
        "GET /with?name=ann",
        "GET /decorated?name=ann",
        "GET /without?name=ann",
    ),
    case(
        "tut-files",
        """
        import io, os
        @app.get("/notes")
        def notes(): return send_file("notes.txt", as_attachment=True, download_name="n.txt")
        @app.get("/made")
        def made(): return send_file(io.BytesIO(b"made"), mimetype="text/plain", etag=False)
        @app.get("/unnamed")
        def unnamed(): return send_file(io.BytesIO(b"made"))
        @app.get("/up/<path:name>")
        def download_file(name): return send_from_directory(app.config["UPLOAD_FOLDER"], name)
        @app.get("/own/<path:name>")
        def own(name): return send_from_directory(os.path.join(app.root_path, "up"), name, as_attachment=True, max_age=5)
        @app.get("/static-one")
        def one(): return app.send_static_file("a.css")
        @app.get("/missing")
        def missing(): return send_file("missing.txt")
        @app.get("/old-name")
        def old_name(): return send_file("notes.txt", attachment_filename="n.txt")
        @app.get("/positions")
        def positions(): return send_file("notes.txt", "text/x", True, "p.txt")
        app.config["UPLOAD_FOLDER"] = "up"
        app.add_url_rule("/uploads/<name>", endpoint="download", build_only=True)
        @app.get("/where")
        def where(): return url_for("download", name="a.txt")
        """,
        "GET /notes",
        "GET /made",
        "GET /unnamed",
        "GET /up/a.txt",
        "GET /up/../notes.txt",
        "GET /up/none.txt",
        "GET /own/a.txt",
        "GET /static-one",
        "GET /missing",
        "GET /old-name",
        "GET /positions",
        "GET /where",
        files={"notes.txt": "notes", "up/a.txt": "a", "static/a.css": "b {}"},
    ),
)

CONTEXTS = (
    case(
        "tut-contexts-by-hand",
        """
        from flask import has_app_context, has_request_context, copy_current_request_context
        import threading
        app.config["SECRET_KEY"] = "k"
        @app.get("/")
        def index():
            seen = []
            @copy_current_request_context
            def work(word):
                seen.append((word, request.path, has_request_context(), session.get("a")))
            thread = threading.Thread(target=work, args=("w",))
            thread.start()
            thread.join()
            return {"seen": seen, "app": has_app_context(), "name": current_app.name}
        @app.get("/object")
        def an_object():
            return type(current_app._get_current_object()).__name__
        """,
        "GET /",
        "GET /object",
        script="""
        say((has_app_context(), has_request_context(), bool(current_app), bool(request), bool(g)))
        with app.app_context():
            g.x = 1
            say((has_app_context(), has_request_context(), current_app.name, g.x, "x" in g, list(g)))
            with app.test_request_context("/?a=1", json={"b": 2}):
                say((request.args["a"], request.get_json(), g.get("x"), request.is_json))
        ctx = app.app_context()
        ctx.push()
        say(current_app.name)
        ctx.pop()
        with app.test_request_context("/", data={"a": "1"}, headers={"X-A": "b"}):
            app.preprocess_request()
            say((request.form["a"], request.headers.get("X-A"), request.headers.get("X-B", "none"), request.endpoint))
            say(app.full_dispatch_request().status)
        with client.session_transaction() as sess:
            sess["a"] = "set before"
        say(client.get("/").json)
        with client:
            client.get("/?q=1")
            say((request.args["q"], session["a"]))
        try:
            request.path
        except RuntimeError as error:
            say(str(error).splitlines()[0])
        """,
    ),
    case(
        "tut-permanent-sessions",
        """
        from datetime import timedelta
        app.secret_key = "k"
        app.permanent_session_lifetime = timedelta(minutes=5)
        app.config.update(SESSION_COOKIE_SECURE=True, SESSION_COOKIE_SAMESITE="Strict",
                          SESSION_COOKIE_HTTPONLY=False, SESSION_COOKIE_PATH="/in", SESSION_COOKIE_DOMAIN="localhost")
        @app.get("/in/<name>")
        def index(name):
            session.permanent = name == "ann"
            session.setdefault("names", []).append(name)
            session.modified = True
            return {"new": session.new, "permanent": session.permanent, "lifetime": str(app.permanent_session_lifetime)}
        """,
        "GET /in/ann",
        "GET /in/bob",
    ),
    case(
        "tut-responses",
        """
        @app.get("/tuple")
        def a_tuple(): return make_response(("text", 201, {"X-A": "1"}))
        @app.get("/parts")
        def parts(): return make_response("text", "202 Fine", [("X-A", "1"), ("X-A", "2")])
        @app.get("/dict")
        def a_dict(): return make_response({"a": 1}, 203)
        @app.get("/nothing")
        def nothing(): return make_response()
        @app.get("/abort")
        def abort_with_response(): abort(make_response(jsonify(message="no"), 418))
        @app.get("/abort-custom")
        def abort_custom(): abort(400, description="because")
        @app.get("/abort-unknown")
        def abort_unknown(): abort(499)
        @app.get("/redirect/<int:code>")
        def redirects(code): return redirect("/tuple", code=code)
        @app.get("/class")
        def of_class():
            response = Response("text", status=200, mimetype="text/plain")
            response.headers["X-A"] = "1"
            response.set_cookie("a", "1")
            response.delete_cookie("b")
            response.content_type = "text/x"
            return response
        @app.get("/data")
        def data():
            response = make_response("a")
            response.data = "bcd"
            response.status_code = 203
            response.mimetype = "text/css"
            response.headers.extend({"X-A": "1"})
            response.cache_control.no_store = True
            return response, {"X-B": "2"}
        """,
        "GET /tuple",
        "GET /parts",
        "GET /dict",
        "GET /nothing",
        "GET /abort",
        "GET /abort-custom",
        "GET /abort-unknown",
        "GET /redirect/301",
        "GET /redirect/308",
        "GET /redirect/200",
        "GET /class",
        "GET /data",
    ),
)

PARTS = (
    case(
        "tut-errors-of-an-api",
        """
        from werkzeug.exceptions import HTTPException, InternalServerError
        class InvalidUsage(Exception):
            status_code = 400
            def __init__(self, message, status_code=None, payload=None):
                super().__init__()
                self.message, self.payload = message, payload
                if status_code is not None: self.status_code = status_code
            def to_dict(self): return dict(self.payload or (), message=self.message)
        @app.errorhandler(InvalidUsage)
        def invalid(e): return jsonify(e.to_dict()), e.status_code
        @app.errorhandler(HTTPException)
        def as_json(e):
            response = e.get_response()
            response.data = json.dumps({"code": e.code, "name": e.name, "description": e.description})
            response.content_type = "application/json"
            return response
        @app.errorhandler(Exception)
        def anything(e):
            if isinstance(e, HTTPException): return e
            return f"caught {type(e).__name__}", 500
        bp = Blueprint("simple", __name__, url_prefix="/simple")
        @bp.errorhandler(404)
        def not_here(e): return "not here", 404
        @bp.errorhandler(KeyError)
        def no_key(e): return f"no {e}", 410
        @bp.get("/<name>")
        def show(name):
            if name == "key": return {}["k"]
            if name == "usage": raise InvalidUsage("bad", status_code=410, payload={"a": 1})
            abort(404)
        app.register_blueprint(bp)
        app.register_error_handler(ZeroDivisionError, lambda e: ("divided", 500))
        @app.get("/<int:n>")
        def divide(n): return str(1 / n)
        @app.get("/value")
        def value(): raise ValueError("v")
        """,
        "GET /simple/a",
        "GET /simple/key",
        "GET /simple/usage",
        "GET /simple/a/b",
        "GET /0",
        "GET /value",
        "POST /0",
        "GET /nothing",
    ),
    case(
        "tut-error-of-500-only",
        """
        @app.errorhandler(500)
        def broken(e):
            original = getattr(e, "original_exception", None)
            return f"{type(e).__name__} of {original!r}", 500
        @app.get("/")
        def index(): raise LookupError("x")
        @app.get("/abort")
        def aborted(): abort(500, "told")
        """,
        "GET /",
        "GET /abort",
    ),
    case(
        "tut-trapped-and-propagated",
        """
        app.config["TRAP_HTTP_EXCEPTIONS"] = True
        app.config["PROPAGATE_EXCEPTIONS"] = False
        @app.get("/404")
        def a(): abort(404)
        @app.get("/key")
        def b(): return request.args["k"]
        """,
        "GET /404",
        "GET /none",
        "GET /key",
    ),
    case(
        "tut-propagated",
        """
        app.config["PROPAGATE_EXCEPTIONS"] = True
        app.config["TRAP_BAD_REQUEST_ERRORS"] = True
        @app.get("/key")
        def b(): return request.args["k"]
        @app.get("/value")
        def c(): raise ValueError("v")
        """,
        "GET /key",
        "GET /value",
        "GET /none",
    ),
    case(
        "tut-nested-blueprints",
        """
        parent = Blueprint("parent", __name__, url_prefix="/parent", template_folder="parts")
        child = Blueprint("child", __name__, url_prefix="/child", static_folder="parts", static_url_path="/files")
        @parent.before_request
        def before_parent(): g.seen = ["parent"]
        @child.before_request
        def before_child(): g.seen.append("child")
        @parent.app_context_processor
        def for_all(): return {"word": "all"}
        @child.context_processor
        def for_child(): return {"own": "child"}
        @child.get("/")
        def index():
            return render_template("part.html", urls=[url_for(".index"), url_for("parent.child.static", filename="part.html")])
        @child.app_errorhandler(404)
        def for_all_404(e): return f"{request.blueprint} {request.blueprints}", 404
        @parent.url_value_preprocessor
        def take(endpoint, values): g.endpoint = endpoint
        @child.record_once
        def once(state): state.app.config["CHILD"] = state.url_prefix
        @app.template_global()
        def prefix(): return app.config["CHILD"]
        @parent.get("/up")
        def up(): return redirect(url_for("parent.child.index", _external=True))
        parent.register_blueprint(child)
        app.register_blueprint(parent)
        """,
        "GET /parent/child/",
        "GET /parent/child/files/part.html",
        "GET /parent/child/files/none",
        "GET /parent/up",
        "GET /other",
        files={
            "parts/part.html": "{{ g.seen }} {{ g.endpoint }} {{ word }} {{ own }} {{ urls }} {{ prefix() }}"
        },
    ),
    case(
        "tut-language-in-the-url",
        """
        bp = Blueprint("front", __name__, url_prefix="/<lang_code>")
        @bp.url_defaults
        def add_language_code(endpoint, values): values.setdefault("lang_code", g.lang_code)
        @bp.url_value_preprocessor
        def pull_lang_code(endpoint, values): g.lang_code = values.pop("lang_code")
        @bp.route("/")
        def index(): return f"{g.lang_code} {url_for('front.about')}"
        @bp.route("/about")
        def about(): return url_for(".index", lang_code="fr", _anchor="top", page=2)
        app.register_blueprint(bp)
        """,
        "GET /de/",
        "GET /de/about",
        "GET /de",
    ),
    case(
        "tut-server-name",
        """
        app.config.update(SERVER_NAME="example.com", APPLICATION_ROOT="/shop", PREFERRED_URL_SCHEME="https",
                          MAX_CONTENT_LENGTH=8)
        @app.route("/form", methods=["GET", "POST"])
        def form(): return dict(request.form) or url_for("form", _external=True)
        """,
        "GET /form",
        "POST /form a=1",
        "POST /form a=123456789",
        script="""
        with app.app_context():
            say((url_for("form"), url_for("form", _scheme="ftp"), url_for("form", _external=False)))
        """,
    ),
    case(
        "tut-settings",
        """
        import os
        class Config:
            SECRET_KEY = "base"
            lower = "not taken"
        class Testing(Config):
            TESTING = True
            @property
            def DATABASE(self): return "from a property"
        app.config.from_object(Testing())
        app.config.from_mapping({"A": 1, "b": 2}, C=3)
        app.config.from_pyfile("settings.py")
        os.environ["ROUTELAB_TEST_SETTINGS"] = os.path.join(app.root_path, "more.cfg")
        app.config.from_envvar("ROUTELAB_TEST_SETTINGS")
        app.config.from_file("settings.json", load=json.load)
        import tomllib
        app.config.from_file("settings.toml", load=tomllib.load, text=False)
        KEYS = "SECRET_KEY TESTING DATABASE A C FILE NAME MORE FROM_JSON FROM_TOML b lower small".split()
        @app.get("/")
        def index(): return {key: str(app.config.get(key)) for key in KEYS}
        """,
        "GET /",
        script="""
        def tried(action):
            try:
                say(action())
            except Exception as error:
                say((type(error).__name__, str(error).replace(app.root_path, "")))
        tried(lambda: app.config.from_pyfile("none.py"))
        tried(lambda: app.config.from_pyfile("none.py", silent=True))
        tried(lambda: app.config.from_pyfile("templates", silent=True))
        tried(lambda: app.config.from_pyfile("broken.py", silent=True))
        tried(lambda: app.config.from_envvar("ROUTELAB_TEST_NONE"))
        tried(lambda: app.config.from_envvar("ROUTELAB_TEST_NONE", silent=True))
        tried(lambda: app.config.from_file("none.json", load=json.load))
        tried(lambda: app.config.from_file("none.json", load=json.load, silent=True))
        del os.environ["ROUTELAB_TEST_SETTINGS"]
        """,
        files={
            "settings.py": "FILE = __file__[-11:]\nNAME = __name__\nsmall = 1\n",
            "more.cfg": "MORE = 'more'\n",
            "broken.py": "this is no Python\n",
            "settings.json": '{"FROM_JSON": [1], "small": 2}',
            "settings.toml": 'FROM_TOML = "toml"\n',
            "templates/a.txt": "",
        },
    ),
    case(
        "tut-instance-folder",
        """
        import os
        inst = Flask(__name__, instance_path=os.path.join(os.path.dirname(__file__), "data"), instance_relative_config=True)
        inst.config.from_pyfile("own.py")
        @app.get("/")
        def index():
            return [inst.config["OWN"], os.path.relpath(app.instance_path, app.root_path)]
        """,
        "GET /",
        files={"data/own.py": "OWN = 'own'\n"},
    ),
    case(
        "tut-commands",
        """
        import click
        from flask.cli import AppGroup, with_appcontext
        @app.cli.command("create-user")
        @click.argument("name")
        def create_user(name): print(name)
        @app.cli.command()
        def seed_it(): print("seeded")
        user_cli = AppGroup("user")
        @user_cli.command("create")
        @click.argument("name")
        def create(name): print(name)
        app.cli.add_command(user_cli)
        @click.command("init")
        @with_appcontext
        def init(): print("init")
        app.cli.add_command(init)
        app.cli.add_command(init, "again")
        bp = Blueprint("students", __name__)
        @bp.cli.command("create")
        def create_student(): print("student")
        other = Blueprint("other", __name__, cli_group="named")
        @other.cli.command("one")
        def one(): print("one")
        flat = Blueprint("flat", __name__, cli_group=None)
        @flat.cli.command("two")
        def two(): print("two")
        for each in (bp, other, flat): app.register_blueprint(each)
        @app.cli.group()
        def translate(): pass
        @translate.command()
        def update(): pass
        @app.shell_context_processor
        def shell(): return {"app": app}
        @app.get("/")
        def index():
            blueprints = {"students", "named", "two"}
            return sorted(set(app.cli.commands) - blueprints) + sorted(translate.commands)
        """,
        "GET /",
    ),
)

CASES = (*FIRST_STEPS, *CONTEXTS, *PARTS)

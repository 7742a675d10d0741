"""Cases: sessions, contexts, hooks, and the test client that drives them."""

from engine.twins import case

SESSIONS = (
    case(
        "sess-no-secret",
        """
        @app.route("/set")
        def set_it():
            session["a"] = 1
            return "x"
        @app.route("/get")
        def get(): return str(session.get("a"))
        @app.route("/all")
        def everything(): return f"{dict(session)} {len(session)} {session.permanent} {type(session).__name__}"
        @app.route("/pop")
        def pop(): return session.pop("a", "nothing")
        @app.route("/clear")
        def clear(): session.clear(); return "x"
        @app.route("/permanent")
        def permanent(): session.permanent = True; return "x"
        @app.route("/flash")
        def flashes(): flash("hello"); return "x"
        @app.route("/messages")
        def messages(): return str(get_flashed_messages())
        """,
        *(f"GET /{name}" for name in ["set", "get", "all", "pop", "clear", "permanent", "flash", "messages"]),
    ),
    case(
        "sess-secret-typo",
        """
        app.config["SECRECT_KEY"] = "x"
        @app.route("/")
        def home():
            session["a"] = 1
            return "x"
        """,
        "GET /",
    ),
    case(
        "sess-nested-mutation",
        """
        app.secret_key = "k"
        @app.before_request
        def start(): session.setdefault("cart", [])
        @app.route("/lost")
        def lost():
            session["cart"].append("x")
            return str(session["cart"])
        @app.route("/kept")
        def kept():
            session["cart"] = session["cart"] + ["y"]
            return str(session["cart"])
        @app.route("/marked")
        def marked():
            session["cart"].append("z")
            session.modified = True
            return str(session["cart"])
        @app.route("/show")
        def show(): return str(session["cart"])
        """,
        *(f"GET /{name}" for name in ["show", "lost", "show", "kept", "show", "marked", "show"]),
    ),
    case(
        "sess-missing-key",
        "app.secret_key = 'k'\n@app.route('/')\ndef home(): return session['user']",
        "GET /",
    ),
    case(
        "sess-readable",
        """
        import base64
        app.secret_key = "k"
        @app.route("/login")
        def login():
            session["user"] = "ann"
            return "in"
        @app.route("/peek")
        def peek():
            payload = request.cookies["session"].split(".")[0]
            return base64.urlsafe_b64decode(payload + "=" * (-len(payload) % 4))
        """,
        "GET /login",
        "GET /peek",
    ),
    case(
        "sess-tampered",
        "app.secret_key = 'k'\n@app.route('/')\ndef home(): return str(dict(session))",
        ("GET /", {"headers": {"Cookie": "session=eyJ1c2VyIjoiYWRtaW4ifQ.aaaaaa.bbbbbbbb"}}),
        ("GET /", {"headers": {"Cookie": "session=nonsense"}}),
        ("GET /", {"headers": {"Cookie": "session="}}),
        script="""
        client.set_cookie("session", "eyJ1c2VyIjoiYWRtaW4ifQ.aaaaaa.bbbbbbbb"); say(client.get("/").text)
        client.set_cookie("session", "nonsense"); say(client.get("/").text)
        client.set_cookie("session", ""); say(client.get("/").text)
        """,
    ),
    case(
        "sess-types-that-come-back",
        """
        import datetime, uuid, markupsafe
        app.secret_key = "k"
        VALUES = {"tuple": (1, [2, (3,)]), "bytes": b"\\x00a", "markup": markupsafe.Markup("<b>"), "uuid": uuid.UUID(int=7),
                  "date": datetime.datetime(2024, 2, 29, 12, 30, tzinfo=datetime.timezone.utc), "none": None, "text": "é",
                  "dict": {" t": 1}, "dict2": {" di": {"a": (1,)}}, "one": {"a": b"x"}, "nested": [{"x": {" b": "y"}}],
                  "empty": {}, "float": 1.5, "unknown": {" zz": 1}}
        @app.route("/set")
        def set_all():
            session.update(VALUES)
            return "set"
        @app.route("/same")
        def same(): return repr(sorted((key, session[key], session[key] == VALUES[key]) for key in VALUES))
        @app.route("/bad")
        def bad():
            session["set"] = {1}
            return "x"
        """,
        "GET /set",
        "GET /same",
        "GET /bad",
        script="""
        from flask.sessions import SecureCookieSessionInterface
        signer = SecureCookieSessionInterface().get_signing_serializer(app)
        say(signer.serializer.dumps(VALUES)); say(signer.loads(signer.dumps(VALUES)) == VALUES)
        """,
    ),
    case(
        "sess-permanent-and-deleted",
        """
        app.secret_key = "k"
        app.permanent_session_lifetime = 60
        @app.route("/set")
        def set_it():
            session.permanent = "p" in request.args
            session["a"] = 1
            return str(session.permanent)
        @app.route("/look")
        def look(): return str(session.get("a"))
        @app.route("/ignore")
        def ignore(): return "x"
        @app.route("/clear")
        def clear(): session.clear(); return "x"
        @app.route("/pop")
        def pop(): return str(session.pop("none", None))
        """,
        *(
            f"GET /{name}"
            for name in ["set", "look", "ignore", "set?p", "look", "ignore", "pop", "clear", "look", "clear"]
        ),
        script="""
        import datetime
        say(app.permanent_session_lifetime); app.permanent_session_lifetime = datetime.timedelta(1)
        say([app.permanent_session_lifetime, app.config["PERMANENT_SESSION_LIFETIME"], app.secret_key, app.testing])
        app.config["SESSION_REFRESH_EACH_REQUEST"] = False
        client.get("/set?p"); say(client.get("/ignore").headers.getlist("Set-Cookie"))
        """,
    ),
    case(
        "sess-cookie-settings",
        """
        app.config.update(SECRET_KEY=b"bytes", SESSION_COOKIE_NAME="sid", SESSION_COOKIE_DOMAIN="localhost.example",
            SESSION_COOKIE_PATH="/p", SESSION_COOKIE_HTTPONLY=False, SESSION_COOKIE_SECURE=True,
            SESSION_COOKIE_SAMESITE="Strict", SESSION_COOKIE_PARTITIONED=True)
        @app.route("/p/set")
        def set_it():
            session["a"] = 1
            response = make_response("x")
            return response
        @app.route("/p/clear")
        def clear(): session["a"] = 1; session.clear(); return "x"
        @app.after_request
        def mask(response):
            print("after", session.modified, session.accessed, session.new)
            return response
        @app.after_request
        def first(response):
            print("before that", response.headers.get("Set-Cookie"))
            return response
        """,
        "GET /p/clear",
        script="""
        cookie = client.get("/p/set").headers["Set-Cookie"]
        say([cookie.partition(".")[0], cookie.partition("; ")[2]])
        """,
    ),
    case(
        "sess-old-keys-and-too-old-cookies",
        """
        app.secret_key = "old"
        @app.route("/set")
        def set_it(): session["a"] = 1; return "x"
        @app.route("/get")
        def get(): return str(session.get("a"))
        """,
        "GET /set",
        "GET /get",
        script="""
        app.config.update(SECRET_KEY="new", SECRET_KEY_FALLBACKS=["older", "old"]); say(client.get("/get").text)
        app.config["SECRET_KEY_FALLBACKS"] = []; say(client.get("/get").text)
        app.secret_key = "old"; app.permanent_session_lifetime = -1; say(client.get("/get").text)
        """,
    ),
    case(
        "sess-interface-of-its-own",
        """
        from flask.sessions import SessionInterface, SessionMixin, SecureCookieSession, NullSession
        class Memory(dict, SessionMixin): pass
        class InMemory(SessionInterface):
            store = Memory()
            def open_session(self, app, request):
                return None if "none" in request.args else self.store
            def save_session(self, app, session, response):
                response.set_cookie("kind", f"{session.modified}-{session.new}", domain=self.get_cookie_domain(app),
                    path=self.get_cookie_path(app), httponly=self.get_cookie_httponly(app),
                    secure=self.get_cookie_secure(app), samesite=self.get_cookie_samesite(app))
                response.headers["X-Set"] = str([self.should_set_cookie(app, session), self.get_cookie_name(app),
                    self.get_expiration_time(app, session), self.get_cookie_partitioned(app), self.pickle_based])
        app.session_interface = InMemory()
        @app.route("/")
        def home():
            session["n"] = session.get("n", 0) + 1
            return f"{session['n']} {session.permanent} {session.accessed}"
        """,
        "GET /",
        "GET /",
        "GET /?none",
        script="""
        from flask.sessions import SessionInterface
        bare = SessionInterface()
        for call in (lambda: bare.open_session(app, None), lambda: bare.save_session(app, None, None)):
            try: call()
            except NotImplementedError as error: say(repr(error))
        say([bare.is_null_session(bare.make_null_session(app)), bare.is_null_session({})])
        say([SecureCookieSession({"a": 1}).modified, SecureCookieSession().new, NullSession().permanent])
        """,
    ),
    case(
        "flash-messages",
        """
        app.secret_key = "k"
        @app.route("/flash")
        def flashes():
            flash("one"); flash("two <b>", "error"); flash("three", "info")
            return "flashed"
        @app.route("/show")
        def show(): return {"first": get_flashed_messages(), "again": get_flashed_messages(with_categories=True),
                            "errors": get_flashed_messages(category_filter=["error"]),
                            "both": get_flashed_messages(True, ("error", "info"))}
        @app.route("/template")
        def template(): return render_template_string(
            "{% for category, message in get_flashed_messages(true) %}{{ category }}:{{ message }} {% endfor %}")
        @app.route("/none")
        def none(): return str(get_flashed_messages())
        """,
        *(f"GET /{name}" for name in ["flash", "show", "show", "flash", "flash", "template", "none"]),
    ),
)

CONTEXTS = (
    case(
        "ctx-global-shared",
        """
        app.secret_key = "k"
        current = None
        @app.route("/login/<name>")
        def login(name):
            global current
            current = session["user"] = name
            return "in"
        @app.route("/me")
        def me(): return f"global {current}, session {session.get('user')}"
        """,
        "GET /login/ann",
        "GET /me",
        script="say(app.test_client().get('/me').text); say(app.test_client(use_cookies=False).get('/me').text)",
    ),
    case(
        "ctx-g-per-request",
        """
        count = 0
        @app.route("/g")
        def in_g():
            g.count = g.get("count", 0) + 1
            return str(g.count)
        @app.route("/global")
        def in_global():
            global count
            count += 1
            return str(count)
        """,
        *(f"GET /{name}" for name in ["g", "g", "global", "global"]),
    ),
    case(
        "ctx-g-is-an-object",
        """
        @app.route("/missing")
        def missing(): return g.user
        @app.route("/delete")
        def delete(): del g.user
        @app.route("/pop")
        def pop(): return g.pop("user")
        """,
        *(f"GET /{name}" for name in ["missing", "delete", "pop"]),
        script="""
        with app.app_context():
            g.a = 1; say([g.a, g.get("b"), g.get("b", 2), "a" in g, "b" in g, list(g), g.pop("a"), g.pop("a", 5)])
            say([g.setdefault("c", 3), g.setdefault("c", 4), g.setdefault("d"), repr(g), list(g)])
            del g.c; say([hasattr(g, "c"), g._get_current_object()])
        """,
    ),
    case(
        "ctx-thread",
        """
        import threading
        @app.route("/")
        def home():
            told = []
            def work():
                try: told.append(request.path)
                except RuntimeError as error: told.append(str(error).splitlines()[0])
            def run(function):
                thread = threading.Thread(target=function); thread.start(); thread.join()
            run(work)
            run(copy_current_request_context(work))
            return told
        """,
        "GET /",
        script="""
        try: copy_current_request_context(len)
        except RuntimeError as error: say(str(error))
        """,
    ),
    case(
        "ctx-copied-requests",
        """
        app.secret_key = "k"
        log = []
        @app.teardown_request
        def teardown(e): log.append("teardown")
        @app.route("/x/<n>")
        def x(n):
            session["a"] = 1; g.b = 2
            @copy_current_request_context
            def named(c):
                "Documented."
                return [request.path, request.view_args, session["a"], g.get("b"), c]
            return [named.__name__, named.__doc__, named(3), log]
        """,
        "GET /x/1",
        "GET /x/2",
    ),
    case(
        "ctx-outside",
        "@app.route('/')\ndef home(): return 'x'",
        script="""
        for use in (lambda: current_app.name, lambda: g.x, lambda: request.path, lambda: session["a"], lambda: jsonify(1),
                    lambda: make_response("x"), lambda: url_for("home"), lambda: flash("x"), get_flashed_messages,
                    lambda: after_this_request(len), lambda: stream_with_context(iter("x")), lambda: send_file("x"),
                    lambda: render_template("x"), lambda: get_template_attribute("a", "b"), lambda: setattr(g, "a", 1)):
            try: use()
            except RuntimeError as error: say(str(error))
        say([bool(request), bool(current_app), bool(g), has_request_context(), has_app_context(), repr(request)])
        with app.app_context():
            say([has_request_context(), has_app_context(), current_app.name, current_app == app, bool(request)])
            try: request.path
            except RuntimeError as error: say(str(error))
        with app.test_request_context("/"):
            say([has_request_context(), has_app_context(), bool(request), repr(current_app), repr(session)])
        """,
    ),
    case(
        "ctx-test-request-context",
        """
        app.secret_key = "k"
        log = []
        @app.teardown_request
        def request_ends(e): log.append(f"request {e!r}")
        @app.teardown_appcontext
        def app_ends(e): log.append(f"app {e!r}")
        @app.before_request
        def before(): g.user = "ann"
        @app.route("/x/<int:n>", methods=["POST"])
        def x(n): return f"{n} {g.user} {request.form['a']} {session.get('s')}"
        """,
        script="""
        from flask.globals import request_ctx, app_ctx
        with app.test_request_context("/x/5", method="POST", data={"a": "1"}, headers={"X-A": "b"}) as context:
            say([request.path, request.endpoint, request.view_args, request.form, request.headers["X-A"], g.get("user")])
            session["s"] = 2
            say([app.preprocess_request(), app.dispatch_request(), app.full_dispatch_request().get_data()])
            say([context.request is request._get_current_object(), repr(context), context.app is app, request_ctx.app is app])
            say([app_ctx.app is app, app_ctx.g is g._get_current_object(), context.url_adapter.test("/x/1", "POST")])
            say(app.process_response(Response("x")).headers["Vary"])
        say(log); log.clear()
        with app.test_request_context("/nope?q=1"): say([request.routing_exception, request.endpoint, request.args])
        try:
            with app.test_request_context("/"): raise ValueError("inside")
        except ValueError: say(log)
        log.clear()
        with app.test_request_context(json={"a": [1]}): say([request.json, request.method, request.mimetype])
        with app.test_request_context("/x", base_url="https://h/root", query_string={"a": "é"}): say([request.url, request.root_path])
        try: app.test_request_context(base_url="http://x", subdomain="a")
        except AssertionError as error: say(str(error))
        """,
    ),
    case(
        "ctx-push-and-pop",
        """
        log = []
        @app.teardown_request
        def request_ends(e): log.append("request")
        @app.teardown_appcontext
        def app_ends(e): log.append("app")
        """,
        script="""
        other = Flask("other")
        outer = app.app_context(); outer.push(); g.a = 1
        inner = app.test_request_context("/"); inner.push(); say([g.get("a"), log]); inner.pop(); say(log)
        foreign = other.test_request_context("/"); foreign.push(); say([current_app.name, g.get("a")]); foreign.pop()
        twice = app.test_request_context("/")
        with twice, twice: say(request.path)
        say(log); outer.push(); outer.pop(); say(log); outer.pop(); say(log)
        try: outer.pop()
        except LookupError as error: say(type(error).__name__)
        first, second = app.app_context(), app.app_context()
        first.push(); second.push()
        try: first.pop()
        except AssertionError as error: say(str(error).split("(")[0])
        second.pop() if has_app_context() else None
        copied = twice.copy(); say([copied.request is twice.request, copied is twice, copied.flashes])
        """,
    ),
    case(
        "stream-with-context",
        """
        log = []
        @app.teardown_request
        def ends(e): log.append(f"teardown {request.path}")
        @app.route("/bare")
        def bare():
            def chunks():
                yield "path "
                yield request.path
            return chunks()
        @app.route("/kept")
        def kept():
            def chunks():
                try:
                    yield "path "
                    yield request.path + str(log)
                finally: log.append("closed")
            return stream_with_context(chunks())
        @app.route("/decorated")
        def decorated():
            @stream_with_context
            def chunks(n): yield from (request.path * n, "!")
            return Response(chunks(2), mimetype="text/plain")
        @app.route("/iterator")
        def iterator(): return stream_with_context(iter(["a", "b"]))
        @app.route("/fails")
        def fails():
            def chunks():
                yield "a"
                raise ValueError(request.path)
            return stream_with_context(chunks())
        @app.route("/log")
        def show(): return log
        """,
        *(f"GET /{name}" for name in ["bare", "kept", "decorated", "iterator", "fails", "log"]),
        "HEAD /kept",
        "GET /log",
    ),
)

HOOKS = (
    case(
        "hook-before-login-loop",
        """
        @app.before_request
        def guard():
            if not request.cookies.get("user"): return redirect(url_for("login"))
        @app.route("/login")
        def login(): return "form"
        """,
        "GET /login",
        "GET /static/a.css",
        "GET /nope",
    ),
    case(
        "hook-before-on-404",
        """
        log = []
        @app.before_request
        def before(): log.append(f"{request.path} {request.endpoint} {request.view_args}")
        @app.route("/seen")
        def show(): return log
        @app.post("/post")
        def post(): return "x"
        """,
        "GET /nope",
        "GET /static/a.css",
        "GET /post",
        "OPTIONS /post",
        "GET /seen",
    ),
    case(
        "hook-after-no-return",
        """
        @app.after_request
        def after(response): response.headers["X-A"] = "1"
        @app.route("/")
        def home(): return "x"
        """,
        "GET /",
    ),
    case(
        "hook-after-no-arg",
        """
        @app.after_request
        def after(): pass
        @app.route("/")
        def home(): return "x"
        """,
        "GET /",
    ),
    case(
        "hook-order",
        """
        log = []
        app.before_request(lambda: log.append("before1"))
        app.before_request(lambda: log.append("before2"))
        @app.after_request
        def after1(response): log.append("after1"); return response
        @app.after_request
        def after2(response): log.append("after2"); return response
        app.teardown_request(lambda e: log.append(f"teardown1 {e}"))
        app.teardown_request(lambda e: log.append("teardown2"))
        app.teardown_appcontext(lambda e: log.append("appcontext1"))
        app.teardown_appcontext(lambda e: log.append("appcontext2"))
        @app.route("/")
        def home():
            log.append("view")
            @after_this_request
            def once(response): log.append("once"); return response
            after_this_request(lambda response: response)
            return "x"
        @app.route("/log")
        def show(): return log
        """,
        "GET /",
        "GET /log",
        "GET /nope",
        "GET /log",
    ),
    case(
        "hook-after-on-error",
        """
        @app.after_request
        def after(response): response.headers["X-After"] = str(response.status_code); return response
        @app.route("/crash")
        def crash(): return 1 / 0
        @app.route("/slash/")
        def slash(): return "x"
        """,
        "GET /crash",
        "GET /nope",
        "GET /slash",
        "OPTIONS /slash/",
        "POST /slash/",
    ),
    case(
        "hook-after-fails-twice",
        """
        calls = []
        @app.after_request
        def after(response): calls.append(1); raise ValueError(len(calls))
        @app.route("/")
        def home(): return "x"
        """,
        "GET /",
        script="say(calls)",
    ),
    case(
        "hook-before-request-local",
        """
        @app.before_request
        def load(): user = "ann"
        @app.route("/")
        def home(): return user
        """,
        "GET /",
    ),
    case(
        "hook-g-passes",
        """
        @app.before_request
        def load(): g.user = "ann"
        @app.after_request
        def after(response):
            response.headers["X-User"] = g.user
            return response
        @app.route("/")
        def home():
            @after_this_request
            def once(response):
                response.headers["X-Once"] = "yes"
                return response
            return g.user
        """,
        "GET /",
    ),
    case(
        "hooks-that-answer-or-fail",
        """
        @app.before_request
        def before():
            kind = request.args.get("before")
            if kind == "str": return "answered"
            if kind == "tuple": return {"a": 1}, 202
            if kind == "abort": abort(401)
            if kind == "raise": raise KeyError("before")
            if kind == "falsy": return ""
            if kind == "int": return 5
        @app.after_request
        def after(response):
            kind = request.args.get("after")
            if kind == "new": return Response("replaced", 299)
            if kind == "abort": abort(403)
            if kind == "str": return "text"
            return response
        @app.teardown_request
        def teardown(e):
            if request.args.get("teardown"): raise RuntimeError(f"in teardown of {e!r}")
        @app.teardown_appcontext
        def app_teardown(e): print("appcontext", repr(e))
        @app.errorhandler(KeyError)
        def key(e): return f"KeyError {e}", 500
        @app.errorhandler(500)
        def broken(e): return f"500 {type(e.original_exception).__name__}", 500
        @app.route("/")
        def home():
            print("view")
            return "x"
        @app.route("/crash")
        def crash(): return 1 / 0
        """,
        *(f"GET /?before={kind}" for kind in ["str", "tuple", "abort", "raise", "falsy", "int"]),
        *(f"GET /?after={kind}" for kind in ["new", "abort", "str"]),
        "GET /?teardown=1",
        "GET /crash?teardown=1",
        "GET /nope?before=abort",
    ),
    case(
        "stages-overridden-in-a-subclass",
        """
        class Mine(Flask):
            def dispatch_request(self):
                rv = super().dispatch_request()
                return rv + "!" if isinstance(rv, str) else rv
            def make_response(self, rv):
                return super().make_response(str(rv) if isinstance(rv, int) else rv)
            def process_response(self, response):
                response.headers["X-Mine"] = "1"
                return super().process_response(response)
            def create_url_adapter(self, request):
                adapter = super().create_url_adapter(request)
                if request: request.seen = type(adapter).__name__
                return adapter
            def handle_http_exception(self, e): return f"mine {e.code}", e.code
            def make_default_options_response(self):
                response = super().make_default_options_response()
                response.headers["X-Options"] = "mine"
                return response
            def url_for(self, *args, **kwargs): return "/mine" + super().url_for(*args, **kwargs)
        app = Mine(__name__)
        @app.route("/")
        def home(): return f"{request.seen} {url_for('home')}"
        @app.route("/int")
        def an_int(): return 5
        """,
        "GET /",
        "GET /int",
        "GET /nope",
        "OPTIONS /",
    ),
)

CLIENT = (
    case(
        "client-keeps-contexts",
        """
        app.secret_key = "k"
        log = []
        @app.teardown_request
        def ends(e): log.append("request")
        @app.teardown_appcontext
        def app_ends(e): log.append("app")
        @app.route("/<name>")
        def show(name): g.name = session["name"] = name; return name
        """,
        script="""
        with client:
            client.get("/ann?q=1"); say([request.path, request.args["q"], g.name, session["name"], log])
            client.get("/bob"); say([request.path, g.name, log])
        say([log, has_request_context()])
        try:
            with client, client: pass
        except RuntimeError as error: say(str(error))
        with client.session_transaction() as sess:
            say(dict(sess)); sess["name"] = "eve"; sess["n"] = 1
        with client.session_transaction("/x", base_url="http://localhost") as sess: say(dict(sess))
        try:
            with app.test_client(use_cookies=False).session_transaction(): pass
        except TypeError as error: say(str(error))
        app.secret_key = None
        try:
            with client.session_transaction(): pass
        except RuntimeError as error: say(str(error))
        """,
    ),
    case(
        "client-requests",
        """
        @app.route("/", methods=["GET", "POST", "PUT", "PATCH", "DELETE", "OPTIONS", "HEAD", "TRACE"])
        def home():
            return jsonify({"method": request.method, "args": request.args, "form": request.form,
                    "json": request.get_json(silent=True), "data": request.get_data(as_text=True), "url": request.url,
                    "type": request.content_type, "agent": request.user_agent.string, "x": request.headers.get("X-A")})
        """,
        script="""
        from flask.testing import EnvironBuilder, FlaskClient
        from werkzeug.test import EnvironBuilder as Plain
        from werkzeug.wrappers import Request as PlainRequest
        for method in ("get", "post", "put", "patch", "delete", "options", "trace", "head"):
            say([method, getattr(client, method)("/", data={"a": "1"} if method != "get" else None).get_data()])
        say(client.get("/", query_string={"a": ["1", "é"]}).json)
        say(client.post("/?x=1", json=[1, {"a": None}]).json)
        say(client.post("/", data="raw", content_type="text/plain", headers={"X-A": "1"}).json)
        say(client.get("http://elsewhere:8080/?y=2").json["url"])
        say(client.get("/", base_url="https://a.b/c").json["url"])
        say(client.get("/", subdomain="sub", url_scheme="https").json["url"])
        builder = EnvironBuilder(app, "/?b=1", method="PUT", json={"z": 1}); say(client.open(builder).json)
        say(client.open(Plain("/plain", base_url="http://h/")).status)
        say(client.open(builder.get_environ()).json["url"])
        say(client.open(PlainRequest(Plain("/?req=1").get_environ())).json["url"])
        response = client.get("/")
        say([response.request.path, response.text[:9], response.is_json, type(response).__name__, response.history])
        say(type(client).__name__); say(client.application is app)
        client.environ_base["HTTP_USER_AGENT"] = "mine"; say(client.get("/").json["agent"])
        class Mine(FlaskClient):
            def open(self, *args, **kwargs):
                kwargs.setdefault("headers", {})["X-A"] = "mine"
                return super().open(*args, **kwargs)
        app.test_client_class = Mine; say(app.test_client().get("/").json["x"])
        app.json.sort_keys = False; say(EnvironBuilder(app, json={"b": 1, "a": 2}).input_stream.read())
        """,
    ),
    case(
        "client-settings-of-the-app",
        """
        app.config.update(SERVER_NAME="example.com", APPLICATION_ROOT="/root", PREFERRED_URL_SCHEME="https")
        @app.route("/")
        def home(): return request.url
        """,
        "GET /",
        ("GET /", {"base_url": "http://example.com"}),
        ("GET /", {"subdomain": "x"}),
        ("GET /", {"url_scheme": "http"}),
        script="""
        with app.test_request_context("/a", subdomain="s"): say([request.url, request.script_root])
        with app.test_request_context(): say(request.url)
        """,
    ),
    case(
        "client-follows-redirects",
        """
        @app.route("/<int:n>")
        def count(n): return redirect(url_for("count", n=n - 1)) if n else f"done {request.method}"
        @app.route("/loop")
        def loop(): return redirect("/loop")
        @app.route("/away")
        def away(): return redirect("https://elsewhere.org/")
        @app.route("/keep", methods=["POST", "GET"])
        def keep(): return redirect("/kept", 307)
        @app.route("/kept", methods=["POST", "GET"])
        def kept(): return request.method + request.form.get("a", "-")
        """,
        ("GET /3", {"follow_redirects": True}),
        ("POST /keep a=1", {"follow_redirects": True}),
        ("GET /away", {"follow_redirects": True}),
        ("GET /loop", {"follow_redirects": True}),
        script="say([hop.status_code for hop in client.get('/2', follow_redirects=True).history])",
    ),
)

CONFIGURATION = (
    case(
        "config-defaults-and-sources",
        "",
        script="""
        import types
        say(sorted(app.config.items(), key=str)); say(type(app.config).__name__)
        class Settings: DEBUG = True; lower = 1; OWN = [1]
        app.config.from_object(Settings); say([app.debug, app.config["OWN"], "lower" in app.config])
        app.config.from_object("settings"); say(app.config["FROM_MODULE"])
        say(app.config.from_mapping({"A": 1, "b": 2}, C=3, d=4)); say([app.config["A"], app.config["C"], app.config.get("b")])
        app.config.from_mapping(E=5); app.config.update(TESTING=True); say([app.testing, app.config["E"]])
        app.testing = False; app.secret_key = "x"; say([app.config["TESTING"], app.config["SECRET_KEY"]])
        app.debug = False; say(app.config["DEBUG"])
        try: app.config["NOPE"]
        except KeyError as error: say(str(error))
        """,
        files={"settings.py": "FROM_MODULE = 1\nlower = 2\n"},
    ),
    case(
        "config-of-the-environment",
        """
        import os
        made = []
        for value in ("1", "true", "0", "False", "no", "", "yes"):
            os.environ["FLASK_DEBUG"] = value
            made.append(Flask("x").debug)
        del os.environ["FLASK_DEBUG"]
        """,
        script="say(made); say(Flask('x').debug)",
    ),
    case(
        "app-attributes",
        "",
        script="""
        import os
        say([app.name, app.import_name, repr(app), app.root_path == os.path.dirname(__file__), app.template_folder])
        say([app.extensions, app.blueprints, app.url_build_error_handlers, app.teardown_appcontext_funcs])
        say([app._got_first_request, client.get("/").status_code, app._got_first_request])
        say([app.subdomain_matching, app.session_interface is Flask.session_interface, app.aborter.mapping[404].__name__])
        say([Flask("__main__").import_name, Flask("json").name, Flask("json.decoder").root_path == os.path.dirname(os.__file__) + "/json"])
        say([Flask(name).root_path == os.getcwd() for name in ("no_such_module_at_all", "json.nope.deep")])
        say([Flask("__main__").name != "__main__", Flask.testing is Flask.testing, repr(Flask("x").config)[:20]])
        say([Flask("x", root_path="/srv/x").root_path, Flask("x", instance_path="/srv/i").instance_path])
        say(app.instance_path == os.path.join(app.root_path, "instance"))
        say([sorted(map(str, app.error_handler_spec)), list(app.before_request_funcs), app.view_functions.keys()])
        say([f.__name__ for f in app.template_context_processors[None]])
        say(app.logger.name)
        """,
    ),
    case("app-no-import-name", "Flask()"),
    case("app-unknown-argument", "Flask(__name__, folder='x')"),
    case(
        "app-of-a-package",
        "import pkg.sub\nfrom pkg import inner",
        "GET /",
        script="""
        say([inner.name, inner.root_path[-3:], inner.instance_path[-9:], inner.root_path[-12:] in inner.instance_path])
        say([pkg.sub.app.root_path[-3:], pkg.sub.app.name])
        """,
        files={
            "pkg/__init__.py": "from flask import Flask\ninner = Flask(__name__)\n",
            "pkg/sub.py": "from flask import Flask\napp = Flask(__name__)\n",
        },
    ),
    case(
        "imports-of-ordinary-code",
        """
        from flask.app import Flask as F
        from flask.blueprints import Blueprint as B
        from flask.config import Config as C
        from flask.ctx import AppContext, RequestContext, has_request_context as h
        from flask.globals import current_app as a, g as gg, request as r, session as s, app_ctx, request_ctx
        from flask.helpers import url_for as u, flash as fl, redirect as re, make_response as m, abort as ab
        from flask.helpers import send_file as sf, send_from_directory as sd, get_flashed_messages as gm
        from flask.json import jsonify as j, dumps, loads
        from flask.json.provider import DefaultJSONProvider, JSONProvider
        from flask.sessions import SecureCookieSessionInterface, SessionInterface, SessionMixin, SecureCookieSession
        from flask.templating import render_template as rt, render_template_string as rs
        from flask.testing import FlaskClient
        from flask.typing import ResponseReturnValue
        from flask.views import MethodView, View
        from flask.wrappers import Request as Rq, Response as Rs
        import flask.views, flask.json as fj
        same = [F is Flask, B is Blueprint, r is request, u is url_for, j is jsonify, Rs is Response, fj is flask.json]
        """,
        script="say(same)",
    ),
)

CASES = (*SESSIONS, *CONTEXTS, *HOOKS, *CLIENT, *CONFIGURATION)

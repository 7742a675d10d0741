"""Cases: url_for and redirect."""

from engine.twins import case

BUILDING = (
    case(
        "url-missing-value",
        """
        @app.route("/user/<int:user_id>")
        def profile(user_id): return "x"
        @app.route("/go")
        def go(): return url_for("profile")
        """,
        "GET /go",
    ),
    case(
        "url-misnamed-value",
        """
        @app.route("/user/<int:user_id>")
        def profile(user_id): return "x"
        @app.route("/a")
        def a(): return url_for("profile", id=5)
        """,
        "GET /a",
    ),
    case(
        "url-none-value",
        """
        @app.route("/user/<int:user_id>")
        def profile(user_id): return "x"
        @app.route("/a")
        def a(): return url_for("profile", user_id=None)
        @app.route("/b")
        def b(): return url_for("a", x=None, y=1)
        """,
        "GET /a",
        "GET /b",
    ),
    case(
        "url-unknown-endpoint",
        """
        @app.route("/home")
        def homepage(): return "x"
        @app.route("/a")
        def a(): return url_for("home")
        @app.route("/b")
        def b(): return url_for("/home")
        @app.route("/c")
        def c(): return url_for("")
        """,
        "GET /a",
        "GET /b",
        "GET /c",
    ),
    case(
        "url-function-object",
        """
        @app.route("/home")
        def homepage(): return "x"
        @app.route("/a")
        def a(): return url_for(homepage)
        """,
        "GET /a",
    ),
    case(
        "url-escaping",
        """
        @app.route("/user/<name>")
        def user(name): return repr(name)
        @app.route("/files/<path:p>")
        def files(p): return repr(p)
        @app.route("/a")
        def a():
            return {"space": url_for("user", name="a b"), "slash": url_for("user", name="a/b"),
                    "query": url_for("user", name="a?b#c"), "uni": url_for("user", name="zoë"),
                    "empty": url_for("user", name=""), "path": url_for("files", p="a/b c"),
                    "extra": url_for("user", name="x", q="a b", n=[1, 2], e="é")}
        """,
        "GET /a",
    ),
    case(
        "url-wrong-type",
        """
        @app.route("/user/<int:n>")
        def user(n): return repr(n)
        @app.route("/a")
        def a(): return url_for("user", n="abc")
        @app.route("/b")
        def b(): return url_for("user", n=5.9)
        @app.route("/c")
        def c(): return url_for("user", n=-5)
        """,
        "GET /a",
        "GET /b",
        "GET /c",
    ),
    case(
        "url-method-dependent",
        """
        @app.get("/hello/<name>")
        def named(name): return f"Hello {name}"
        app.add_url_rule("/hello", "hello", methods=["POST"])
        app.add_url_rule("/hello/<name>", "hello", methods=["GET"])
        app.add_url_rule("/hello", "hello", methods=["GET"], defaults={"name": None})
        @app.endpoint("hello")
        def hello(name=None):
            url = url_for("hello", name="Todd")
            return redirect(url) if request.method == "POST" else f"Hello {name} {url}"
        """,
        "POST /hello name=Todd",
        "GET /hello",
    ),
    case(
        "url-outside",
        """
        @app.route("/x")
        def x(): return "x"
        url_for("x")
        """,
    ),
    case(
        "url-app-context",
        """
        @app.route("/x")
        def x(): return "x"
        with app.app_context():
            url_for("x")
        """,
    ),
    case(
        "url-for-options",
        """
        @app.route("/x/<int:n>", methods=["GET", "POST"])
        def x(n): return "x"
        urls = [
            dict(_anchor="a b/é?#"), dict(_external=True), dict(_scheme="https"), dict(_scheme="ftp", _external=True),
            dict(_scheme="https", _external=False), dict(_method="POST"), dict(_anchor=""), dict(_external=False),
            dict(_method="DELETE"), dict(_scheme=""),
        ]
        @app.route("/u/<int:i>")
        def u(i): return url_for("x", n=1, **urls[i])
        """,
        *(f"GET /u/{i}" for i in range(10)),
        ("GET /u/1", {"base_url": "https://h:1/root/"}),
    ),
    case(
        "url-defaults-and-preprocessors",
        """
        @app.url_value_preprocessor
        def pull(endpoint, values):
            g.lang = values.pop("lang", "none") if values else "no values"
        @app.url_defaults
        def push(endpoint, values):
            if app.url_map.is_endpoint_expecting(endpoint, "lang"): values.setdefault("lang", g.get("lang"))
        @app.route("/<lang>/home")
        def home(): return f"{g.lang} {url_for('other')} {url_for('home', lang='x')} {request.view_args}"
        @app.route("/<lang>/other")
        def other(): return g.lang
        """,
        "GET /de/home",
        "GET /nope",
    ),
    case(
        "url-build-error-handlers",
        """
        from werkzeug.routing import BuildError
        def declines(error, endpoint, values): return None
        def raises(error, endpoint, values):
            if endpoint == "raise": raise BuildError("other", {}, "GET")
            return None
        def answers(error, endpoint, values):
            if endpoint.startswith("ext."): return f"http://ext/{sorted(values.items(), key=str)}"
        app.url_build_error_handlers += [declines, raises, answers]
        @app.route("/<path:endpoint>")
        def go(endpoint): return url_for(endpoint, a=1, _anchor="x")
        """,
        "GET /ext.page",
        "GET /raise",
        "GET /unknown",
    ),
    case(
        "url-for-in-other-contexts",
        """
        @app.route("/x")
        def x(): return "x"
        """,
        script="""
        with app.test_request_context("/shop/page", base_url="https://example.org/root"):
            say([url_for("x"), url_for("x", _external=True), app.url_for("x", q=1), url_for("static", filename="a b.css")])
        app.config.update(SERVER_NAME="example.net:5000", APPLICATION_ROOT="/root", PREFERRED_URL_SCHEME="https")
        with app.app_context(): say([url_for("x"), url_for("x", _external=False), url_for("x", _scheme="http")])
        say(app.url_for("x"))
        try: url_for("x")
        except RuntimeError as error: say(str(error))
        """,
    ),
)

REDIRECTS = (
    case(
        "redirect-endpoint-name",
        """
        @app.route("/shop/old")
        def old(): return redirect("new-page")
        @app.route("/new-page")
        def new_page(): return "new"
        """,
        "GET /shop/old",
        "GET /shop/new-page",
        ("GET /shop/old", {"follow_redirects": True}),
    ),
    case(
        "redirect-is-new-request",
        """
        @app.post("/send")
        def send(): return redirect(url_for("thanks"))
        @app.route("/thanks")
        def thanks(): return f"{request.method} thanks {request.form.get('name')}"
        """,
        "POST /send name=ann",
        "GET /thanks",
        ("POST /send name=ann", {"follow_redirects": True}),
    ),
    case(
        "redirect-codes-and-places",
        """
        places = [("/a", 301), ("https://example.com/x?y=1#z", 303), ("/é b", 307), ("//host/x", 308), ("", 302),
                  ("/<script>", 302), ("/a", 305), ("javascript:x", 300), ("/a\\nb", 302)]
        @app.route("/r/<int:i>")
        def r(i): return redirect(places[i][0], places[i][1])
        @app.route("/named")
        def named(): return redirect(location="/x", code=307)
        @app.route("/bad-code")
        def bad_code(): return redirect("/x", 200)
        """,
        *(f"GET /r/{i}" for i in range(9)),
        "GET /named",
        "GET /bad-code",
        script="""
        from flask import redirect
        outside = redirect("/x", 301); say([type(outside).__name__, outside.status, outside.location])
        """,
    ),
    case(
        "redirect-of-the-app-itself",
        """
        class Mine(Flask):
            def redirect(self, location, code=302):
                response = super().redirect(location, 303)
                response.headers["X-Mine"] = location
                return response
        app = Mine(__name__)
        @app.route("/")
        def home(): return redirect("/x")
        """,
        "GET /",
    ),
)

CASES = (*BUILDING, *REDIRECTS)

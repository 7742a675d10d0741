"""Cases: abort, error handlers, and the 500 of what nobody took."""

from engine.twins import case

HANDLERS = (
    case("err-handler-no-status", "@app.errorhandler(404)\ndef not_found(e): return 'Oops'", "GET /nope"),
    case(
        "err-return-404-no-handler",
        """
        @app.errorhandler(404)
        def not_found(e): return "custom", 404
        @app.route("/a")
        def a(): return "plain", 404
        """,
        "GET /a",
    ),
    case(
        "err-return-exception",
        """
        from werkzeug.exceptions import NotFound
        @app.errorhandler(404)
        def not_found(e): return "custom", 404
        @app.route("/a")
        def a(): return NotFound()
        """,
        "GET /a",
    ),
    case(
        "err-abort-response-no-handler",
        """
        @app.errorhandler(404)
        def not_found(e): return "custom", 404
        @app.route("/a")
        def a(): abort(make_response("made by hand", 404))
        """,
        "GET /a",
    ),
    case(
        "err-handler-exception",
        """
        @app.errorhandler(Exception)
        def anything(e): return f"caught {type(e).__name__}", 500
        @app.post("/a")
        def a(): return "x"
        @app.route("/boom")
        def boom(): raise KeyError("x")
        """,
        "GET /nope",
        "GET /a",
        "GET /boom",
    ),
    case(
        "err-handler-specific",
        """
        from werkzeug.exceptions import HTTPException
        @app.errorhandler(HTTPException)
        def as_json(e): return {"code": e.code, "name": e.name, "description": e.description}, e.code
        @app.errorhandler(404)
        def not_found(e): return "the 404 page", 404
        @app.errorhandler(LookupError)
        def lookup(e): return f"LookupError {type(e).__name__}", 500
        @app.errorhandler(KeyError)
        def key(e): return f"KeyError {e}", 500
        @app.route("/teapot")
        def teapot(): abort(418)
        @app.route("/key")
        def key_error(): return {}["x"]
        @app.route("/index")
        def index_error(): return [][1]
        @app.route("/zero")
        def zero(): return 1 / 0
        """,
        *(f"GET /{name}" for name in ["teapot", "nope", "key", "index", "zero"]),
        "POST /key",
    ),
    case(
        "err-abort-swallowed",
        """
        @app.route("/a")
        def a():
            try: abort(404)
            except Exception as e: return f"swallowed {type(e).__name__}"
        """,
        "GET /a",
    ),
    case("err-handler-no-arg", "@app.errorhandler(404)\ndef not_found(): return 'x', 404", "GET /nope"),
    case(
        "err-handler-template-missing",
        "@app.errorhandler(404)\ndef not_found(e): return render_template('404.html'), 404",
        "GET /nope",
    ),
    case(
        "err-500-handler-debug",
        """
        app.debug = True
        @app.errorhandler(500)
        def broken(e): return "never asked", 500
        @app.route("/crash")
        def crash(): return 1 / 0
        """,
        "GET /crash",
    ),
    case(
        "err-handler-status",
        """
        @app.errorhandler(500)
        def broken(e): return f"Broken: {type(e).__name__} from {type(e.original_exception).__name__}", 500
        @app.route("/crash")
        def crash(): return 1 / 0
        @app.route("/abort")
        def aborts():
            abort(500)
        """,
        "GET /crash",
    ),
    case(
        "err-handlers-that-fail",
        """
        @app.errorhandler(404)
        def not_found(e): raise RuntimeError("in the 404 handler")
        @app.errorhandler(500)
        def broken(e): raise RuntimeError("in the 500 handler")
        """,
        "GET /nope",
    ),
    case(
        "err-handlers-that-return-odd-things",
        """
        @app.errorhandler(404)
        def not_found(e): return e
        @app.errorhandler(405)
        def not_allowed(e): return {"error": str(e)}, e.code, {"X-A": "1"}
        @app.errorhandler(ValueError)
        def value_error(e): return None
        @app.errorhandler(KeyError)
        def key_error(e): abort(403)
        @app.errorhandler(403)
        def forbidden(e): return "never for the abort in a handler", 403
        @app.route("/v")
        def v(): raise ValueError
        @app.route("/k")
        def k(): raise KeyError
        """,
        "GET /nope",
        "POST /v",
        "GET /v",
        "GET /k",
    ),
    case(
        "err-same-class-twice-and-subclasses",
        """
        class Base(Exception): pass
        class Left(Base): pass
        class Right(Base): pass
        class Both(Left, Right): pass
        @app.errorhandler(Base)
        def base(e): return "base", 500
        @app.errorhandler(Right)
        def right(e): return "right", 500
        @app.errorhandler(Right)
        def right_again(e): return "right again", 500
        app.register_error_handler(ValueError, lambda e: ("value", 500))
        for cls in (Base, Left, Right, Both, UnicodeError):
            app.add_url_rule("/" + cls.__name__, cls.__name__, lambda cls=cls: (_ for _ in ()).throw(cls()) and "")
        """,
        *(f"GET /{name}" for name in ["Base", "Left", "Right", "Both", "UnicodeError"]),
    ),
    case(
        "err-codes-of-own-classes",
        """
        from werkzeug.exceptions import HTTPException, NotFound
        class OutOfPaper(HTTPException):
            code = 507
            description = "no paper"
        class Missing(NotFound): pass
        class NoCode(HTTPException): pass
        @app.errorhandler(OutOfPaper)
        def out(e): return "paper", 507
        @app.errorhandler(404)
        def not_found(e): return f"404 {type(e).__name__}", 404
        @app.route("/paper")
        def paper(): raise OutOfPaper
        @app.route("/missing")
        def missing(): raise Missing
        @app.route("/no-code")
        def no_code(): raise NoCode
        """,
        *(f"GET /{name}" for name in ["paper", "missing", "nope", "no-code"]),
    ),
    *(
        case(
            f"err-register-{name}",
            f"@app.errorhandler({what})\ndef handler(e): return 'x'\napp.add_url_rule('/', 'x')",
        )
        for name, what in (
            ("unknown-code", "999"),
            ("no-error-code", "200"),
            ("text", "'404'"),
            ("instance", "ValueError('x')"),
            ("no-exception", "int"),
            ("base-exception", "KeyboardInterrupt"),
            ("none", "None"),
        )
    ),
    case("err-register-without-parentheses", "@app.errorhandler\ndef handler(e): return 'x'", "GET /nope"),
)

ABORT = (
    case(
        "err-abort",
        """
        @app.route("/<int:code>")
        def by_code(code): abort(code)
        @app.route("/described")
        def described(): abort(404, "no such thing: <b>")
        @app.route("/named")
        def named(): abort(403, description="not you")
        @app.route("/allow")
        def allow(): abort(405, valid_methods=["GET", "PUT"])
        @app.route("/retry")
        def retry(): abort(429, retry_after=60)
        @app.route("/www")
        def www():
            from werkzeug.datastructures import WWWAuthenticate
            abort(401, www_authenticate=WWWAuthenticate("basic", {"realm": "x"}))
        """,
        *(f"GET /{code}" for code in (400, 401, 403, 404, 409, 410, 418, 422, 429, 500, 501, 503, 200, 999)),
        *(f"GET /{name}" for name in ["described", "named", "allow", "retry", "www"]),
    ),
    case(
        "err-abort-response",
        """
        from werkzeug.exceptions import NotFound
        @app.route("/a")
        def a(): abort(make_response("mine", 409))
        @app.route("/b")
        def b(): abort(Response("mine", 401, {"X-A": "1"}))
        @app.route("/c")
        def c(): abort("404")
        @app.route("/d")
        def d(): abort(404, response=make_response("replaced", 410))
        @app.route("/e")
        def e(): raise NotFound
        @app.route("/f")
        def f(): abort()
        """,
        *(f"GET /{name}" for name in "abcdef"),
    ),
    case(
        "err-aborter-of-the-app",
        """
        from werkzeug.exceptions import Aborter, HTTPException
        class Full(HTTPException):
            code = 507
            description = "full"
        app.aborter.mapping[507] = Full
        @app.route("/full")
        def full(): abort(507)
        @app.route("/direct")
        def direct(): app.aborter(404)
        """,
        "GET /full",
        "GET /direct",
        script="""
        try: abort(404)
        except Exception as error: say(repr(error))
        """,
    ),
)

SETTINGS = (
    *(
        case(
            f"err-settings-{name}",
            f"""
            app.config.update({settings})
            @app.errorhandler(500)
            def broken(e): return "500 page", 500
            @app.errorhandler(404)
            def not_found(e): return "404 page", 404
            @app.errorhandler(400)
            def bad(e): return "400 page " + e.description, 400
            @app.route("/crash")
            def crash(): return 1 / 0
            @app.route("/key")
            def key(): return request.form["x"]
            @app.route("/bad")
            def bad_request(): abort(400)
            @app.route("/slash/", methods=["POST"])
            def slash(): return "x"
            """,
            *(f"GET /{path}" for path in ("crash", "nope", "key", "bad")),
            "POST /slash a=1",
        )
        for name, settings in (
            ("none", ""),
            ("testing", "TESTING=True"),
            ("debug", "DEBUG=True"),
            ("propagate", "PROPAGATE_EXCEPTIONS=True"),
            ("no-propagate", "TESTING=True, DEBUG=True, PROPAGATE_EXCEPTIONS=False"),
            ("trap-http", "TRAP_HTTP_EXCEPTIONS=True"),
            ("trap-bad", "TRAP_BAD_REQUEST_ERRORS=True"),
            ("no-trap-bad", "DEBUG=True, TRAP_BAD_REQUEST_ERRORS=False"),
        )
    ),
    case(
        "err-base-exceptions",
        """
        log = []
        @app.teardown_request
        def teardown(e): log.append(type(e).__name__)
        @app.route("/exit")
        def leave(): raise SystemExit(3)
        @app.route("/log")
        def show(): return log
        """,
        script="""
        try: client.get("/exit")
        except BaseException as error: say(repr(error))
        say(client.get("/log").json)
        """,
    ),
)

CASES = (*HANDLERS, *ABORT, *SETTINGS)

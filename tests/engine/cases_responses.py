"""Cases: what a view returned becomes a response."""

from engine.twins import case

RETURN_VALUES = (
    case("resp-none", "@app.route('/')\ndef home(): pass", "GET /", "HEAD /"),
    case("resp-print", "@app.route('/')\ndef home(): print('Hello, World!')", "GET /"),
    case(
        "resp-branch-none",
        """
        @app.route("/login", methods=["GET", "POST"])
        def login():
            if request.method == "POST": return "in"
        """,
        "GET /login",
        "POST /login",
    ),
    case(
        "err-handler-typeerror-none",
        """
        @app.errorhandler(TypeError)
        def type_error(e): return "TypeError handler", 500
        @app.errorhandler(500)
        def broken(e): return f"500 handler {type(e.original_exception).__name__}", 500
        @app.route("/none")
        def none(): pass
        @app.route("/raise")
        def raises(): raise TypeError("by hand")
        """,
        "GET /none",
        "GET /raise",
    ),
    case(
        "err-handler-exception-none",
        """
        @app.errorhandler(Exception)
        def anything(e):
            return f"Exception handler: {type(e).__name__} from {type(e.original_exception).__name__}", 500
        @app.route("/none")
        def none(): pass
        """,
        "GET /none",
    ),
    case("resp-int", "@app.route('/age')\ndef age(): return 42", "GET /age"),
    case(
        "resp-bool-float",
        """
        values = {"ok": True, "no": False, "pi": 3.14, "set": {1}, "complex": 1j, "range": range(3), "zero": 0}
        for name, value in values.items():
            app.add_url_rule(f"/{name}", name, lambda value=value: value)
        """,
        *(f"GET /{name}" for name in ("ok", "no", "pi", "set", "complex", "range", "zero")),
    ),
    case(
        "resp-object",
        """
        class User: pass
        @app.route("/u")
        def u(): return User()
        @app.route("/class")
        def a_class(): return User
        """,
        "GET /u",
        "GET /class",
    ),
    case(
        "resp-dict-list",
        """
        @app.route("/dict")
        def a_dict(): return {"b": 1, "a": [True, None]}
        @app.route("/list")
        def a_list(): return ["Alice", "Bob"]
        @app.route("/empty")
        def empty(): return {}
        """,
        "GET /dict",
        "GET /list",
        "GET /empty",
    ),
    case(
        "resp-json-order-unicode",
        """
        import collections, datetime, decimal, uuid, dataclasses, markupsafe
        @app.route("/a")
        def a(): return {"z": "café", "a": 1}
        @dataclasses.dataclass
        class Point: x: int; y: int
        class Bold:
            def __html__(self): return "<b>bold</b>"
        @app.route("/types")
        def types():
            return {"date": datetime.date(2024, 2, 29), "time": datetime.datetime(2024, 2, 29, 12, 30),
                    "money": decimal.Decimal("1.50"), "id": uuid.UUID(int=5), "point": Point(1, 2),
                    "html": markupsafe.Markup("<b>"), "bold": Bold(), "tuple": (1, 2)}
        @app.route("/ordered")
        def ordered(): return collections.OrderedDict(b=1, a=2)
        @app.route("/class")
        def a_class(): return {"point": Point}
        """,
        "GET /a",
        "GET /types",
        "GET /ordered",
        "GET /class",
    ),
    case("resp-tuple-swapped", "@app.route('/')\ndef home(): return 404, 'Not found'", "GET /"),
    case("resp-nested-tuple", "@app.route('/')\ndef home(): return ('a', 200), 404", "GET /"),
    case(
        "resp-tuple-numbers",
        """
        @app.route("/xy")
        def xy(): return 3, 4
        @app.route("/none")
        def none(): return None, 204
        @app.route("/nothing")
        def nothing(): return "", 204
        @app.route("/odd")
        def odd(): return "x", 3.5
        @app.route("/none-status")
        def none_status(): return "x", None
        """,
        "GET /xy",
        "GET /none",
        "GET /nothing",
        "GET /odd",
        "GET /none-status",
    ),
    case("resp-tuple-two-strings", "@app.route('/')\ndef home(): return 'first', 'second'", "GET /"),
    case(
        "resp-status-str",
        """
        @app.route("/a")
        def a(): return "x", "404"
        @app.route("/b")
        def b(): return "x", "404 Nope"
        @app.route("/c")
        def c(): return {"x": 1}, "201 Made"
        @app.route("/d")
        def d(): return Response("x", 500), "203"
        @app.route("/e")
        def e(): return "x", ""
        @app.route("/f")
        def f(): return {"x": 1}, b"404 bytes"
        @app.route("/g")
        def g(): return "x", 999
        """,
        *(f"GET /{name}" for name in "abcdefg"),
    ),
    case("resp-tuple-one", "@app.route('/')\ndef home(): return 'hello',", "GET /"),
    case("resp-tuple-four", "@app.route('/')\ndef home(): return 'a', 200, {}, 'b'", "GET /"),
    case(
        "resp-not-found-text",
        """
        @app.route("/missing")
        def missing(): return "404 Not Found"
        """,
        "GET /missing",
    ),
    case(
        "resp-headers-in-tuples",
        """
        from werkzeug.datastructures import Headers
        values = {
            "dict": ("x", {"X-A": "1", "Content-Type": "text/plain"}),
            "list": ("x", [("X-A", "1"), ("X-A", "2")]),
            "headers": ("x", Headers({"X-A": "1"})),
            "three": ("x", 201, {"X-A": ["1", "2"]}),
            "json": ({"a": 1}, 201, {"Content-Type": "application/problem+json"}),
            "response": (Response("x", headers={"X-A": "0"}), 202, {"X-A": "1"}),
            "empty": ("x", {}),
            "tuple": ("x", (("X-A", "1"),)),
            "string": ("x", 200, "X-A: 1"),
            "length": ("x", {"Content-Length": "7"}),
            "number": ("x", {"X-A": 1}),
            "newline": ("x", {"X-A": "a\\nb"}),
        }
        for name, value in values.items():
            app.add_url_rule(f"/{name}", name, lambda value=value: value)
        """,
        *(
            f"GET /{name}"
            for name in [
                "dict",
                "list",
                "headers",
                "three",
                "json",
                "response",
                "empty",
                "tuple",
                "string",
                "length",
                "number",
                "newline",
            ]
        ),
    ),
    case(
        "resp-bytes-and-iterators",
        """
        @app.route("/bytes")
        def a_bytes(): return b"\\x00\\xff"
        @app.route("/bytearray")
        def a_bytearray(): return bytearray(b"ab")
        @app.route("/generator")
        def generator():
            yield "a"
            yield "b"
        @app.route("/iterator")
        def iterator(): return iter(["a", b"b"]), 201, {"X-A": "1"}
        @app.route("/bad-chunk")
        def bad_chunk(): return iter([1])
        @app.route("/empty")
        def empty(): return ""
        @app.route("/fails")
        def fails():
            yield "a"
            raise ValueError("in the middle")
        """,
        *(
            f"GET /{name}"
            for name in ["bytes", "bytearray", "generator", "iterator", "bad-chunk", "empty", "fails"]
        ),
        "HEAD /generator",
    ),
    case(
        "resp-wsgi-callables",
        """
        from werkzeug.exceptions import NotFound, HTTPException
        from werkzeug.wrappers import Response as Plain
        def wsgi(environ, start_response):
            start_response("202 Taken", [("X-Wsgi", "1"), ("Content-Type", "text/plain")])
            return [b"from ", b"wsgi"]
        @app.route("/wsgi")
        def a_wsgi(): return wsgi
        @app.route("/wsgi-status")
        def wsgi_status(): return wsgi, 203, {"X-More": "1"}
        @app.route("/not-found")
        def not_found(): return NotFound()
        @app.route("/plain")
        def plain(): return Plain("plain", mimetype="text/plain")
        @app.route("/function")
        def function(): return lambda: "x"
        @app.route("/app")
        def other_app():
            inner = Flask("inner")
            inner.add_url_rule("/app", "x", lambda: "inner")
            return inner
        """,
        *(f"GET /{name}" for name in ["wsgi", "wsgi-status", "not-found", "plain", "function", "app"]),
    ),
)

RESPONSE_OBJECTS = (
    case(
        "resp-json-dumps",
        """
        import json as python_json
        @app.route("/dumps")
        def dumps(): return python_json.dumps({"a": 1})
        @app.route("/jsonify")
        def with_jsonify(): return jsonify({"a": 1})
        """,
        "GET /dumps",
        "GET /jsonify",
    ),
    case(
        "resp-make-response",
        """
        @app.route("/good")
        def good():
            response = make_response("body", 202)
            response.headers["X-Made"] = "yes"
            return response
        @app.route("/lost")
        def lost():
            response = make_response("body")
            response.headers["X-Made"] = "yes"
            return "body"
        @app.route("/nothing")
        def nothing(): return make_response()
        @app.route("/tuple")
        def tuple_(): return make_response(("a", 201), )
        @app.route("/none")
        def none(): return make_response(None)
        @app.route("/three")
        def three(): return make_response({"a": 1}, 201, {"X-A": "1"})
        """,
        *(f"GET /{name}" for name in ["good", "lost", "nothing", "tuple", "none", "three"]),
    ),
    case(
        "cookie-lost-response",
        """
        @app.route("/lost")
        def lost():
            response = make_response("x")
            response.set_cookie("a", "1")
            return redirect("/")
        @app.route("/kept")
        def kept():
            response = redirect("/")
            response.set_cookie("a", "1")
            return response
        """,
        "GET /lost",
        "GET /kept",
    ),
    case("resp-dict-unserializable", "@app.route('/')\ndef home(): return {'tags': {1}}", "GET /"),
    case(
        "resp-json-mixed-keys",
        """
        @app.route("/a")
        def a(): return {1: "one", "b": "two"}
        @app.route("/b")
        def b(): return {1: "one", 2: "two"}
        """,
        "GET /a",
        "GET /b",
    ),
    case(
        "resp-redirect-not-returned",
        """
        @app.route("/old")
        def old(): redirect("/")
        """,
        "GET /old",
    ),
    case(
        "resp-html-from-str",
        "@app.route('/hi/<name>')\ndef hi(name): return f'<h1>Hi {name}</h1>'",
        "GET /hi/%3Cb%3Ebob",
    ),
    case(
        "jsonify-arguments",
        """
        calls = {"none": ((), {}), "one": ((5,), {}), "two": ((1, 2), {}), "named": ((), {"a": 1}),
                 "both": ((1,), {"a": 1}), "null": ((None,), {}), "dict": (({"b": 1, "a": 2},), {})}
        for name, (args, kwargs) in calls.items():
            app.add_url_rule(f"/{name}", name, lambda args=args, kwargs=kwargs: jsonify(*args, **kwargs))
        """,
        *(f"GET /{name}" for name in ["none", "one", "two", "named", "both", "null", "dict"]),
    ),
    case(
        "app-json-options",
        """
        app.json.sort_keys = False
        app.json.ensure_ascii = False
        app.json.compact = False
        app.json.mimetype = "application/vnd.x+json"
        app.json.default = lambda value: f"<{type(value).__name__}>"
        @app.route("/")
        def home(): return {"z": "é", "a": {1, 2}}
        """,
        "GET /",
        script="""
        import io
        from flask import json
        with app.app_context():
            say([json.dumps({"b": "é", "a": 1}), json.loads("[1]"), app.json.loads("{}")])
            file = io.StringIO(); json.dump([1, "é"], file); say(file.getvalue())
            say(json.load(io.StringIO("[2]")))
        say([json.dumps({"b": "é", "a": 1}), json.loads("[1]")])
        file = io.StringIO(); json.dump([1, "é"], file); say(file.getvalue())
        say(json.load(io.StringIO("[2]")))
        try: json.dumps({"a": {1}})
        except TypeError as error: say(str(error))
        """,
    ),
    case(
        "app-json-provider-of-its-own",
        """
        from flask.json.provider import DefaultJSONProvider, JSONProvider
        class Loud(JSONProvider):
            def dumps(self, obj, **kwargs): return repr(obj).upper()
            def loads(self, s, **kwargs): return {"loaded": len(s)}
        class Sorted(DefaultJSONProvider):
            sort_keys = False
        app.json = Loud(app)
        @app.route("/", methods=["GET", "POST"])
        def home(): return {"a": request.get_json(silent=True)}
        @app.route("/list")
        def names(): return jsonify("b", "a")
        class Other(Flask): json_provider_class = Sorted
        class Unfinished(Flask): json_provider_class = JSONProvider
        """,
        "GET /",
        ("POST /", {"data": "xyz", "content_type": "application/json"}),
        "GET /list",
        script="""
        import io
        say(Other("x").json.dumps({"b": 1, "a": 2}))
        file = io.StringIO(); app.json.dump([1], file); say([file.getvalue(), app.json.load(io.StringIO("12"))])
        for call in (Unfinished("x").json.dumps, Unfinished("x").json.loads):
            try: call("1")
            except NotImplementedError as error: say(repr(error))
        """,
    ),
    case(
        "debug-json-is-indented",
        """
        app.debug = True
        @app.route("/")
        def home(): return {"b": [1, {"c": 2}], "a": 1}
        """,
        "GET /",
    ),
    case(
        "response-class-of-the-app",
        """
        class Plain(Response):
            default_mimetype = "text/plain"
        app.response_class = Plain
        @app.route("/")
        def home(): return "plain"
        @app.route("/json")
        def as_json(): return {"a": 1}
        @app.route("/flask-response")
        def flask_response(): return Response("html")
        @app.route("/redirect")
        def redirects(): return redirect("/")
        @app.route("/type")
        def type_of(): return f"{type(make_response('x')).__name__} {type(redirect('/')).__name__}"
        """,
        *(f"GET {path}" for path in ("/", "/json", "/flask-response", "/redirect", "/type", "/none")),
        "OPTIONS /",
    ),
    case(
        "cookies-of-responses",
        """
        import datetime
        @app.route("/set")
        def set_them():
            response = make_response("set")
            response.set_cookie("theme", "dark")
            response.set_cookie("long", "x y;é", max_age=60, secure=True, httponly=True, samesite="Lax", path="/p")
            response.set_cookie("old", "1", expires=datetime.datetime(2030, 1, 1))
            response.delete_cookie("gone")
            return response
        @app.route("/get")
        def get(): return dict(request.cookies)
        """,
        ("GET /get", {"headers": {"Cookie": "a=1"}}),
        "GET /set",
        "GET /get",
        script="say(client.get_cookie('theme').value); client.set_cookie('a', 'b'); say(client.get('/get').json); say(app.test_client(use_cookies=False).get('/get', headers={'Cookie': 'a=1'}).json)",
    ),
    case(
        "cookie-too-large-for-browsers",
        """
        import warnings
        app.config["MAX_COOKIE_SIZE"] = 50
        @app.route("/")
        def home():
            response = make_response("x")
            with warnings.catch_warnings(record=True) as told:
                warnings.simplefilter("always")
                response.set_cookie("a", "x" * 60)
            return f"{len(told)} {response.max_cookie_size}"
        """,
        "GET /",
        script="say(Response().max_cookie_size)",
    ),
    case(
        "response-conditional-and-etag",
        """
        @app.route("/")
        def home():
            response = make_response("content")
            response.add_etag()
            response.cache_control.max_age = 60
            return response.make_conditional(request)
        """,
        "GET /",
        ("GET /", {"headers": {"If-None-Match": '"040f06fd774092478d450774f5ba30c5da78acc8"'}}),
    ),
)

CASES = (*RETURN_VALUES, *RESPONSE_OBJECTS)

"""Cases: what a view reads of the request."""

from engine.twins import case

BOUNDARY = "multipart/form-data; boundary=BB"
UPLOAD = (
    b'--BB\r\nContent-Disposition: form-data; name="title"\r\n\r\nCat\r\n'
    b'--BB\r\nContent-Disposition: form-data; name="photo"; filename="cat.png"\r\n'
    b"Content-Type: image/png\r\n\r\nmeow\r\n--BB--\r\n"
)
JSON = "application/json"

FORMS_AND_ARGS = (
    case(
        "req-form-missing-key",
        """
        @app.post("/login")
        def login(): return "hi " + request.form["username"]
        """,
        "POST /login user=ann",
        "POST /login username=ann",
        "POST /login?username=ann",
    ),
    case(
        "req-form-missing-key-debug",
        """
        app.debug = True
        @app.errorhandler(400)
        def bad(e): return e.description, 400
        @app.post("/login")
        def login(): return "hi " + request.form["username"]
        @app.get("/abort")
        def aborts(): abort(400)
        """,
        "POST /login user=ann",
        "GET /abort",
    ),
    case(
        "req-args-missing-key",
        """
        @app.route("/a")
        def a(): return request.args["page"]
        """,
        "GET /a",
        "GET /a?page=2",
        "GET /a?page",
        "GET /a?page=%C3%A9&page=2",
    ),
    case(
        "req-form-vs-args",
        """
        @app.route("/x", methods=["GET", "POST", "PUT", "DELETE"])
        def x(): return {"args": request.args, "form": request.form, "values": request.values.to_dict()}
        """,
        "POST /x?q=2 a=1",
        "GET /x a=1",
        "PUT /x?a=0 a=1",
        "DELETE /x a=1&a=2",
    ),
    case(
        "req-headers",
        """
        @app.route("/a")
        def a(): return request.headers["X-Token"]
        @app.route("/b")
        def b(): return request.headers.get("X-Token", "none")
        @app.route("/all")
        def everything(): return dict(request.headers)
        """,
        "GET /a",
        ("GET /a", {"headers": {"X-Token": "t"}}),
        "GET /b",
        (
            "GET /all",
            {"headers": [("X-Two", "1"), ("X-Two", "2"), ("Accept", "text/html")], "auth": ("ann", "pw")},
        ),
    ),
    case(
        "cookie-basic",
        """
        @app.route("/index")
        def index(): return request.cookies["theme"]
        @app.route("/set")
        def set_it():
            response = make_response(f"now {request.cookies.get('theme')}")
            response.set_cookie("theme", "dark")
            return response
        @app.route("/get")
        def get(): return request.cookies.get("theme", "-")
        """,
        "GET /index",
        "GET /set",
        "GET /get",
        "GET /index",
    ),
    case(
        "req-args-type",
        """
        @app.route("/")
        def home():
            args = request.args
            return {"flag": args.get("flag", False, type=bool), "page": args.get("page", 1, type=int),
                    "raw": args.get("page"), "all": args.getlist("n", type=int)}
        """,
        "GET /?flag=false",
        "GET /?page=abc",
        "GET /?page=3&n=1&n=x&n=2",
    ),
    case(
        "req-attributes",
        """
        @app.route("/p/<int:n>/", methods=["GET", "POST"])
        def p(n):
            r = request
            return {"method": r.method, "path": r.path, "full_path": r.full_path, "url": r.url, "base": r.base_url,
                    "root": r.url_root, "host": r.host, "scheme": r.scheme, "secure": r.is_secure,
                    "endpoint": r.endpoint, "args": r.view_args, "rule": str(r.url_rule), "blueprint": r.blueprint,
                    "blueprints": r.blueprints, "addr": r.remote_addr, "agent": str(r.user_agent),
                    "mimetype": r.mimetype, "length": r.content_length, "query": r.query_string.decode(),
                    "repr": repr(r), "script_root": r.script_root, "best": r.accept_mimetypes.best,
                    "is_json": r.is_json, "referrer": r.referrer, "route": list(r.access_route),
                    "error": repr(r.routing_exception), "user": r.authorization and r.authorization.username}
        """,
        "GET /p/5/?q=a%20b&r=%C3%A9",
        ("POST /p/5/", {"data": "x", "content_type": "text/plain; charset=utf-8"}),
        ("GET /p/5/", {"base_url": "https://example.com:8000/app", "auth": ("ann", "pw")}),
    ),
    case(
        "req-without-a-match",
        """
        @app.errorhandler(404)
        def not_found(e):
            r = request
            return {"endpoint": r.endpoint, "view_args": r.view_args, "rule": r.url_rule, "blueprints": r.blueprints,
                    "error": repr(r.routing_exception), "blueprint": r.blueprint}, 404
        """,
        "GET /nope",
    ),
    case(
        "req-data-and-stream",
        """
        @app.post("/data")
        def data(): return request.data
        @app.post("/twice")
        def twice(): return request.get_data(as_text=True) + "|" + request.form.get("a", "-")
        @app.post("/form-first")
        def form_first(): return request.form.get("a", "-") + "|" + request.get_data(as_text=True)
        @app.post("/stream")
        def stream(): return request.stream.read(3)
        """,
        *(
            (f"POST /{name}", {"data": b"a=1&b=\xff", "content_type": kind})
            for name in ("data", "twice", "form-first", "stream")
            for kind in ("text/plain", "application/x-www-form-urlencoded")
        ),
    ),
    case(
        "req-outside",
        """
        name = request.args.get("name")
        """,
    ),
)

JSON_BODIES = (
    case(
        "req-json-no-content-type",
        """
        @app.post("/a")
        def a(): return {"got": request.json}
        @app.post("/silent")
        def silent(): return {"got": request.get_json(silent=True)}
        @app.post("/force")
        def force(): return {"got": request.get_json(force=True)}
        """,
        ("POST /a", {"data": '{"a": 1}'}),
        ("POST /silent", {"data": '{"a": 1}'}),
        ("POST /force", {"data": '{"a": 1}'}),
        ("POST /force", {"data": "nonsense"}),
        ("POST /a", {"json": {"a": 1}}),
        ("POST /a", {"data": '{"a": 1}', "content_type": "application/problem+json"}),
    ),
    case(
        "req-form-with-json",
        """
        @app.post("/json")
        def as_json(): return {"got": request.json}
        @app.post("/form")
        def as_form(): return dict(request.form)
        """,
        "POST /json a=1",
        ("POST /form", {"json": {"a": 1}}),
    ),
    case("req-json-get", "@app.route('/')\ndef home(): return request.json", "GET /"),
    case(
        "req-json-bad",
        """
        @app.post("/a")
        def a(): return {"got": request.json}
        @app.post("/silent")
        def silent(): return {"got": request.get_json(silent=True)}
        """,
        ("POST /a", {"data": "{'a': 1}", "content_type": JSON}),
        ("POST /a", {"data": "null", "content_type": JSON}),
        ("POST /a", {"data": "", "content_type": JSON}),
        ("POST /a", {"data": b"\xff", "content_type": JSON}),
        ("POST /silent", {"data": "{", "content_type": JSON}),
    ),
    case(
        "req-json-bad-debug",
        """
        app.debug = True
        @app.post("/a")
        def a(): return {"got": request.json}
        """,
        ("POST /a", {"data": "{'a': 1}", "content_type": JSON}),
        ("POST /a", {"data": "x"}),
    ),
    case(
        "req-json-missing-key",
        """
        @app.post("/a")
        def a(): return request.get_json()["name"]
        @app.post("/b")
        def b(): return request.get_json().get("name")
        """,
        ("POST /a", {"json": {"nome": "x"}}),
        ("POST /b", {"json": ["x"]}),
    ),
)

FILES = (
    case(
        "req-files",
        """
        @app.post("/up")
        def up():
            photo = request.files["photo"]
            return {"form": request.form, "name": photo.filename, "size": len(photo.read()), "type": photo.mimetype}
        """,
        ("POST /up", {"data": UPLOAD, "content_type": BOUNDARY}),
        "POST /up photo=cat.png",
        "POST /up",
    ),
    case(
        "req-files-of-the-client",
        """
        @app.post("/up")
        def up():
            return [[f.filename, f.read().decode(), f.content_type] for f in request.files.getlist("photo")]
        """,
        script="""
        import io
        data = {"photo": [(io.BytesIO(b"meow"), "cat.txt"), (io.BytesIO(b"woof"), "dog.png", "image/x")], "n": "1"}
        say(client.post("/up", data=data).json)
        """,
    ),
    case(
        "req-files-debug",
        """
        app.debug = True
        @app.post("/up")
        def up(): return request.files["photo"].filename
        @app.post("/get")
        def get(): return str(request.files.get("photo")) + str(len(request.files)) + str("photo" in request.files)
        """,
        "POST /up photo=cat.png",
        "POST /up photo=a&photo=b",
        "POST /up other=1",
        "POST /get photo=cat.png",
        ("POST /up", {"data": UPLOAD, "content_type": BOUNDARY}),
    ),
    case(
        "req-multipart-no-boundary",
        """
        @app.post("/up")
        def up():
            return {"files": list(request.files), "form": request.form, "data": len(request.get_data())}
        """,
        ("POST /up", {"data": UPLOAD, "content_type": "multipart/form-data"}),
    ),
    case(
        "max-content-length",
        """
        app.config.update(MAX_CONTENT_LENGTH=10, MAX_FORM_MEMORY_SIZE=3, MAX_FORM_PARTS=1)
        @app.post("/")
        def home(): return {"form": request.form, "limits": limits()}
        @app.post("/more")
        def more():
            request.max_content_length, request.max_form_parts, request.max_form_memory_size = 1000, 5, 100
            return {"form": request.form, "limits": limits()}
        def limits(): return [request.max_content_length, request.max_form_memory_size, request.max_form_parts]
        @app.errorhandler(413)
        def too_large(e): return e.name, 413
        """,
        "POST / a=1",
        "POST / a=1234567890",
        "POST /more a=1234567890",
        ("POST /", {"data": UPLOAD, "content_type": BOUNDARY}),
        ("POST /more", {"data": UPLOAD, "content_type": BOUNDARY}),
        script="""
        from flask import Request
        bare = Request({"REQUEST_METHOD": "GET"})
        say([bare.max_content_length, bare.max_form_memory_size, bare.max_form_parts])
        """,
    ),
    case(
        "request-class-of-the-app",
        """
        class Mine(Request):
            max_form_parts = 7
            @property
            def shout(self): return self.path.upper()
        app.request_class = Mine
        @app.route("/x")
        def x(): return f"{request.shout} {request.max_form_parts} {request!r}"
        """,
        "GET /x",
    ),
)

CASES = (*FORMS_AND_ARGS, *JSON_BODIES, *FILES)

"""Cases: from the path to the view. Names are those of the misconceptions that learners have."""

from engine.twins import case

ROUTE_TABLE = (
    case(
        "route-function-name-not-url",
        """
        @app.route("/latest")
        def latest_tracks(): return "Blue Monday"
        """,
        "GET /latest",
        "GET /latest_tracks",
        script="say(app.url_map.is_endpoint_expecting('latest_tracks')); say(sorted(app.view_functions))",
    ),
    case(
        "route-no-decorator",
        """
        def about(): return "About us"
        """,
        "GET /about",
        "GET /",
    ),
    case(
        "route-no-parens",
        """
        @app.route
        def about(): return "About us"
        """,
        "GET /about",
        script="say(callable(about))",
    ),
    case(
        "route-same-function-name",
        """
        @app.route("/")
        def page(): return "one"
        @app.route("/about")
        def page(): return "two"
        """,
    ),
    case(
        "route-decorator-no-wraps",
        """
        def login_required(view):
            def wrapper(*args): return view(*args)
            return wrapper
        @app.route("/a")
        @login_required
        def a(): return "a"
        @app.route("/b")
        @login_required
        def b(): return "b"
        """,
    ),
    case(
        "route-decorator-order-wrong",
        """
        import functools
        def login_required(view):
            @functools.wraps(view)
            def wrapper(**kwargs): abort(403)
            return wrapper
        @login_required
        @app.route("/open")
        def open_by_mistake(): return "secret"
        @app.route("/closed")
        @login_required
        def closed(): return "secret"
        """,
        "GET /open",
        "GET /closed",
    ),
    case("route-no-leading-slash", "@app.route('about')\ndef about(): return 'x'"),
    case(
        "route-same-rule-twice",
        """
        @app.route("/dup")
        def first(): return "first"
        @app.route("/dup")
        def second(): return "second"
        """,
        "GET /dup",
        script="""
        with app.test_request_context(): say([url_for("first"), url_for("second")])
        """,
    ),
    case(
        "route-same-rule-methods",
        """
        @app.get("/item")
        def show(): return "show"
        @app.post("/item")
        def save(): return "save", 201
        """,
        "GET /item",
        "POST /item",
        "HEAD /item",
        "OPTIONS /item",
        "DELETE /item",
    ),
    case(
        "route-query-in-rule",
        """
        @app.route("/search?q=<q>")
        def search(q): return q
        """,
        "GET /search?q=cat",
        "GET /search%3Fq=cat",
    ),
    case(
        "req-query-not-in-match",
        """
        @app.route("/user")
        def me(): return "me " + request.args.get("id", "-")
        """,
        "GET /user?id=5",
        "GET /user",
    ),
    case(
        "route-after-first-request",
        """
        @app.route("/")
        def late():
            @app.route("/late")
            def view(): return "late"
            return "added"
        """,
        "GET /",
        "GET /late",
        script="""
        for method in ("before_request", "errorhandler", "register_blueprint", "teardown_appcontext", "add_url_rule",
                       "get", "context_processor", "template_filter", "url_defaults", "endpoint"):
            try: getattr(app, method)(404)
            except AssertionError as error: say(str(error))
        """,
    ),
    case(
        "app-run-unguarded",
        """
        import os
        os.environ["FLASK_RUN_FROM_CLI"] = "true"
        os.environ["WERKZEUG_RUN_MAIN"] = "true"
        @app.route("/")
        def index(): return "index"
        app.run(debug=True)
        @app.route("/after")
        def after(): return "after"
        del os.environ["FLASK_RUN_FROM_CLI"], os.environ["WERKZEUG_RUN_MAIN"]
        """,
        "GET /after",
        "GET /",
    ),
    case(
        "route-conflict-leaves-rule",
        """
        def page(): return "first"
        app.add_url_rule("/a", view_func=page)
        try:
            @app.route("/b")
            def page(): return "second"
        except AssertionError as error:
            print(error)
        """,
        "GET /a",
        "GET /b",
    ),
    case(
        "hook-before-first-request",
        """
        @app.before_first_request
        def start(): pass
        """,
    ),
    case(
        "rules-registered-in-other-ways",
        """
        app.add_url_rule("/only-a-rule", endpoint="later")
        @app.endpoint("later")
        def answer(): return "later " + request.endpoint
        app.add_url_rule("/unanswered", endpoint="nobody")
        app.view_functions["by-hand"] = lambda: "by hand"
        app.add_url_rule("/by-hand", "by-hand")
        app.add_url_rule("/loose", view_func=answer, strict_slashes=False)
        app.add_url_rule("/merge", endpoint="merge", view_func=answer, merge_slashes=False)
        @app.route("/twice/<int:n>")
        @app.route("/twice", defaults={"n": 2})
        def twice(n): return str(n)
        """,
        "GET /only-a-rule",
        "GET /unanswered",
        "GET /by-hand",
        "GET /loose/",
        "GET //merge",
        "GET /twice",
        "GET /twice/2",
        "GET /twice/3",
    ),
    case("endpoint-is-missing", "app.add_url_rule('/x')"),
    case("methods-with-get-shortcut", "app.get('/x', methods=['POST'])"),
    case("rule-is-not-given", "app.route()"),
    case(
        "provide-automatic-options",
        """
        def a(): return request.method
        a.provide_automatic_options = False
        a.methods = ["get", "options"]
        a.required_methods = ["put"]
        app.add_url_rule("/a", view_func=a)
        app.add_url_rule("/b", "b", lambda: "b", provide_automatic_options=False)
        app.add_url_rule("/c", "c", lambda: "c", provide_automatic_options=True, methods=["OPTIONS", "GET"])
        app.config["PROVIDE_AUTOMATIC_OPTIONS"] = False
        app.add_url_rule("/d", "d", lambda: "d")
        """,
        *(f"{method} /{path}" for path in "abcd" for method in ("GET", "OPTIONS", "PUT")),
    ),
    case(
        "rule-options-of-werkzeug",
        """
        app.add_url_rule("/old", redirect_to="/new/place", endpoint="old")
        app.add_url_rule("/old/<x>", redirect_to=lambda adapter, x: f"new/{x}", endpoint="old2")
        app.add_url_rule("/new/<x>", "new", lambda x: x)
        app.add_url_rule("/hidden", "hidden", lambda: "no", build_only=True)
        app.add_url_rule("/ws", "ws", lambda: "no", websocket=True)
        app.add_url_rule("/alias", "new", alias=True, defaults={"x": "a"})
        """,
        "GET /old",
        "GET /old/7",
        "GET /hidden",
        "GET /ws",
        "GET /alias",
        script="with app.test_request_context(): say(url_for('hidden'))",
    ),
)

SEGMENTS = (
    case(
        "args-missing-parameter",
        """
        @app.route("/user/<username>")
        def show_user(): return "x"
        """,
        "GET /user/alice",
    ),
    case(
        "args-other-name",
        """
        @app.route("/post/<int:post_id>")
        def show_post(id): return "x"
        """,
        "GET /post/5",
    ),
    case(
        "args-extra-parameter",
        """
        @app.route("/post")
        def show_post(post_id): return "x"
        """,
        "GET /post?post_id=5",
    ),
    case(
        "args-optional",
        """
        @app.route("/bye/<name>")
        def bye(name="World"): return f"Bye {name}"
        @app.route("/hello")
        @app.route("/hello/<name>")
        def hello(name="World"): return f"Hello {name}"
        """,
        "GET /bye",
        "GET /bye/Ann",
        "GET /hello",
        "GET /hello/",
        "GET /hello/Ann",
    ),
    case(
        "conv-string-slash",
        """
        @app.route("/user/<name>")
        def user(name): return repr(name)
        """,
        "GET /user/alice/photos",
        "GET /user/",
        "GET /user/alice",
        "GET /user/al%20ice",
        "GET /user/zo%C3%AB",
        ("GET /user/x", {"environ_overrides": {"PATH_INFO": "/user/\xff"}}),
        ("GET /user/x", {"environ_overrides": {"PATH_INFO": "/user/100%"}}),
    ),
    case(
        "conv-string-percent-slash",
        """
        @app.route("/user/<name>")
        def user(name): return repr(name)
        @app.route("/file/<path:name>")
        def file(name): return repr(name)
        """,
        "GET /user/a%2Fb",
        "GET /file/a%2Fb",
        "GET /user/a%252Fb",
    ),
    case(
        "args-str-dict-key",
        """
        USERS = {1: "Ann"}
        @app.route("/a/<id>")
        def a(id): return USERS.get(id, "no such user")
        @app.route("/b/<int:id>")
        def b(id): return USERS.get(id, "no such user")
        """,
        "GET /a/1",
        "GET /b/1",
    ),
    case("args-str-arithmetic", "@app.route('/next/<n>')\ndef next_page(n): return n + 1", "GET /next/4"),
    case(
        "route-wrong-brackets",
        """
        @app.route("/user/{id}")
        def user(id): return "curly"
        @app.route("/item/:id")
        def item(): return "colon"
        """,
        "GET /user/5",
        "GET /user/{id}",
        "GET /item/:id",
    ),
    case(
        "args-defaults-redirect",
        """
        @app.route("/users/", defaults={"page": 1})
        @app.route("/users/page/<int:page>")
        def users(page): return f"page {page}"
        """,
        "GET /users/",
        "GET /users/page/1",
        "GET /users/page/2",
        "GET /users",
    ),
)

CONVERTERS = (
    case(
        "conv-int",
        """
        @app.route("/n/<int:n>")
        def n(n): return repr(n)
        """,
        "GET /n/5",
        "GET /n/-5",
        "GET /n/007",
        "GET /n/%D9%A3",
        "GET /n/+5",
        "GET /n/3.0",
        "GET /n/1_000",
        "GET /n/" + "9" * 5000,
    ),
    case(
        "conv-int-options",
        """
        @app.route("/s/<int(signed=True):n>")
        @app.route("/m/<int(min=2, max=5):n>")
        @app.route("/d/<int(fixed_digits=3):n>")
        def n(n): return repr(n)
        """,
        "GET /s/-5",
        "GET /m/1",
        "GET /m/5",
        "GET /d/007",
        "GET /d/7",
    ),
    case(
        "conv-float",
        """
        @app.route("/f/<float:x>")
        @app.route("/s/<float(signed=True):x>")
        def f(x): return repr(x)
        """,
        *(f"GET /f/{text}" for text in ("3", ".5", "5.", "3.5", "1e3", "-1.5")),
        "GET /s/-1.5",
    ),
    case(
        "conv-int-or-float",
        """
        @app.route("/price/<int:x>")
        @app.route("/price/<float:x>")
        def price(x): return repr(x)
        """,
        "GET /price/3",
        "GET /price/3.5",
        "GET /price/x",
    ),
    case(
        "conv-string-uuid-any-path",
        """
        @app.route("/s/<string(minlength=2, maxlength=3):x>")
        @app.route("/l/<string(length=2):x>")
        @app.route('/a/<any(one, two, "three four"):x>')
        @app.route("/u/<uuid:x>")
        @app.route("/v/<int:a>-<int:b>.<x>")
        @app.route("/default/<default:x>")
        def show(x, **others): return f"{x!r} {others}"
        """,
        "GET /s/a",
        "GET /s/abc",
        "GET /l/ab",
        "GET /l/abc",
        "GET /a/two",
        "GET /a/three%20four",
        "GET /a/three",
        "GET /u/123e4567-e89b-12d3-a456-426614174000",
        "GET /u/1",
        "GET /v/1-2.txt",
        "GET /v/1-x.txt",
        "GET /default/x",
    ),
    case(
        "conv-path",
        """
        @app.route("/files/<path:p>")
        def files(p): return repr(p)
        @app.route("/wiki/<path:p>/edit")
        def edit(p): return "edit " + p
        """,
        "GET /files/a/b.txt",
        "GET /files/a//b",
        "GET /files/",
        "GET /files",
        "GET /wiki/a/b/edit",
        "GET /wiki/a/b",
    ),
    case(
        "args-convert-with-int",
        """
        @app.route("/a/<id>")
        def a(id): return str(int(id) + 1)
        @app.route("/b/<int:id>")
        def b(id): return str(id + 1)
        """,
        "GET /a/abc",
        "GET /a/4",
        "GET /b/abc",
        "GET /b/4",
    ),
    case("route-unknown-converter", "@app.route('/<integer:n>')\ndef n(n): return n"),
    case("route-str-converter", "@app.route('/<str:n>')\ndef n(n): return n"),
    case("route-swapped-converter", "@app.route('/<id:int>')\ndef n(n): return n"),
    case(
        "conv-custom-late",
        """
        from werkzeug.routing import BaseConverter
        class Upper(BaseConverter): pass
        @app.route("/<upper:word>")
        def word(word): return word
        app.url_map.converters["upper"] = Upper
        """,
    ),
    case("route-bad-variable-space", "@app.route('/user/<int: id>')\ndef n(n): return n"),
    case("route-bad-variable-name", "@app.route('/user/<user-id>')\ndef n(n): return n"),
    case("route-unclosed-bracket", "@app.route('/user/<name')\ndef n(n): return n"),
    case("route-variable-twice", "@app.route('/<id>/<id>')\ndef n(id): return id"),
    case(
        "conv-int-range-no-fallback",
        """
        @app.route("/r/<int(max=50):n>")
        def small(n): return "small"
        @app.route("/r/<name>")
        def name(name): return "name"
        """,
        "GET /r/9",
        "GET /r/99",
        "GET /r/x",
    ),
    case(
        "conv-custom-validation-error",
        """
        from werkzeug.routing import BaseConverter, ValidationError
        class Even(BaseConverter):
            def to_python(self, value):
                if int(value) % 2: raise ValidationError("odd")
                return int(value)
            def to_url(self, value): return str(value * 2)
        class Odd(BaseConverter):
            def to_python(self, value):
                if int(value) % 2 == 0: raise ValueError("even!")
                return int(value)
        app.url_map.converters.update(even=Even, odd=Odd)
        @app.route("/even/<even:n>")
        def even(n): return f"{n} {url_for('even', n=n)}"
        @app.route("/odd/<odd:n>")
        def odd(n): return repr(n)
        @app.route("/even/<text>")
        def text(text): return text
        """,
        "GET /even/4",
        "GET /even/5",
        "GET /odd/4",
        "GET /odd/5",
    ),
    case(
        "conv-int-range-405",
        """
        @app.post("/r/<int:n>")
        def save(n): return "save"
        @app.get("/r/<int(max=50):n>")
        def show(n): return "show"
        """,
        "GET /r/99",
        "POST /r/99",
        "GET /r/9",
    ),
    case(
        "conv-valueerror-hooks",
        """
        from werkzeug.routing import BaseConverter
        log = []
        class Bad(BaseConverter):
            def to_python(self, value): raise ValueError("bad")
        app.url_map.converters["bad"] = Bad
        @app.before_request
        def before(): log.append("before")
        @app.after_request
        def after(response):
            response.headers["X-Log"] = ",".join(log) or "nothing"
            return response
        @app.errorhandler(ValueError)
        def value_error(e): return "never asked"
        @app.errorhandler(500)
        def broken(e): return f"500 handler {type(e.original_exception).__name__}", 500
        @app.route("/x/<bad:n>")
        def x(n): return "x"
        """,
        "GET /x/1",
    ),
)

WHICH_RULE = (
    case(
        "route-static-beats-dynamic",
        """
        @app.route("/<name>")
        def name(name): return "name " + name
        @app.route("/about")
        def about(): return "static about"
        """,
        "GET /about",
        "GET /other",
    ),
    case(
        "route-left-static-wins",
        """
        @app.route("/<x>/b")
        def right(x): return "right " + x
        @app.route("/a/<x>")
        def left(x): return "left " + x
        """,
        "GET /a/b",
        "GET /c/b",
        "GET /a/c",
    ),
    case(
        "route-same-shape-first-wins",
        """
        @app.route("/user/<id>")
        def by_id(id): return "id " + id
        @app.route("/user/<name>")
        def by_name(name): return "name " + name
        """,
        "GET /user/alice",
        "GET /user/7",
    ),
    case(
        "route-int-before-string",
        """
        @app.route("/user/<name>")
        def by_name(name): return "name " + name
        @app.route("/user/<int:id>")
        def by_id(id): return f"id {id}"
        """,
        "GET /user/7",
        "GET /user/ann",
    ),
    case(
        "route-uuid-vs-string",
        """
        @app.route("/a/<name>")
        def a_name(name): return "name " + name
        @app.route("/a/<uuid:u>")
        def a_uuid(u): return f"uuid {u}"
        @app.route("/b/<uuid:u>")
        def b_uuid(u): return f"uuid {u}"
        @app.route("/b/<name>")
        def b_name(name): return "name " + name
        """,
        "GET /a/123e4567-e89b-12d3-a456-426614174000",
        "GET /b/123e4567-e89b-12d3-a456-426614174000",
        "GET /b/x",
    ),
    case(
        "route-any-vs-string",
        """
        @app.route("/a/<name>")
        def name(name): return "name " + name
        @app.route("/a/<any(foo, bar):w>")
        def word(w): return "word " + w
        """,
        "GET /a/foo",
    ),
    case(
        "route-unrelated-rule",
        """
        @app.route("/p/<any(foo, bar):w>/x")
        def unrelated(w): return "unrelated"
        @app.route("/p/<name>")
        def p_name(name): return "name " + name
        @app.route("/p/<any(foo, bar):w>")
        def p_word(w): return "word " + w
        @app.route("/q/<name>")
        def q_name(name): return "name " + name
        @app.route("/q/<any(foo, bar):w>")
        def q_word(w): return "word " + w
        """,
        "GET /p/foo",
        "GET /q/foo",
    ),
    case(
        "route-method-falls-through",
        """
        @app.post("/upload")
        def upload(): return "saved"
        @app.get("/<page>")
        def page(page): return "page " + page
        """,
        "GET /upload",
        "POST /upload",
        "POST /other",
    ),
    case(
        "route-catch-all",
        """
        @app.route("/<path:p>")
        def catch(p): return "catch " + p
        @app.route("/about/")
        def about(): return "about"
        @app.errorhandler(404)
        def not_found(e): return "custom 404", 404
        """,
        "GET /static/none.css",
        "GET /about",
        "GET /x/y",
        "GET /",
    ),
)

SLASHES = (
    case(
        "slash-missing-in-rule", "@app.route('/about')\ndef about(): return 'x'", "GET /about/", "GET /about"
    ),
    case(
        "slash-redirect",
        """
        @app.route("/projects/")
        def projects(): return "projects"
        """,
        "GET /projects",
        "GET /projects?page=2",
        "HEAD /projects",
        "OPTIONS /projects",
        "GET /projects/",
        "POST /projects",
        ("GET /projects", {"headers": {"Host": "example.org:8080"}}),
        ("GET /projects", {"base_url": "https://localhost/app"}),
        ("GET /projects", {"follow_redirects": True}),
    ),
    case(
        "slash-redirect-view-not-run",
        """
        log = []
        @app.before_request
        def before(): log.append(f"before {request.path} endpoint={request.endpoint}")
        @app.route("/a/")
        def a():
            log.append("view")
            return {"log": log}
        """,
        "GET /a",
        "GET /a/",
    ),
    case(
        "slash-redirect-post",
        """
        @app.route("/submit/", methods=["GET", "POST"])
        def submit(): return request.method + " " + request.form.get("a", "-")
        """,
        "POST /submit a=1",
        "POST /submit/ a=1",
        ("POST /submit a=1", {"follow_redirects": True}),
    ),
    case(
        "slash-redirect-wrong-method",
        """
        @app.post("/submit/")
        def submit(): return "x"
        """,
        "GET /submit",
        "GET /submit/",
        "POST /submit",
    ),
    case(
        "route-slash-redirect-beats-dynamic",
        """
        @app.route("/about/")
        def about(): return "about"
        @app.route("/<name>")
        def name(name): return name
        """,
        "GET /about",
        "POST /about",
    ),
    case(
        "slash-merge",
        """
        @app.route("/a/b")
        def ab(): return request.path
        """,
        "GET /a//b",
        ("GET /", {"environ_overrides": {"PATH_INFO": "//a/b"}}),
        "GET /a/b//",
        "POST /a//b",
        "GET /a//b?q=1",
    ),
    case(
        "slash-errorhandler-exception",
        """
        @app.errorhandler(Exception)
        def anything(e): return f"caught {type(e).__name__}", 500
        @app.route("/a/")
        def a(): return "a"
        """,
        "GET /a",
        "GET /b",
    ),
)

METHODS = (
    case("method-405-post", "@app.route('/')\ndef index(): return 'x'", "POST /", "DELETE /", "BREW /"),
    case("method-405-get", "@app.post('/signup')\ndef signup(): return 'x'", "GET /signup", "HEAD /signup"),
    case(
        "method-check-without-methods",
        """
        @app.route("/login")
        def login():
            if request.method == "POST": return "logged in"
            return "form"
        """,
        "GET /login",
        "POST /login a=1",
    ),
    case(
        "method-head-branch",
        """
        @app.route("/a", methods=["GET", "POST"])
        def a():
            if request.method == "GET": return "form"
            if request.method == "POST": return "saved"
        @app.route("/b", methods=["GET", "POST"])
        def b():
            if request.method == "POST": return "saved"
            return "form"
        """,
        "HEAD /a",
        "HEAD /b",
        "GET /a",
    ),
    case(
        "method-head-options",
        "@app.route('/')\ndef index(): return 'index'",
        "OPTIONS /",
        "HEAD /",
        "OPTIONS /no",
    ),
    case(
        "method-options-own",
        """
        @app.route("/own", methods=["GET", "OPTIONS"])
        def own(): return "own " + request.method, {"X-Own": "1"}
        @app.route("/off", provide_automatic_options=False)
        def off(): return "off"
        """,
        "OPTIONS /own",
        "OPTIONS /off",
        "GET /off",
    ),
    case("route-methods-string", "@app.route('/', methods='POST')\ndef index(): return 'x'"),
    case(
        "method-one-string-in-list",
        "@app.route('/a', methods=['GET, POST'])\ndef a(): return 'x'",
        "GET /a",
        "POST /a",
    ),
    case("route-method-argument", "@app.route('/', method=['POST'])\ndef index(): return 'x'"),
    case(
        "method-form-delete",
        "@app.delete('/item/<int:n>')\ndef item(n): return f'deleted {n}'",
        "POST /item/1 _method=DELETE",
        "DELETE /item/1",
    ),
    case(
        "method-shortcuts",
        """
        @app.get("/x")
        def get(): return "get"
        @app.post("/x")
        def post(): return "post"
        @app.put("/x")
        def put(): return "put"
        @app.delete("/x")
        def delete(): return "delete"
        @app.patch("/x")
        def patch(): return "patch"
        @app.route("/mixed", methods=("get", "Post"))
        def mixed(): return request.method
        """,
        *(f"{method} /x" for method in ("GET", "POST", "PUT", "DELETE", "PATCH", "HEAD", "OPTIONS", "TRACE")),
        "POST /mixed",
    ),
)

HOSTS = (
    case(
        "ctx-server-name",
        """
        app.config["SERVER_NAME"] = "example.com"
        @app.route("/x")
        def x(): return f"{url_for('x', _external=True)} {url_for('x')} {request.url}"
        """,
        "GET /x",
        ("GET /x", {"headers": {"Host": "other.org"}}),
        ("GET /x", {"base_url": "https://example.com:444/root"}),
        script="with app.app_context(): say([url_for('x'), url_for('x', _external=False), url_for('x', _scheme='ftp')])",
    ),
    case(
        "subdomain-matching",
        """
        app = Flask(__name__, subdomain_matching=True, static_folder=None)
        app.config["SERVER_NAME"] = "example.com"
        @app.route("/")
        def home(): return "home " + url_for("sub", user="ann")
        @app.route("/", subdomain="<user>")
        def sub(user): return f"{user} " + url_for("home") + " " + url_for("static_sub")
        @app.route("/s", subdomain="static")
        def static_sub(): return "static"
        """,
        "GET /",
        ("GET /", {"subdomain": "ann"}),
        ("GET /s", {"subdomain": "static"}),
        ("GET /", {"headers": {"Host": "elsewhere.net"}}),
    ),
    case(
        "trusted-hosts",
        """
        app.config["TRUSTED_HOSTS"] = ["localhost", ".example.com"]
        @app.before_request
        def before(): print("before", request.endpoint)
        @app.route("/")
        def home(): return request.host
        @app.errorhandler(400)
        def bad(e): return f"{type(e).__name__} {e.description}", 400
        """,
        "GET /",
        ("GET /", {"headers": {"Host": "a.example.com"}}),
        ("GET /", {"headers": {"Host": "evil.org"}}),
        ("GET /", {"headers": {"Host": "bad host"}}),
    ),
    case(
        "wsgi-application-root",
        """
        app.config["APPLICATION_ROOT"] = "/app"
        app.secret_key = "k"
        @app.route("/x")
        def x():
            session["a"] = 1
            return f"{request.script_root} {request.path} {url_for('x')}"
        """,
        ("GET /x", {"base_url": "http://localhost/"}),
        ("GET /app/x", {"base_url": "http://localhost/"}),
        "GET /x",
    ),
    case(
        "wsgi-middleware",
        """
        class Prefix:
            def __init__(self, wrapped): self.wrapped = wrapped
            def __call__(self, environ, start_response):
                path = environ["PATH_INFO"]
                if path.startswith("/v1"):
                    environ["SCRIPT_NAME"], environ["PATH_INFO"] = "/v1", path[3:]
                return self.wrapped(environ, start_response)
        app.wsgi_app = Prefix(app.wsgi_app)
        @app.route("/x")
        def x(): return f"{request.script_root} {request.path} {url_for('x')}"
        """,
        "GET /v1/x",
        "GET /x",
        "GET /v1/y",
    ),
    case(
        "host-of-a-proxy",
        "@app.route('/')\ndef home(): return request.host_url + ' ' + request.url",
        ("GET /", {"headers": {"X-Forwarded-Host": "a.b"}}),
        ("GET /", {"base_url": "https://x.y:8443/z"}),
    ),
)

CASES = (*ROUTE_TABLE, *SEGMENTS, *CONVERTERS, *WHICH_RULE, *SLASHES, *METHODS, *HOSTS)

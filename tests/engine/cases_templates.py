"""Cases: templates and static files."""

from engine.twins import case

VARIABLES = (
    case(
        "tpl-not-found",
        "@app.route('/')\ndef home(): return render_template('index.html')",
        "GET /",
        files={"template/index.html": "in the wrong folder"},
    ),
    case(
        "tpl-path-prefix",
        """
        @app.route("/a")
        def a(): return render_template("templates/index.html")
        @app.route("/b")
        def b(): return render_template("index.html")
        @app.route("/c")
        def c(): return render_template("../app.py")
        @app.route("/d")
        def d(): return render_template("/index.html")
        """,
        *(f"GET /{name}" for name in "abcd"),
        files={"templates/index.html": "hi"},
    ),
    case(
        "tpl-missing-variable",
        """
        @app.route("/a")
        def a(): return render_template_string("[{{ name }}]", myname="Ann")
        @app.route("/b")
        def b(): return render_template_string("{{ user.name }}")
        @app.route("/c")
        def c(): return render_template_string("[{{ user.age }}][{{ user.name }}][{{ user['name'] }}]", user={"name": "Ann"})
        @app.route("/d")
        def d(): return render_template_string("[{{ name }}]", name=None or "")
        """,
        *(f"GET /{name}" for name in "abcd"),
    ),
    case(
        "tpl-missing-in-loop",
        """
        @app.route("/loop")
        def loop(): return render_template_string("[{% for x in names %}{{ x }}{% else %}none{% endfor %}]")
        @app.route("/add")
        def add(): return render_template_string("{{ x + 1 }}")
        """,
        "GET /loop",
        "GET /add",
    ),
    case(
        "tpl-builtins",
        """
        @app.route("/a")
        def a(): return render_template_string("{{ len([1]) }}")
        @app.route("/b")
        def b():
            return render_template_string("{{ n|length }} {% for x in n %}{{ loop.index }}:{{ x }} {% endfor %}", n=[1, 2])
        """,
        "GET /a",
        "GET /b",
    ),
    case(
        "tpl-filters",
        """
        @app.route("/a")
        def a(): return render_template_string("{{ name|upper }} {{ x|default('-') }} {{ [2, 1]|sort|join('+') }}", name="ann")
        @app.route("/b")
        def b(): return render_template_string("{{ 'a'|uppercase }}")
        @app.route("/c")
        def c(): return render_template_string("{% if x %}")
        """,
        "GET /a",
        "GET /b",
        "GET /c",
    ),
    case(
        "tpl-name-returned",
        "@app.route('/a')\ndef a(): return 'index.html'",
        "GET /a",
        files={"templates/index.html": "x"},
    ),
    case(
        "tpl-in-scope",
        """
        app.secret_key = "k"
        @app.route("/x/<n>")
        def x(n):
            g.user, session["cart"] = "ann", [1]
            return render_template("all.html", own="mine")
        """,
        "GET /x/5?q=1",
        files={
            "templates/all.html": """
        {{ request.path }} {{ request.args.q }} {{ session.cart }} {{ g.user }} {{ config.DEBUG }} {{ own }}
        {{ url_for('x', n=1) }} {{ url_for('static', filename='a.css') }} {{ get_flashed_messages() }}
        {{ {"a": "<b>"}|tojson }} {{ request.endpoint }} {{ undefined_name }} {% set t = 1 %}{{ t }}
        {% include "part.html" %} {% from "macros.html" import hello with context %}{{ hello("x") }}
        {% from "macros.html" import bare %}{{ bare() }}
        """,
            "templates/part.html": "part {{ own }} {{ request.path }}",
            "templates/macros.html": """\
        {% macro hello(name) %}<b>{{ name }} {{ own }}</b>{% endmacro %}
        {% macro bare() %}{{ request.path }} {{ g.user }} {{ session.cart }} [{{ own }}]{% endmacro %}""",
        },
    ),
    case(
        "tpl-context-processors",
        """
        @app.context_processor
        def names(): return {"site": "Site", "own": "from processor", "shout": lambda s: s.upper()}
        @app.context_processor
        def later(): return {"site": "Later"}
        bp = Blueprint("bp", __name__, url_prefix="/bp")
        @bp.context_processor
        def of_bp(): return {"site": "Blueprint"}
        @bp.app_context_processor
        def everywhere(): return {"every": "where"}
        SOURCE = "{{ site }} {{ own }} {{ shout('x') }} {{ every }} {{ request.path }}"
        @app.route("/")
        def home(): return render_template_string(SOURCE, own="from view")
        @bp.route("/")
        def in_bp(): return render_template_string(SOURCE)
        @app.route("/bad")
        def bad(): return render_template_string("{{ request }}{{ g }}", request="mine", g="too")
        app.register_blueprint(bp)
        """,
        "GET /",
        "GET /bp/",
        "GET /bad",
        script="with app.app_context(): say(render_template_string('{{ site }} {{ g }} {{ request }}'))",
    ),
    case(
        "tpl-context-processor-returns-none",
        """
        @app.context_processor
        def nothing(): pass
        @app.route("/")
        def home(): return render_template_string("x")
        """,
        "GET /",
    ),
    case(
        "tpl-filters-tests-globals-of-the-app",
        """
        @app.template_filter()
        def shout(text): return text.upper()
        @app.template_filter("rev")
        def reverse(text): return text[::-1]
        @app.template_test()
        def odd_number(n): return n % 2
        @app.template_global("answer")
        def the_answer(): return 42
        app.add_template_filter(len, "size")
        app.add_template_test(lambda n: n > 5, "big")
        app.add_template_global(max)
        app.jinja_env.globals["by_hand"] = "yes"
        app.jinja_env.trim_blocks = True
        bp = Blueprint("bp", __name__)
        @bp.app_template_filter()
        def low(text): return text.lower()
        @bp.app_template_test("small")
        def is_small(n): return n < 5
        @bp.app_template_global()
        def bp_global(): return "bp"
        bp.add_app_template_filter(str.title, "titled")
        bp.add_app_template_test(callable, "can_call")
        bp.add_app_template_global(min, "least")
        app.register_blueprint(bp)
        @app.route("/")
        def home(): return render_template("t.html")
        """,
        "GET /",
        files={
            "templates/t.html": """\
        {{ 'a'|shout }} {{ 'ab'|rev }} {{ 3 is odd_number }} {{ answer() }} {{ 'abc'|size }} {{ 7 is big }}
        {{ max(1, 2) }} {{ by_hand }} {{ 'A'|low }} {{ 3 is small }} {{ bp_global() }} {{ 'ann lee'|titled }}
        {% if true %}
        {{ bp_global is can_call }} {{ least(1, 2) }}
        {% endif %}"""
        },
    ),
)

INHERITANCE = (
    case(
        "tpl-html-comment",
        """
        @app.route("/a")
        def a(): return render_template_string("<!-- {{ url_for('nope') }} -->")
        @app.route("/b")
        def b(): return render_template_string("[{# {{ url_for('nope') }} #}]")
        """,
        "GET /a",
        "GET /b",
    ),
    case(
        "tpl-inheritance",
        """
        @app.route("/<name>")
        def show(name): return render_template(name + ".html", n=3)
        """,
        "GET /outside",
        "GET /child",
        "GET /grandchild",
        "GET /loop",
        files={
            "templates/base.html": "<title>{% block title %}Base{% endblock %}</title><main>{% block main %}empty{% endblock %}</main>",
            "templates/outside.html": "{% extends 'base.html' %} lost",
            "templates/child.html": "{% extends 'base.html' %}{% block title %}Child - {{ super() }}{% endblock %}",
            "templates/grandchild.html": "{% extends 'child.html' %}{% block main %}{{ self.title() }}{{ n }}{% endblock %}",
            "templates/loop.html": "{% extends 'loop.html' %}",
        },
    ),
    case(
        "tpl-block-typo",
        "@app.route('/')\ndef home(): return render_template('child.html')",
        "GET /",
        files={
            "templates/base.html": "[{% block main %}empty{% endblock %}]",
            "templates/child.html": "{% extends 'base.html' %}{% block mian %}full{% endblock %}",
        },
    ),
    case(
        "tpl-autoescape",
        """
        EVIL = "<script>alert('x')</script>"
        @app.route("/html")
        def html(): return render_template("a.html", x=EVIL)
        @app.route("/txt")
        def txt(): return render_template("a.txt", x=EVIL)
        @app.route("/string")
        def string(): return render_template_string("{{ x }}{{ x|safe }}{% autoescape false %}{{ x }}{% endautoescape %}", x=EVIL)
        """,
        "GET /html",
        "GET /txt",
        "GET /string",
        files={"templates/a.html": "{{ x }}", "templates/a.txt": "{{ x }}"},
    ),
    case(
        "tpl-autoescape-extensions",
        "@app.route('/<name>')\ndef show(name): return render_template(name, x='<b>')",
        *(f"GET /a.{suffix}" for suffix in ("j2", "htm", "xml", "xhtml", "svg", "HTML", "jinja")),
        files={
            "templates/a.j2": "{{ x }}",
            "templates/a.htm": "{{ x }}",
            "templates/a.xml": "{{ x }}",
            "templates/a.xhtml": "{{ x }}",
            "templates/a.svg": "{{ x }}",
            "templates/a.HTML": "{{ x }}",
            "templates/a.jinja": "{{ x }}",
        },
    ),
    case(
        "tpl-not-sandboxed",
        """
        @app.route("/bad")
        def bad(): return render_template_string("Hello " + request.args["name"])
        @app.route("/good")
        def good(): return render_template_string("Hello {{ name }}", name=request.args["name"])
        """,
        "GET /bad?name=%7B%7B7*7%7D%7D",
        "GET /good?name=%7B%7B7*7%7D%7D",
    ),
    case(
        "tpl-sandbox",
        """
        from jinja2.sandbox import SandboxedEnvironment
        @app.route("/bad")
        def bad(): return SandboxedEnvironment().from_string("[{{ ''.__class__ }}]").render()
        @app.route("/worse")
        def worse(): return SandboxedEnvironment().from_string("[{{ ''.__class__.__mro__ }}]").render()
        """,
        "GET /bad",
        "GET /worse",
    ),
    case(
        "tpl-several-names-and-macros",
        """
        from jinja2 import Template
        @app.route("/first")
        def first(): return render_template(["none.html", "macros.html", "other.html"])
        @app.route("/none")
        def none(): return render_template(["none.html", "no.html"])
        @app.route("/empty")
        def empty(): return render_template([])
        @app.route("/template")
        def template(): return render_template(Template("{{ x }}"), x="<b>")
        @app.route("/macro")
        def macro(): return get_template_attribute("macros.html", "hello")("<World>")
        @app.route("/attribute")
        def attribute(): return get_template_attribute("macros.html", "nope")
        """,
        *(f"GET /{name}" for name in ["first", "none", "empty", "template", "macro", "attribute"]),
        files={"templates/macros.html": "{% macro hello(x) %}Hello {{ x }}!{% endmacro %}macros"},
    ),
    case(
        "tpl-settings",
        """
        class Mine(Flask):
            jinja_options = {"trim_blocks": True, "autoescape": False}
            def select_jinja_autoescape(self, filename): return True
        app = Mine(__name__, template_folder="views")
        app.config["TEMPLATES_AUTO_RELOAD"] = True
        @app.route("/")
        def home(): return render_template("a.html", x="<b>")
        """,
        "GET /",
        files={"views/a.html": "{% if true %}\n{{ x }}\n{% endif %}\nend"},
        script="""
        say([app.jinja_env.auto_reload, app.jinja_env.trim_blocks, app.jinja_env.autoescape, app.jinja_loader.searchpath[0][-5:]])
        app.config["TEMPLATES_AUTO_RELOAD"] = None; app.debug = False; say(app.jinja_env.auto_reload)
        say(sorted(app.jinja_env.list_templates()))
        other = Flask("other"); other.debug = True; say(other.jinja_env.auto_reload)
        other.debug = False; say(other.jinja_env.auto_reload)
        """,
    ),
    case(
        "tpl-no-folder",
        """
        app = Flask(__name__, template_folder=None)
        @app.route("/")
        def home(): return render_template("a.html")
        """,
        "GET /",
        files={"templates/a.html": "x"},
    ),
    case("tpl-outside", "render_template_string('x')"),
)

STATIC = (
    case(
        "static-basic",
        "@app.route('/url')\ndef url(): return url_for('static', filename='style.css', v=2)",
        "GET /style.css",
        "GET /static/style.css",
        "GET /static/sub/a.txt",
        "GET /templates/a.html",
        "GET /static/",
        "GET /static",
        "GET /static/../app.py",
        "GET /static/..%2Fapp.py",
        "POST /static/style.css",
        "HEAD /static/style.css",
        "OPTIONS /static/style.css",
        "GET /static/none.css",
        "GET /static/sub",
        "GET /url",
        files={"static/style.css": "body { color: red }", "static/sub/a.txt": "a", "templates/a.html": "a"},
    ),
    case(
        "static-html-not-rendered",
        "",
        "GET /static/page.html",
        files={"static/page.html": "Hi {{ name }}"},
    ),
    case(
        "static-own-route",
        """
        @app.route("/static/<path:p>")
        def mine(p): return "mine " + p
        @app.route("/static/<name>")
        def one(name): return "one " + name
        """,
        "GET /static/a/b",
        "GET /static/a",
    ),
    case(
        "static-catch-all",
        """
        app = Flask(__name__, static_url_path="")
        @app.route("/<path:path>")
        def catch(path): return "catch " + path
        @app.route("/<name>/x")
        def name(name): return "name"
        """,
        "GET /anything",
        "GET /a.txt",
        "GET /a/b/c",
        files={"static/a.txt": "a file"},
    ),
    case(
        "static-conditional-and-ranges",
        """
        import os, pathlib
        os.utime(pathlib.Path(__file__).parent / "static" / "a.txt", (1_700_000_000, 1_700_000_000))
        app.config["SEND_FILE_MAX_AGE_DEFAULT"] = 60
        """,
        "GET /static/a.txt",
        ("GET /static/a.txt", {"headers": {"If-Modified-Since": "Tue, 14 Nov 2023 22:13:20 GMT"}}),
        ("GET /static/a.txt", {"headers": {"If-Modified-Since": "Mon, 13 Nov 2023 22:13:20 GMT"}}),
        ("GET /static/a.txt", {"headers": {"If-None-Match": "*"}}),
        ("GET /static/a.txt", {"headers": {"Range": "bytes=2-4"}}),
        ("GET /static/a.txt", {"headers": {"Range": "bytes=-3"}}),
        ("GET /static/a.txt", {"headers": {"Range": "bytes=50-"}}),
        ("GET /static/a.txt", {"headers": {"Range": "lines=1"}}),
        ("HEAD /static/a.txt", {"headers": {"Range": "bytes=2-4"}}),
        files={"static/a.txt": "0123456789"},
    ),
    case(
        "static-folders-of-its-own",
        """
        import datetime
        app = Flask(__name__, static_folder="public/", static_url_path="/assets/")
        app.config["SEND_FILE_MAX_AGE_DEFAULT"] = datetime.timedelta(hours=1)
        class Aged(Flask):
            def get_send_file_max_age(self, name): return 7 if name.endswith(".js") else super().get_send_file_max_age(name)
        """,
        "GET /assets/a.js",
        "GET /static/a.js",
        files={"public/a.js": "x"},
        script="""
        say([app.static_url_path, app.static_folder[-6:], app.has_static_folder])
        none = Flask("x", static_folder=None)
        say([none.static_folder, none.static_url_path, none.has_static_folder, len(list(none.url_map.iter_rules()))])
        try: none.send_static_file("x")
        except RuntimeError as error: say(str(error))
        aged = Aged(__name__, static_folder="public")
        with aged.test_client().get("/public/a.js") as response: say(response.headers["Cache-Control"])
        root = Flask("x", static_folder="public", static_url_path="", root_path="/srv")
        say([root.static_folder, root.static_url_path, [str(rule) for rule in root.url_map.iter_rules()]])
        """,
    ),
    case(
        "send-file",
        """
        import io, os, pathlib
        os.utime(pathlib.Path(__file__).parent / "data.csv", (1_700_000_000, 1_700_000_000))
        @app.route("/relative")
        def relative(): return send_file("data.csv")
        @app.route("/download")
        def download(): return send_file("data.csv", as_attachment=True, download_name="zoë.csv", max_age=5)
        @app.route("/bytes")
        def in_memory(): return send_file(io.BytesIO(b"abc"), mimetype="text/plain", etag=False)
        @app.route("/nameless")
        def nameless(): return send_file(io.BytesIO(b"abc"))
        @app.route("/text")
        def text(): return send_file(io.StringIO("abc"), mimetype="text/plain")
        @app.route("/missing")
        def missing(): return send_file("missing.csv")
        @app.route("/options")
        def options():
            return send_file("data.csv", "x/y", conditional=False, etag="tag", last_modified=1_600_000_000,
                             max_age=lambda name: len(name))
        @app.route("/from/<path:name>")
        def from_folder(name): return send_from_directory("files", name, as_attachment="d" in request.args)
        @app.route("/absolute/<path:name>")
        def absolute(name): return send_from_directory(os.path.join(app.root_path, "files"), name)
        """,
        *(
            f"GET /{name}"
            for name in ["relative", "download", "bytes", "nameless", "text", "missing", "options"]
        ),
        ("GET /relative", {"headers": {"Range": "bytes=0-1"}}),
        "HEAD /relative",
        "GET /from/a.txt",
        "GET /from/a.txt?d",
        "GET /from/../app.py",
        "GET /from/none.txt",
        "GET /from/sub/../a.txt",
        ("GET /from/x", {"environ_overrides": {"PATH_INFO": "/from//etc/passwd"}}),
        ("GET /from/x", {"environ_overrides": {"PATH_INFO": "/from/..\\app.py"}}),
        "GET /absolute/a.txt",
        files={"data.csv": "a,b\n1,2\n", "files/a.txt": "a"},
    ),
    case(
        "send-file-by-the-server",
        """
        app.config["USE_X_SENDFILE"] = True
        @app.route("/")
        def home():
            response = send_file("data.csv")
            response.headers["X-Sendfile"] = response.headers["X-Sendfile"].rpartition("/")[2]
            return response
        """,
        "GET /",
        files={"data.csv": "a"},
    ),
    case("send-file-outside", "send_file('data.csv')"),
    case(
        "open-resource",
        """
        bp = Blueprint("bp", __name__)
        """,
        script="""
        with app.open_resource("data.csv") as file: say(file.read())
        with app.open_resource("data.csv", "r") as file: say(file.read())
        with bp.open_resource("data.csv", "rt") as file: say(file.read())
        for mode in ("w", "a", "rb+"):
            try: app.open_resource("data.csv", mode)
            except ValueError as error: say(str(error))
        try: app.open_resource("none.csv")
        except FileNotFoundError as error: say("not found")
        """,
        files={"data.csv": "a,b"},
    ),
)

CASES = (*VARIABLES, *INHERITANCE, *STATIC)

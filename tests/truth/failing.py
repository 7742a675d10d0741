"""An app in which an exception can arise anywhere: `?at=PLACE&raises=KIND` chooses where, and which."""

from __future__ import annotations

# What is raised, and how its class and its message are told.
RAISED = {
    "runtime": ('RuntimeError(f"boom at {at}")', "RuntimeError", "boom at {at}"),
    "key": ("KeyError(at)", "KeyError", "'{at}'"),
    "own": ("Odd(at)", "Odd", "odd thing at {at}"),
    "teapot": ('ImATeapot(f"tea at {at}")', "ImATeapot", "tea at {at}"),
}
# Where it can arise, with the path that leads there.
PLACES = {
    "preprocessor": "/plain",
    "before_request": "/plain",
    "view": "/plain",
    "after_this_request": "/plain",
    "after_request": "/plain",
    "teardown_request": "/plain",
    "teardown_appcontext": "/plain",
    "session_open": "/plain",
    "session_save": "/plain",
    "request_property": "/property",
    "context_processor": "/template",
    "template": "/template",
    "url_default": "/template",
    "first_piece": "/stream",
    "after_empty_piece": "/stream",
    "second_piece": "/stream",
    "close": "/stream",
    "close_of_text": "/closing",
    "generator_view": "/generator",
    "converter": "/odd/1",
    "error_handler": "/handled",
    "handler_for_500": "/broken",
    "middleware_before": "/plain",
    "middleware_after": "/plain",
}
SOURCE = """
from flask import Flask, Request, Response, after_this_request, make_response, render_template_string, request
from flask import stream_with_context, url_for
from flask.sessions import SecureCookieSessionInterface
from urllib.parse import parse_qs
from werkzeug.exceptions import ImATeapot
from werkzeug.routing import BaseConverter


class Odd(Exception):
    def __str__(self):
        return f"odd thing at {self.args[0]}"


KINDS = {
    "runtime": lambda at: RuntimeError(f"boom at {at}"),
    "key": lambda at: KeyError(at),
    "own": lambda at: Odd(at),
    "teapot": lambda at: ImATeapot(f"tea at {at}"),
}


def fail(at, query=None):
    asked = parse_qs(query if query is not None else request.query_string.decode())
    if asked.get("at") == [at]:
        raise KINDS[asked["raises"][0]](at)


class Asking(Request):
    @property
    def wishes(self):
        fail("request_property")
        return "none"


class Sessions(SecureCookieSessionInterface):
    def open_session(self, app, request):
        fail("session_open", request.query_string.decode())
        return super().open_session(app, request)

    def save_session(self, app, session, response):
        fail("session_save")
        return super().save_session(app, session, response)


class Number(BaseConverter):
    def to_python(self, value):
        fail("converter", app.asked)
        return int(value)


app = Flask(__name__)
app.asked = ""
app.secret_key = "k"
app.request_class = Asking
app.session_interface = Sessions()
app.url_map.converters["number"] = Number


class Taken(Exception):
    pass


@app.errorhandler(Taken)
def taken(error):
    fail("error_handler")
    return "taken", 409


@app.url_value_preprocessor
def preprocess(endpoint, values):
    fail("preprocessor")


@app.url_defaults
def defaults(endpoint, values):
    fail("url_default")


@app.before_request
def before():
    fail("before_request")


@app.after_request
def after(response):
    fail("after_request")
    return response


@app.teardown_request
def torn_down(error):
    fail("teardown_request")


@app.teardown_appcontext
def gone(error):
    fail("teardown_appcontext", app.asked)


@app.context_processor
def names():
    fail("context_processor")
    return {"fail": fail}


@app.get("/plain")
def plain():
    @after_this_request
    def once(response):
        fail("after_this_request")
        return response

    fail("view")
    return "plain"


@app.get("/property")
def with_property():
    return request.wishes


@app.get("/template")
def template():
    url_for("plain")
    return render_template_string("{{ fail('template') or 'fine' }}")


@app.get("/stream")
def stream():
    def lines():
        fail("first_piece")
        if request.args.get("at") == "after_empty_piece":
            yield ""
        fail("after_empty_piece")
        yield "one"
        fail("second_piece")
        yield "two"

    response = Response(stream_with_context(lines()))
    response.call_on_close(closing(request.query_string.decode(), "close"))
    return response


def closing(query, at):
    def closed():
        fail(at, query)

    return closed


@app.get("/closing")
def text():
    response = make_response("text")
    response.call_on_close(closing(request.query_string.decode(), "close_of_text"))
    return response


@app.get("/generator")
def generator():
    fail("generator_view", "at=generator_view&raises=" + app.asked.rpartition("=")[2])
    yield "never"


@app.get("/odd/<number:n>")
def odd(n):
    return str(n)


@app.get("/handled")
def handled():
    raise Taken


@app.get("/broken")
def broken():
    fail("handler_for_500", "at=handler_for_500&raises=runtime")


@app.errorhandler(500)
def sorry(error):
    fail("handler_for_500")
    return "sorry", 500


class Outside:
    def __init__(self, inner):
        self.inner = inner

    def __call__(self, environ, start_response):
        query = app.asked = environ["QUERY_STRING"]
        fail("middleware_before", query)
        body = self.inner(environ, start_response)
        fail("middleware_after", query)
        return body


app.wsgi_app = Outside(app.wsgi_app)
"""


def target(at: str, raises: str) -> str:
    """Return the path and the query that let an exception arise at a place."""
    return f"{PLACES[at]}?at={at}&raises={raises}"


# An exception that answers for itself, and breaks whoever asks it for its response; for a source that has `app`.
UNSAID = """
class Unsaid(HTTPException):
    code = None

    def __init__(self):
        pass

    @property
    def response(self):
        raise RuntimeError("not to be asked")

    def __call__(self, environ, start_response):
        return app.response_class("unsaid", 418)(environ, start_response)
"""

"""Flask-Limiter: a hook that answers 429, limits by decorator, an exempt view, a shared limit, blueprints."""
from flask import Blueprint, Flask, jsonify, request
from flask.views import MethodView
from flask_limiter import Limiter
from flask_limiter.util import get_remote_address

app = Flask(__name__)
limiter = Limiter(get_remote_address, app=app, default_limits=["3 per minute"], storage_uri="memory://")
api = Blueprint("api", __name__, url_prefix="/api")
limiter.limit("1/minute")(api)

@app.route("/slow")
@limiter.limit("1 per day")
def slow():
    return "24"

@app.route("/fast")
def fast():
    return "42"

@app.route("/ping")
@limiter.exempt
def ping():
    return "PONG"

@api.route("/a")
def a():
    return {"a": 1}

@api.errorhandler(429)
def too_many(e):
    return jsonify(error=str(e.description)), 429

def inner():
    with limiter.limit("1/minute"):
        return "in"

@app.route("/inner")
def use_inner():
    return inner()

class V(MethodView):
    decorators = [limiter.limit("1/minute", methods=["POST"], error_message="no more")]
    def get(self):
        return "g"
    def post(self):
        return "p"
app.add_url_rule("/v", view_func=V.as_view("v"))

@app.route("/cost")
@limiter.limit("1/minute", deduct_when=lambda response: response.status_code == 400)
def cost():
    return "bad", int(request.args.get("s", 200))

@app.route("/resp")
@limiter.limit("1/minute", on_breach=lambda limit: app.make_response(("own", 420)))
def resp():
    return "x"

app.register_blueprint(api)

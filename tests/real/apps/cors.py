"""Flask-CORS: headers by after_request, by a decorator, and by a wrapped handler of exceptions."""

from flask import Blueprint, Flask, abort, jsonify
from flask_cors import CORS, cross_origin

app = Flask(__name__)
CORS(app, resources={r"/api/*": {"origins": ["http://a.example"], "supports_credentials": True}})
part = Blueprint("part", __name__, url_prefix="/part")
CORS(part)


@app.route("/")
def home():
    return "home"


@app.route("/api/things", methods=["GET", "POST"])
def things():
    return jsonify([1, 2])


@app.route("/api/fails")
def fails():
    return 1 // 0


@app.route("/api/closed")
def closed():
    abort(403)


@app.route("/open", methods=["GET", "PUT"])
@cross_origin(origins="http://b.example", expose_headers=["X-Own"], max_age=60)
def opened():
    return "open"


@app.route("/own", methods=["GET", "OPTIONS"])
@cross_origin(automatic_options=False)
def own():
    return "own"


@part.route("/x")
def x():
    return "x"


app.register_blueprint(part)

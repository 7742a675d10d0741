"""Flask-HTTPAuth: basic, token, digest and several, roles, error callbacks."""

from flask import Flask, jsonify
from flask_httpauth import HTTPBasicAuth, HTTPDigestAuth, HTTPTokenAuth, MultiAuth

app = Flask(__name__)
app.secret_key = "k"
basic = HTTPBasicAuth()
token = HTTPTokenAuth(scheme="Bearer")
digest = HTTPDigestAuth()
either = MultiAuth(basic, token)


@basic.verify_password
def verify(name, password):
    return name if (name, password) in (("ann", "secret"), ("bob", "hi")) else None


@basic.get_user_roles
def roles(user):
    return ["admin"] if str(user) == "ann" else []


@token.verify_token
def verify_token(text):
    return "ann" if text == "abc" else None


@token.error_handler
def refused(status):
    return jsonify(error="token"), status


@digest.get_password
def password_of(name):
    return "secret" if name == "ann" else None


@app.route("/")
@basic.login_required
def home():
    return f"hello {basic.current_user()}"


@app.route("/admin")
@basic.login_required(role="admin")
def admin():
    return "admin"


@app.route("/token/<int:number>")
@token.login_required
def by_token(number):
    return {"number": number}


@app.route("/either", methods=["GET", "POST"])
@either.login_required
def both():
    return str(either.current_user())


@app.route("/digest")
@digest.login_required
def digested():
    return "digest"


@app.route("/open")
@basic.login_required(optional=True)
def opened():
    return str(basic.current_user())


@app.route("/fails")
@basic.login_required
def fails():
    return 1 // 0

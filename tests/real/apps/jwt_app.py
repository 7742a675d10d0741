"""Flask-JWT-Extended: a guard that raises, error callbacks of an extension, tokens in headers and cookies."""

from datetime import timedelta

from flask import Flask, jsonify, request
from flask_jwt_extended import (
    JWTManager,
    create_access_token,
    create_refresh_token,
    get_jwt_identity,
    jwt_required,
    set_access_cookies,
    unset_jwt_cookies,
    verify_jwt_in_request,
)

app = Flask(__name__)
app.config.update(
    JWT_SECRET_KEY="a secret that is long enough for this algorithm",
    JWT_TOKEN_LOCATION=["headers", "cookies"],
    JWT_COOKIE_CSRF_PROTECT=False,
)
jwt = JWTManager(app)


@jwt.expired_token_loader
def expired(header, payload):
    return jsonify(own="expired"), 401


@jwt.user_identity_loader
def identity(user):
    return user


@app.route("/login", methods=["POST"])
def login():
    name = request.json["name"]
    old = timedelta(seconds=-10) if name == "old" else None
    token = create_access_token(name, fresh=name == "fresh", expires_delta=old)
    return jsonify(access_token=token, refresh_token=create_refresh_token(name))


@app.route("/cookie", methods=["POST"])
def cookie():
    response = jsonify(done=True)
    set_access_cookies(response, create_access_token("ann"))
    return response


@app.route("/logout", methods=["POST"])
def logout():
    response = jsonify(done=True)
    unset_jwt_cookies(response)
    return response


@app.route("/me")
@jwt_required()
def me():
    return jsonify(me=get_jwt_identity())


@app.route("/maybe/<int:n>")
@jwt_required(optional=True)
def maybe(n):
    return jsonify(n=n, me=get_jwt_identity())


@app.route("/fresh")
@jwt_required(fresh=True)
def fresh():
    return "fresh"


@app.route("/refresh", methods=["POST"])
@jwt_required(refresh=True)
def refresh():
    return jsonify(me=get_jwt_identity())


@app.route("/inside")
def inside():
    verify_jwt_in_request()
    return "inside"


@app.route("/fails")
@jwt_required(optional=True)
def fails():
    return 1 // 0

"""Flask-Login without a login view: its 401, and a handler of one's own for it."""

from flask import Flask, jsonify
from flask_login import LoginManager, UserMixin, login_required

app = Flask(__name__)
app.secret_key = "k"
manager = LoginManager(app)


class User(UserMixin):
    id = "ann"


@manager.user_loader
def load_user(name):
    return User()


@app.route("/secret")
@login_required
def secret():
    return "secret"


own = LoginManager()


@app.route("/own")
def own_page():
    @login_required
    def inner():
        return "inner"

    return inner()


@manager.unauthorized_handler
def nobody():
    return jsonify(error="nobody"), 401

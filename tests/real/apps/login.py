"""Flask-Login: a guard around views, who it is from the session, fresh logins, a remembered cookie."""

from flask import Blueprint, Flask, redirect, request, url_for
from flask_login import (
    LoginManager,
    UserMixin,
    current_user,
    fresh_login_required,
    login_required,
    login_user,
    logout_user,
)

app = Flask(__name__)
app.secret_key = "k"
manager = LoginManager(app)
manager.login_view = "login"
club = Blueprint("club", __name__, url_prefix="/club")
manager.blueprint_login_views = {"club": "/club/door"}


class User(UserMixin):
    def __init__(self, name):
        self.id = name


@manager.user_loader
def load_user(name):
    return User(name) if name in ("ann", "bob") else None


@manager.request_loader
def by_header(request):
    return User("bob") if request.headers.get("X-Key") == "bob" else None


@app.route("/")
def home():
    return f"hello {current_user.get_id() or 'nobody'}"


@app.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        login_user(User(request.form["name"]), remember="remember" in request.form)
        return redirect(request.args.get("next") or url_for("home"))
    return "who are you?"


@app.route("/logout")
@login_required
def logout():
    logout_user()
    return redirect(url_for("home"))


@app.route("/secret/<int:number>")
@login_required
def secret(number):
    return f"secret {number}"


@app.route("/fresh")
@fresh_login_required
def fresh():
    return "fresh"


@club.route("/")
@login_required
def bar():
    return "bar"


@club.before_request
def seen():
    request.seen = True


app.register_blueprint(club)


@app.route("/fails")
@login_required
def fails():
    return 1 // 0

"""Members of the shop: joining, coming in, going out."""

import functools

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.security import check_password_hash, generate_password_hash

from recordshop.db import get_db

bp = Blueprint("accounts", __name__, url_prefix="/accounts", cli_group="members")


@bp.cli.command("forget")
def forget():
    """Forget every member."""
    get_db().execute("DELETE FROM member")


@bp.before_app_request
def load_member():
    g.member = None
    if "member_id" in session:
        g.member = get_db().execute("SELECT * FROM member WHERE id = ?", (session["member_id"],)).fetchone()


def members_only(view):
    @functools.wraps(view)
    def guarded(*args, **values):
        return view(*args, **values) if g.member else redirect(url_for("accounts.enter"))

    return guarded


@bp.route("/join", methods=("GET", "POST"))
def join():
    if request.method == "POST":
        refusal = admit(request.form["name"], request.form["password"])
        if refusal is None:
            return redirect(url_for("accounts.enter"))
        flash(refusal)
    return render_template("accounts/join.html")


def admit(name, password):
    """Make somebody a member; return why not, where that cannot be."""
    if not (name and password):
        return f"A {'password' if name else 'name'} is needed."
    db = get_db()
    secret = generate_password_hash(password, method="pbkdf2:sha256:1000")
    try:
        with db:
            db.execute("INSERT INTO member (name, password) VALUES (?, ?)", (name, secret))
    except db.IntegrityError:
        return f"{name} is a member already."


@bp.route("/enter", methods=("GET", "POST"))
def enter():
    if request.method == "POST":
        found = get_db().execute("SELECT * FROM member WHERE name = ?", (request.form["name"],)).fetchone()
        if found is None:
            flash("Nobody of that name.")
        elif not check_password_hash(found["password"], request.form["password"]):
            flash("That is not the password.")
        else:
            session.clear()
            session["member_id"] = found["id"]
            return redirect(url_for("index"))

    return render_template("accounts/enter.html")


@bp.route("/leave")
def leave():
    session.clear()
    return redirect(url_for("index"))

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
    member_id = session.get("member_id")
    if member_id is None:
        g.member = None
    else:
        g.member = get_db().execute("SELECT * FROM member WHERE id = ?", (member_id,)).fetchone()


def members_only(view):
    @functools.wraps(view)
    def wrapped_view(**kwargs):
        if g.member is None:
            return redirect(url_for("accounts.enter"))
        return view(**kwargs)

    return wrapped_view


@bp.route("/join", methods=("GET", "POST"))
def join():
    if request.method == "POST":
        name = request.form["name"]
        password = request.form["password"]
        db = get_db()
        error = None

        if not name:
            error = "A name is needed."
        elif not password:
            error = "A password is needed."

        if error is None:
            try:
                db.execute(
                    "INSERT INTO member (name, password) VALUES (?, ?)",
                    (name, generate_password_hash(password, method="pbkdf2:sha256:1000")),
                )
                db.commit()
            except db.IntegrityError:
                error = f"{name} is a member already."
            else:
                return redirect(url_for("accounts.enter"))

        flash(error)

    return render_template("accounts/join.html")


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

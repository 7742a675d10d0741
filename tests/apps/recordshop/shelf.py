"""The shelf: every record on it, and the forms to put one there, change it or take it off."""

from flask import Blueprint, flash, g, redirect, render_template, request, url_for
from werkzeug.exceptions import abort

from recordshop.accounts import members_only
from recordshop.db import get_db

bp = Blueprint("shelf", __name__)


@bp.route("/")
def index():
    records = get_db().execute(
        "SELECT record.*, name FROM record JOIN member ON member_id = member.id ORDER BY added DESC, record.id"
    )
    return render_template("records/index.html", records=records.fetchall())


@bp.route("/add", methods=("GET", "POST"))
@members_only
def add():
    if request.method == "POST":
        title, artist = request.form["title"], request.form["artist"]
        if not title:
            flash("A title is needed.")
        else:
            values = (title, artist, g.member["id"])
            with get_db() as db:
                db.execute("INSERT INTO record (title, artist, member_id) VALUES (?, ?, ?)", values)
            return redirect(url_for("shelf.index"))

    return render_template("records/form.html", record=None)


def record_or_404(id):
    found = get_db().execute("SELECT * FROM record WHERE id = ?", (id,)).fetchone()
    return found or abort(404, f"There is no record {id}.")


def own_record(id):
    record = record_or_404(id)
    return record if record["member_id"] == g.member["id"] else abort(403)


@bp.route("/<int:id>")
def show(id):
    return dict(record_or_404(id))


@bp.route("/<int:id>/change", methods=("GET", "POST"))
@members_only
def change(id):
    record = own_record(id)
    if request.method == "POST":
        title = request.form["title"]
        if title:
            values = (title, request.form["artist"], id)
            with get_db() as db:
                db.execute("UPDATE record SET title = ?, artist = ? WHERE id = ?", values)
            return redirect(url_for("shelf.index"))
        flash("A title is needed.")

    return render_template("records/form.html", record=record)


@bp.route("/<int:id>/remove", methods=("POST",))
@members_only
def remove(id):
    own_record(id)
    with get_db() as db:
        db.execute("DELETE FROM record WHERE id = ?", (id,))
    return redirect(url_for("shelf.index"))

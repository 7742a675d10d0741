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
            db = get_db()
            db.execute(
                "INSERT INTO record (title, artist, member_id) VALUES (?, ?, ?)",
                (title, artist, g.member["id"]),
            )
            db.commit()
            return redirect(url_for("shelf.index"))

    return render_template("records/form.html", record=None)


def get_record(id, only_own=True):
    record = get_db().execute("SELECT * FROM record WHERE id = ?", (id,)).fetchone()

    if record is None:
        abort(404, f"There is no record {id}.")

    if only_own and record["member_id"] != g.member["id"]:
        abort(403)

    return record


@bp.route("/<int:id>")
def show(id):
    record = get_record(id, only_own=False)
    return dict(record)


@bp.route("/<int:id>/change", methods=("GET", "POST"))
@members_only
def change(id):
    record = get_record(id)
    if request.method == "POST":
        title = request.form["title"]
        if title:
            db = get_db()
            db.execute("UPDATE record SET title = ?, artist = ? WHERE id = ?", (title, request.form["artist"], id))
            db.commit()
            return redirect(url_for("shelf.index"))
        flash("A title is needed.")

    return render_template("records/form.html", record=record)


@bp.route("/<int:id>/remove", methods=("POST",))
@members_only
def remove(id):
    get_record(id)
    db = get_db()
    db.execute("DELETE FROM record WHERE id = ?", (id,))
    db.commit()
    return redirect(url_for("shelf.index"))

from flask import Blueprint, render_template

guestbook = Blueprint("guestbook", __name__, url_prefix="/guestbook")

ENTRIES = ["This is the first entry."]


@guestbook.route("/")
def read():
    return render_template("guestbook.html", entries=ENTRIES)

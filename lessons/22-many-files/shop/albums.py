from flask import Blueprint, abort, current_app, url_for

albums_bp = Blueprint("albums", __name__, url_prefix="/albums")
ALBUMS = ["Dummy", "Mezzanine", "Debut", "Post"]


@albums_bp.route("/")
def index():
    return ALBUMS[: current_app.config["PER_PAGE"]]


@albums_bp.route("/<int:number>")
def show(number):
    if number >= len(ALBUMS):
        abort(404)
    return {"title": ALBUMS[number], "all": url_for(".index")}

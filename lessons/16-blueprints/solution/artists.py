from flask import Blueprint
from markupsafe import escape

artists_bp = Blueprint("artists", __name__, url_prefix="/artists")


@artists_bp.route("/<name>")
def show_artist(name):
    return f"Albums by {escape(name)}"


@artists_bp.route("/")
def list_artists():
    return ["Blondie", "Kraftwerk"]


@artists_bp.route("/<name>/albums")
def albums_of(name):
    return f"All albums by {escape(name)}"

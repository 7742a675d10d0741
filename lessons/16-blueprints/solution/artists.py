from flask import Blueprint

artists_bp = Blueprint("artists", __name__, url_prefix="/artists")


@artists_bp.route("/<name>")
def show_artist(name):
    return f"Albums by {name}"

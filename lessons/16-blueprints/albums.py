from flask import Blueprint, abort

albums_bp = Blueprint("albums", __name__, url_prefix="/albums")

ALBUMS = {1: "Power, Corruption & Lies", 2: "Closer"}


@albums_bp.route("/")
def list_albums():
    return list(ALBUMS.values())


@albums_bp.route("/<int:album_id>")
def show_album(album_id):
    if album_id not in ALBUMS:
        abort(404)
    return ALBUMS[album_id]


@albums_bp.route("/albums/latest")
def latest_album():
    return ALBUMS[1]


@albums_bp.errorhandler(404)
def no_album(error):
    return "We do not have that album.", 404

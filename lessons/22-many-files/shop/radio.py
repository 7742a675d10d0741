from flask import Blueprint

from app import app

radio_bp = Blueprint("radio", __name__, url_prefix="/radio")


@radio_bp.route("/")
def on_air():
    return f"You hear {app.config['TITLE']}."

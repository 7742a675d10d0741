from flask import Blueprint, current_app

radio_bp = Blueprint("radio", __name__, url_prefix="/radio")


@radio_bp.route("/")
def on_air():
    return f"You hear {current_app.config['TITLE']}."

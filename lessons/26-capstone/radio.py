from flask import Blueprint

radio_bp = Blueprint("radio", __name__, url_prefix="/radio")


@radio_bp.route("/")
def on_air():
    return "On air: Blue Monday"


@radio_bp.route("/<int:hour>")
def at_hour(hour):
    return f"The programme at {hour}:00"

from app import app
from markupsafe import escape


@app.route("/artists/<name>")
def show_artist(name):
    return f"Albums by {escape(name)}"

from app import app


@app.route("/artists/<name>")
def show_artist(name):
    return f"Albums by {name}"

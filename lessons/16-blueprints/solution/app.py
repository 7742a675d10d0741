from flask import Flask, redirect, url_for
from albums import albums_bp
from artists import artists_bp

app = Flask(__name__)
app.register_blueprint(artists_bp)
app.register_blueprint(albums_bp)
app.register_blueprint(albums_bp, url_prefix="/records", name="records")


@app.route("/")
def home():
    return redirect(url_for("albums.list_albums"))


@app.errorhandler(404)
def no_page(error):
    return "The Time Machine has no such page.", 404

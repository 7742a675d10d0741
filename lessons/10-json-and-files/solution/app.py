from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.route("/api/albums", methods=["POST"])
def add_album():
    album = request.get_json()
    if not isinstance(album, dict) or "title" not in album:
        return "An album needs a title.", 400
    title = album["title"]
    return jsonify(added=title), 201


@app.route("/covers", methods=["POST"])
def upload_cover():
    cover = request.files["cover"]
    return {
        "title": request.form["title"],
        "name": cover.filename,
        "size": len(cover.read()),
    }


@app.route("/api/votes", methods=["POST"])
def count_votes():
    votes = request.get_json()
    if not isinstance(votes, list):
        return {"error": "a list, please"}, 400
    return {"votes": len(votes), "first": votes[:1]}

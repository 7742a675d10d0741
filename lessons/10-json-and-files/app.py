from flask import Flask, jsonify, request

app = Flask(__name__)


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.route("/api/albums", methods=["POST"])
def add_album():
    album = request.get_json()
    title = album["title"]
    return jsonify(added=title), 201


@app.route("/covers", methods=["POST"])
def upload_cover():
    cover = request.files["cover"]
    return {"name": cover.filename, "size": len(cover.read())}

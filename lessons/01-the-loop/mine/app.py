from flask import Flask

app = Flask(__name__)


@app.route("/")
def home():
    return "My recipes"


@app.route("/about")
def about():
    return "All my recipes in one place."

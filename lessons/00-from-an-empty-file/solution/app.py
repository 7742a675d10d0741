from flask import Flask

app = Flask(__name__)


@app.route("/")
def home():
    return "Hello from my own app!"


@app.route("/about")
def about():
    return "I wrote this page."

from flask import Flask, request

app = Flask(__name__)


@app.route("/")
def home():
    return "Hello from the Music Time Machine!"


@app.get("/cart")
def show_cart():
    return "Two records are in your cart."


@app.delete("/cart")
def empty_cart():
    return "Your cart is empty now."


@app.route("/signup", methods=["POST"])
def sign_up():
    return "Welcome to the Music Time Machine!"


@app.route("/vote", methods=["GET", "POST"])
def vote():
    if request.method == "GET":
        return "Which song should be number one?"
    if request.method == "POST":
        return "Your vote is counted."


@app.delete("/vote")
def take_back():
    return "Your vote is gone."


@app.route("/contact", methods=["GET", "POST"])
def contact():
    if request.method == "POST":
        return "Thank you for your letter."
    return "Write to us."


@app.get("/news")
def show_news():
    return "No news yet."


@app.post("/news")
def add_news():
    return "Your news is printed.", 201


@app.delete("/news")
def clear_news():
    return "All news is old now."


@app.put("/news")
def replace_news():
    return "There is new news."

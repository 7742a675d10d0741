"""A small shop, for the pictures in these documents."""

from functools import wraps

from flask import Flask, redirect, session

app = Flask(__name__)
app.secret_key = "for pictures only"
PRICES = {"tea": 3, "milk": None}


def login_required(view):
    @wraps(view)
    def wrapped(**arguments):
        if "user" not in session:
            return redirect("/login")
        return view(**arguments)

    return wrapped


@app.route("/order/<int:order_id>/delete")
@login_required
def delete(order_id):
    return f"Order {order_id} is gone."


@app.route("/price/<item>")
def price(item):
    pence = PRICES[item] * 100
    return f"{pence} pence"


@app.route("/login")
def login():
    return "Who are you?"

"""Flask-Talisman: https by a redirect in before_request, headers by after_request, options for one view."""

from flask import Flask, session
from flask_talisman import Talisman

app = Flask(__name__)
app.secret_key = "k"
talisman = Talisman(
    app,
    content_security_policy={"default-src": "'self'", "script-src": "'self'"},
    content_security_policy_nonce_in=[],
)


@app.route("/")
def home():
    session["seen"] = True
    return "home"


@app.route("/embed")
@talisman(frame_options="ALLOW-FROM", frame_options_allow_from="https://example.com")
def embed():
    return "embed"


@app.route("/plain", methods=["GET", "POST"])
@talisman(force_https=False)
def plain():
    return "plain"


@app.route("/fails")
def fails():
    return 1 // 0

"""Flask-Classful: methods as views, their own hooks around them."""
from flask import Flask
from flask_classful import FlaskView, route
app = Flask(__name__)
quotes = ["A noble spirit", "b"]
class QuotesView(FlaskView):
    def before_request(self, name, *a, **k):
        pass
    def after_request(self, name, response):
        response.headers["X-After"] = name
        return response
    def index(self):
        return "<br>".join(quotes)
    def get(self, id):
        id = int(id)
        if id < len(quotes):
            return quotes[id]
        return "Not Found", 404
    @route("/word/<word>/", methods=["GET", "POST"])
    def word(self, word):
        return word
    def random(self):
        return 1 // 0
    def post(self):
        return "made", 201
class GuardView(FlaskView):
    route_base = "/guard/"
    def before_index(self):
        return "stopped"
    def index(self):
        return "in"
    def after_get(self, response):
        return "replaced"
    def get(self, id):
        return "orig"
QuotesView.register(app)
GuardView.register(app, trailing_slash=False)

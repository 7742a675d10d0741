"""Flask-RESTX: resources behind a replaced handler of exceptions, marshalling, parsers, a mounted blueprint."""

from flask import Blueprint, Flask
from flask_restx import Api, Resource, fields, reqparse

app = Flask(__name__)
blueprint = Blueprint("api", __name__, url_prefix="/api")
api = Api(blueprint, title="Todos", doc="/doc/")
todos = api.namespace("todos", description="what is to be done")
todo = api.model("Todo", {"id": fields.Integer, "task": fields.String(required=True)})
parser = reqparse.RequestParser()
parser.add_argument("page", type=int, default=1, help="a number")
DONE = {1: {"id": 1, "task": "sleep"}}


class OutOfMilk(Exception):
    pass


@api.errorhandler(OutOfMilk)
def out_of_milk(error):
    """No milk today"""
    return {"message": "no milk"}, 409


@todos.route("/")
class TodoList(Resource):
    @todos.expect(parser)
    @todos.marshal_list_with(todo)
    def get(self):
        parser.parse_args()
        return list(DONE.values())

    @todos.expect(todo, validate=True)
    @todos.marshal_with(todo, code=201)
    def post(self):
        number = max(DONE) + 1
        DONE[number] = {"id": number, **api.payload}
        return DONE[number], 201, {"X-Made": str(number)}


@todos.route("/<int:number>")
@todos.response(404, "no such thing")
class Todo(Resource):
    @todos.marshal_with(todo)
    def get(self, number):
        if number not in DONE:
            todos.abort(404, f"{number} is not here")
        return DONE[number]

    def delete(self, number):
        DONE.pop(number)
        return "", 204


@todos.route("/fails")
class Fails(Resource):
    def get(self):
        return 1 // 0

    def post(self):
        raise OutOfMilk


app.register_blueprint(blueprint)


@app.route("/")
def home():
    return "home"


@app.errorhandler(404)
def missing(error):
    return "the app's own page", 404

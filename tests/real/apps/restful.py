"""Flask-RESTful: its own handling of errors, output by representation, parsers, fields, hooks, prefixes."""
from flask import Blueprint, Flask, make_response, request
from flask_restful import Api, Resource, abort, fields, marshal_with, reqparse
from functools import wraps
import werkzeug.exceptions

app = Flask(__name__)
errors = {"UserAlreadyExistsError": {"message": "A user with that username already exists.", "status": 409}}
api = Api(app, errors=errors, prefix="/v1", catch_all_404s=True)
bp = Blueprint("bp", __name__, url_prefix="/bp")
bapi = Api(bp)

class UserAlreadyExistsError(werkzeug.exceptions.HTTPException):
    code = 409
TODOS = {"todo1": {"task": "build an API"}}
parser = reqparse.RequestParser()
parser.add_argument("task", required=True, help="task is needed")

def auth(f):
    @wraps(f)
    def w(*a, **k):
        if request.headers.get("X-Key") == "k":
            return f(*a, **k)
        abort(401)
    return w

class Todo(Resource):
    def get(self, todo_id):
        if todo_id not in TODOS:
            abort(404, message=f"Todo {todo_id} doesn't exist")
        return TODOS[todo_id]
    def put(self, todo_id):
        args = parser.parse_args()
        TODOS[todo_id] = {"task": args["task"]}
        return TODOS[todo_id], 201, {"X-Made": "yes"}
    def delete(self, todo_id):
        del TODOS[todo_id]
        return "", 204

class Secret(Resource):
    method_decorators = [auth]
    def get(self):
        return "s"
    def post(self):
        raise UserAlreadyExistsError

class Fields(Resource):
    @marshal_with({"a": fields.String, "b": fields.Integer(default=3)})
    def get(self):
        return {"a": "x"}
    def post(self):
        return 1 // 0
    def put(self):
        raise ValueError("no")

@api.representation("text/csv")
def csv(data, code, headers=None):
    resp = make_response("a,b", code)
    resp.headers.extend(headers or {})
    return resp

class Hello(Resource):
    def get(self):
        return {"hello": "world"}

api.add_resource(Todo, "/todos/<todo_id>")
api.add_resource(Secret, "/secret")
api.add_resource(Fields, "/fields", "/f")
bapi.add_resource(Hello, "/hello/")
app.register_blueprint(bp)

@app.route("/plain")
def plain():
    return 1 // 0

@app.errorhandler(404)
def nf(e):
    return "own 404", 404
@app.errorhandler(ValueError)
def ve(e):
    return "own ve", 422

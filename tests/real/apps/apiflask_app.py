"""APIFlask: an app subclass with its own dispatch, validation by decorators, a replaced error page."""

from apiflask import APIBlueprint, APIFlask, HTTPTokenAuth, Schema, abort
from apiflask.fields import Integer, String
from apiflask.validators import Length, OneOf
from apiflask.views import MethodView

app = APIFlask(__name__)
auth = HTTPTokenAuth()
pets = APIBlueprint("pets", __name__, url_prefix="/pets")
KEPT = {1: {"id": 1, "name": "Kitty", "category": "cat"}}


class PetIn(Schema):
    name = String(required=True, validate=Length(0, 10))
    category = String(required=True, validate=OneOf(["dog", "cat"]))


class PetOut(Schema):
    id = Integer()
    name = String()
    category = String()


class Page(Schema):
    page = Integer(load_default=1)


@auth.verify_token
def verify(token):
    return {"name": "ann"} if token == "abc" else None


@app.get("/")
def home():
    return {"message": "hello"}


@pets.get("/<int:number>")
@pets.output(PetOut)
def get_pet(number):
    if number not in KEPT:
        abort(404, "no such pet")
    return KEPT[number]


@pets.get("/")
@pets.input(Page, location="query")
@pets.output(PetOut(many=True))
def get_pets(query_data):
    return list(KEPT.values())


@pets.post("/")
@app.auth_required(auth)
@pets.input(PetIn, location="json")
@pets.output(PetOut, status_code=201)
def make_pet(json_data):
    number = max(KEPT) + 1
    KEPT[number] = {"id": number, **json_data}
    return KEPT[number]


@pets.delete("/<int:number>")
@pets.output({}, status_code=204)
def free_pet(number):
    KEPT.pop(number)
    return ""


class Shelter(MethodView):
    decorators = [app.doc(responses=[200])]

    @app.output(PetOut)
    def get(self):
        return KEPT[1]

    @app.input(PetIn)
    def put(self, json_data):
        return json_data


app.add_url_rule("/shelter", view_func=Shelter.as_view("shelter"))
app.register_blueprint(pets)


@app.get("/fails")
def fails():
    return 1 // 0

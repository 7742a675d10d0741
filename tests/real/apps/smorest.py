"""flask-smorest: arguments and responses by decorators, errors as JSON, ETags, pagination."""
import marshmallow as ma
from flask import Flask
from flask.views import MethodView
from flask_smorest import Api, Blueprint, abort

app = Flask(__name__)
app.config.update(API_TITLE="Pets", API_VERSION="v1", OPENAPI_VERSION="3.0.2", OPENAPI_URL_PREFIX="/docs", OPENAPI_SWAGGER_UI_PATH="/ui", OPENAPI_SWAGGER_UI_URL="https://x/")
api = Api(app)

class PetSchema(ma.Schema):
    id = ma.fields.Int(dump_only=True)
    name = ma.fields.String(required=True)

class Query(ma.Schema):
    class Meta:
        unknown = ma.EXCLUDE
    name = ma.fields.String()

blp = Blueprint("pets", "pets", url_prefix="/pets", description="Operations on pets")
PETS = {1: {"id": 1, "name": "rex"}}

@blp.route("/")
class Pets(MethodView):
    @blp.arguments(Query, location="query")
    @blp.response(200, PetSchema(many=True))
    @blp.paginate()
    def get(self, args, pagination_parameters):
        pagination_parameters.item_count = 1
        return list(PETS.values())

    @blp.arguments(PetSchema)
    @blp.response(201, PetSchema)
    def post(self, new):
        return {"id": 2, **new}

@blp.route("/<int:pet_id>")
class PetsById(MethodView):
    @blp.etag
    @blp.response(200, PetSchema)
    def get(self, pet_id):
        if pet_id not in PETS:
            abort(404, message="Item not found.")
        return PETS[pet_id]

    @blp.etag
    @blp.arguments(PetSchema)
    @blp.response(200, PetSchema)
    def put(self, data, pet_id):
        blp.check_etag(PETS[pet_id], PetSchema)
        return {"id": pet_id, **data}

    @blp.response(204)
    def delete(self, pet_id):
        1 // 0

api.register_blueprint(blp)

"""Flask-Rebar: handlers that close over helpers, schemas and authenticators around a view."""
from flask import Flask
from flask_rebar import Rebar, HeaderApiKeyAuthenticator, errors, RequestSchema, ResponseSchema
from marshmallow import fields
rebar = Rebar()
reg = rebar.create_handler_registry(prefix="/v1")
auth = HeaderApiKeyAuthenticator(header="X-Key"); auth.register_key(app_name="a", key="secret")
class Q(RequestSchema):
    n = fields.Integer(required=True)
class R(ResponseSchema):
    n = fields.Integer(required=True)
@reg.handles(rule="/todo", method="GET", query_string_schema=Q(), response_body_schema=R(), authenticators=[auth])
def get():
    n = rebar.validated_args["n"]
    if n == 9: raise errors.NotFound(msg="no")
    if n == 8: return {"x": 1}
    if n == 7: 1 // 0
    return {"n": n}
app = Flask(__name__)
rebar.init_app(app)

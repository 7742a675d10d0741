from flask import Blueprint, request

import store

api = Blueprint("api", __name__, url_prefix="/api/recipes")


@api.route("/")
def list_all():
    return [dict(recipe) for recipe in store.all_recipes()]


@api.route("/", methods=["POST"])
def add():
    sent = request.get_json()
    if not sent.get("title"):
        return {"error": "A recipe needs a title."}, 400
    recipe = {"title": sent["title"], "minutes": sent.get("minutes", 0)}
    store.save(recipe["title"].lower(), **recipe)
    return recipe, 201


@api.route("/<name>", methods=["DELETE"])
def delete(name):
    if not store.delete(name):
        return {"error": "There is no such recipe."}, 404
    return "", 204

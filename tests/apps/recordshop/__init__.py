"""A record shop: visitors browse its shelf, members put records on it and take their own off again."""

import os

from flask import Flask


def create_app(test_config=None):
    app = Flask(__name__, instance_relative_config=True)
    app.config.from_mapping(
        SECRET_KEY="only while it is being built",
        DATABASE=os.path.join(app.instance_path, "shop.sqlite"),
    )

    if test_config is None:
        app.config.from_pyfile("config.py", silent=True)
    else:
        app.config.from_mapping(test_config)

    os.makedirs(app.instance_path, exist_ok=True)

    @app.route("/open")
    def opening_hours():
        return f"{app.config['SHOP']}: ten to six" if "SHOP" in app.config else "ten to six"

    from . import db

    db.init_app(app)

    from . import accounts, shelf

    app.register_blueprint(accounts.bp)
    app.register_blueprint(shelf.bp)
    app.add_url_rule("/", endpoint="index")

    return app

from flask import Flask

from shop.albums import albums_bp
from shop.radio import radio_bp
from shop.stamp import stamp


class Defaults:
    TITLE = "A shop without a name"
    PER_PAGE = 2


def create_app(settings=None):
    app = Flask(__name__)
    app.config.from_object(Defaults)
    app.config.from_mapping(settings or {})
    stamp.init_app(app)
    app.register_blueprint(albums_bp)
    app.register_blueprint(radio_bp)

    @app.route("/")
    def home():
        return f"Welcome to {app.config['TITLE']}!"

    return app

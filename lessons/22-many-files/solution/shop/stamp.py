from flask import current_app


class Stamp:
    """Writes the shop's name on each response."""

    def init_app(self, app):
        app.after_request(self.write)

    def write(self, response):
        response.headers["X-Shop"] = current_app.config["TITLE"]
        return response


stamp = Stamp()

"""Flask-Admin: blueprints of its own, views made by `expose`, nested prefixes, a guarded view."""

from flask import Flask, redirect, request, url_for
from flask_admin import Admin, AdminIndexView, BaseView, expose

app = Flask(__name__)
app.secret_key = "k"


class Home(AdminIndexView):
    @expose("/")
    def index(self):
        return self.render("admin/index.html")


class Stock(BaseView):
    @expose("/")
    def index(self):
        return "stock"

    @expose("/item/<int:number>", methods=("GET", "POST"))
    def item(self, number):
        if request.method == "POST":
            return redirect(url_for(".index"))
        return {"number": number}

    @expose("/fails")
    def fails(self):
        return 1 // 0


class Secret(BaseView):
    @expose("/")
    def index(self):
        return "secret"

    def is_accessible(self):
        return request.args.get("key") == "yes"

    def inaccessible_callback(self, name, **kwargs):
        return redirect("/login")


class Closed(BaseView):
    @expose("/")
    def index(self):
        return "closed"

    def is_accessible(self):
        return False


admin = Admin(app, name="Shop", index_view=Home())
admin.add_view(Stock(name="Stock", endpoint="stock"))
admin.add_view(Secret(name="Secret", endpoint="secret", url="/admin/deep/secret"))
admin.add_view(Closed(name="Closed", endpoint="closed"))


@app.route("/")
def home():
    return "<a href='/admin/'>admin</a>"

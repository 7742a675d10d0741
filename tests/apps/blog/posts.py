"""What they write."""

from flask import Blueprint, abort, g, redirect, render_template, request, url_for
from flask.views import MethodView

from .people import logged_in
from .store import change, many, one

bp = Blueprint("posts", __name__)

EVERY_POST = "SELECT post.*, name FROM post JOIN person ON writer = person.id"


@bp.app_template_filter()
def first_line(text):
    return text.partition("\n")[0]


@bp.app_context_processor
def counted():
    return {"number_of_posts": one("SELECT count(*) FROM post")[0]}


@bp.route("/", endpoint="index")
def every_post():
    return render_template("posts/index.html", posts=many(f"{EVERY_POST} ORDER BY post.id DESC"))


@bp.get("/posts.json")
def as_json():
    return [{"id": post["id"], "title": post["title"], "by": post["name"]} for post in many(EVERY_POST)]


@bp.route("/post/new", methods=["GET", "POST"])
@logged_in
def new():
    if request.method == "POST" and request.form["title"]:
        values = (g.person["id"], request.form["title"], request.form["text"])
        post_id = change("INSERT INTO post (writer, title, text) VALUES (?, ?, ?)", *values)
        return redirect(url_for(".one_post", post_id=post_id, _anchor="text"))
    return render_template("posts/form.html", post=None)


class OnePost(MethodView):
    """Anyone may read a post; its writer may change and delete it."""

    def get(self, post_id):
        return render_template("posts/one.html", post=found(post_id))

    @staticmethod
    @logged_in
    def post(post_id):
        own(post_id)
        change("UPDATE post SET title = ?, text = ? WHERE id = ?", request.form["title"], request.form["text"], post_id)
        return redirect(url_for("posts.one_post", post_id=post_id))

    @staticmethod
    @logged_in
    def delete(post_id):
        own(post_id)
        change("DELETE FROM post WHERE id = ?", post_id)
        return "", 204


bp.add_url_rule("/post/<int:post_id>", view_func=OnePost.as_view("one_post"))


@bp.get("/post/<int:post_id>/edit")
@logged_in
def edit(post_id):
    return render_template("posts/form.html", post=own(post_id))


def found(post_id):
    post = one(f"{EVERY_POST} WHERE post.id = ?", post_id)
    if post is None:
        abort(404, f"There is no post {post_id}.")
    return post


def own(post_id):
    post = found(post_id)
    if post["writer"] != g.person["id"]:
        abort(403)
    return post

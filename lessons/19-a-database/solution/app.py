from flask import Flask, abort, g, redirect, request, url_for

from catalogue import connect

app = Flask(__name__)


def get_db():
    if "db" not in g:
        g.db = connect()
    return g.db


@app.teardown_appcontext
def close_db(error):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def rows(sql, values=()):
    return [dict(row) for row in get_db().execute(sql, values)]


@app.route("/albums")
def albums():
    return rows("SELECT id, title FROM album ORDER BY id")


@app.route("/album/<int:album_id>")
def album(album_id):
    found = rows("SELECT * FROM album WHERE id = ?", (album_id,))
    if not found:
        abort(404)
    return found[0]


@app.route("/search")
def search():
    title = request.args.get("title", "")
    return rows("SELECT title FROM album WHERE title = ?", (title,))


@app.route("/since/<int:year>")
def since(year):
    return rows("SELECT title FROM album WHERE year >= ?", (year,))


@app.route("/albums", methods=["POST"])
def add_album():
    title, year = request.form["title"], int(request.form["year"])
    db = get_db()
    cursor = db.execute("INSERT INTO album (title, year) VALUES (?, ?)", (title, year))
    db.commit()
    return redirect(url_for("album", album_id=cursor.lastrowid), 303)


@app.route("/years")
def years():
    return rows("SELECT year, count(*) AS albums FROM album GROUP BY year ORDER BY year")


@app.route("/album/<int:album_id>", methods=["DELETE"])
def delete_album(album_id):
    db = get_db()
    cursor = db.execute("DELETE FROM album WHERE id = ?", (album_id,))
    db.commit()
    if cursor.rowcount == 0:
        abort(404)
    return {"deleted": album_id}

"""One SQLite connection for each request, kept in g."""

import sqlite3

from flask import current_app, g


def connection():
    if "connection" not in g:
        g.connection = sqlite3.connect(current_app.config["DATABASE"])
        g.connection.row_factory = sqlite3.Row
    return g.connection


def one(query, *values):
    return connection().execute(query, values).fetchone()


def many(query, *values):
    return connection().execute(query, values).fetchall()


def change(query, *values):
    with connection() as open_connection:
        return open_connection.execute(query, values).lastrowid


def close(error=None):
    open_connection = g.pop("connection", None)
    if open_connection is not None:
        open_connection.close()


def attach(app):
    app.teardown_appcontext(close)
    with app.app_context(), app.open_resource("tables.sql", "r") as tables:
        connection().executescript(tables.read())

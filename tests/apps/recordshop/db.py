"""One connection for each request, and the command that makes the tables."""

import sqlite3
from datetime import datetime

import click
from flask import current_app, g
from flask.cli import with_appcontext

sqlite3.register_converter("moment", lambda text: datetime.fromisoformat(text.decode()))


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(current_app.config["DATABASE"], detect_types=sqlite3.PARSE_DECLTYPES)
        g.db.row_factory = sqlite3.Row
    return g.db


def close_db(error=None):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def init_db():
    with current_app.open_resource("schema.sql") as file:
        get_db().executescript(file.read().decode("utf8"))


@click.command("init-db")
@with_appcontext
def init_db_command():
    """Empty the shop."""
    init_db()
    click.echo("The shelf is empty.")


@click.command("count")
def count_command():
    """Count the records."""
    click.echo(get_db().execute("SELECT COUNT(*) FROM record").fetchone()[0])


def init_app(app):
    app.teardown_appcontext(close_db)
    app.cli.add_command(init_db_command)
    app.cli.add_command(count_command)

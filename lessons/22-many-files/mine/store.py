import sqlite3
from pathlib import Path

from flask import g

FILE = Path(__file__).with_name("recipes.db")
FIRST = [("pancakes", "Pancakes", 20), ("soup", "Lentil soup", 40)]


def get_db():
    if "db" not in g:
        g.db = sqlite3.connect(FILE)
        g.db.row_factory = sqlite3.Row
    return g.db


def close_db(error):
    db = g.pop("db", None)
    if db is not None:
        db.close()


def make_table():
    with sqlite3.connect(FILE) as db:
        db.execute("CREATE TABLE IF NOT EXISTS recipe (name PRIMARY KEY, title, minutes)")
        db.executemany("INSERT OR IGNORE INTO recipe VALUES (?, ?, ?)", FIRST)
    db.close()


def all_recipes():
    return get_db().execute("SELECT * FROM recipe ORDER BY rowid").fetchall()


def find(name):
    rows = get_db().execute("SELECT * FROM recipe WHERE name = ?", (name,))
    return rows.fetchone()


def save(name, title, minutes):
    row = (name, title, minutes)
    get_db().execute("INSERT OR REPLACE INTO recipe VALUES (?, ?, ?)", row)
    get_db().commit()

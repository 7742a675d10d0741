"""Which part of a line an exception is about: told by the value that it had, and not told where another may be meant."""

from __future__ import annotations

import ast
import re
from pathlib import Path

import pytest

from support import ENGINES, checked, lab_of

SOURCE = """
import itertools
import sqlite3
from flask import Flask, current_app, g, request, session
app = Flask(__name__)
app.secret_key = "k"
USERS = {1: {"name": "Ann"}, "two": {"name": "Bob"}}
STOCK = {"title": "Shop", "pens": 3}
MANY = {str(number) + "th": number for number in range(20)}
BOOKS = [{"id": 1}, {"id": 2}]
EMPTY = []
EACH = [None]
NOTHING = None
count = 0
database = sqlite3.connect(":memory:", check_same_thread=False)
class Odd(dict):
    def __getitem__(self, key):
        raise KeyError(key)
ODD = Odd(two=2)
class Configured:
    def __init__(self): self.config = {}
class Asked:
    def __getattribute__(self, name): return ODD
def give(): return None
"""
REQUEST_HAS = (
    "a request has its query in request.args, its form in request.form, its JSON in request.get_json()"
)
# The lines of a view for /N?id=1&word=hi, with `id` from there, and what is said behind the message; "" for nothing.
CASES = {
    # None
    "q = request.args.get('q')\nreturn q.upper()": "q is None, from request.args.get('q') in line 2",
    "return request.args.get('q').upper()": "request.args.get('q') is None",
    "q = request.args.get('word', type=int)\nreturn str(q + 1)": "q is None, which type=int gives also for what is no int, "
    "from request.args.get('word', type=int) in line 2",
    "return str(request.args.get('word', type=float) + 1)": "request.args.get('word', type=float) is None, which type=float gives "
    "also for what is no float",
    "return str(request.args.get('q', type=str) + 1)": "request.args.get('q', type=str) is None",
    "return input('name? ')": "input() waits for a keyboard, and a request has none: what is typed comes in its query or its form",
    "raise EOFError('input()')": "",
    "return app.config['DEBUGG']": "app.config has 'DEBUG'",
    "return current_app.config['DEBUGG']": "current_app.config has 'DEBUG'",
    "return app.config['NO_SUCH_SETTING_AT_ALL']": "",
    "return Configured().config['a']": "",
    "return Asked().config['a']": "",
    "return str(1 + request.args.get('q'))": "request.args.get('q') is None",
    "q = give()\nq = give()\nreturn q.upper()": "q is None",
    "q = None\nreturn q.upper()": "q is None, set in line 2",
    "q = 1\nif id: q = None\nreturn q.upper()": "q is None",
    "return NOTHING['a']": "NOTHING is None",
    "return give()['a']": "give() is None",
    "for each in give(): pass": "give() is None",
    "return [each for each in NOTHING]": "NOTHING is None",
    "return str(int(request.form.get('a')))": "request.form.get('a') is None",
    "return str(len(give()))": "give() is None",
    "row = database.execute('select 1 where 0').fetchone()\nreturn dict(row)": "row is None, from "
    "database.execute('select 1 where 0').fetchone() in line 2",
    "return dict(database.execute('select 1 where 0').fetchone())": "database.execute('select 1 where 0').fetchone() is None",
    "return list(map(dict, EACH))": "",  # map(...) is not None
    "return list(itertools.chain.from_iterable(EACH))": "",
    "return str(EACH < [1])": "",
    "return str((give(), 1) < (2, 1))": "",
    "return 'a' in give()": "",
    "try:\n    q = give()\n    return q.upper()\nfinally:\n    q = 3": "",
    "try:\n    q = give()\n    return q.upper()\nfinally:\n    give()": "q is None, from give() in line 3",
    "return session.get('user')['name']": "session.get('user') is None",
    # strings that look like numbers
    "return 'big' if id > 1 else 'small'": "id is the string '1'; int(id) is a number",
    "return str(1 + id)": "id is the string '1'; int(id) is a number",
    "return id + 1": "id is the string '1'; int(id) is a number",
    "return str(id * id)": "id is the string '1'; int(id) is a number",
    "return str(id % 2)": "id is the string '1'; int(id) is a number",
    "return BOOKS[id]": "id is the string '1'; int(id) is a number",
    "price = '2.50'\nreturn str(price * price)": "price is the string '2.50'; float(price) is a number",
    "word = request.args['word']\nreturn str(word * word)": "",
    "return BOOKS['id']": "BOOKS is of type list, and what is asked for in [ ] is a key",
    "return 'n: ' + STOCK['pens']": "STOCK['pens'] is of type int; str(STOCK['pens']) is a string",
    "return 'n: ' + len(BOOKS)": "len(BOOKS) is of type int; str(len(BOOKS)) is a string",
    # keys and indexes
    "return USERS[id]": "USERS has the number 1, and '1' is a string",
    "return STOCK['titel']": "STOCK has 'title'",
    "return STOCK['colour']": "STOCK has 'title' and 'pens'",
    "return USERS[3]": "",
    "return MANY['colour']": "",
    "return ODD['too']": "",
    "return {}[id]": "",
    "del STOCK['colour']": "STOCK has 'title' and 'pens'",
    "return BOOKS[5]": "BOOKS has the indexes 0 to 1",
    "return BOOKS[int(id) + 1]['id']": "BOOKS has the indexes 0 to 1",
    "place = 7\nreturn BOOKS[place]": "BOOKS has the indexes 0 to 1, and place is 7",
    "return EMPTY[0]": "EMPTY is empty",
    "return EACH[1]": "EACH has the index 0 alone",
    "return STOCK.title": "STOCK['title'] is what it has under that key",
    # the request and g, asked as a dict is
    "return request['id']": REQUEST_HAS,
    "request['id'] = 3": REQUEST_HAS,
    "return request.get('id')": REQUEST_HAS,
    "return str('id' in request)": REQUEST_HAS,
    "return [each for each in request]": REQUEST_HAS,
    "return str(id + request)": "",
    "return g['user']": "g has attributes, as g.user, and no keys",
    "g['user'] = 1": "g has attributes, as g.user, and no keys",
    "g = 3\nreturn g['user']": "",
    # brackets, and names
    "return STOCK('title')": "what STOCK has is asked for with [ ]",
    "return request.args('id')": "what request.args has is asked for with [ ]",
    "return request.args.get['id']": "request.args.get is a method; it is called with ( )",
    "str = 'a'\nreturn str(3)": "str is a string here, from 'a' in line 2",
    "count += 1\nreturn 'x'": "view() sets count, so count is a name of its own there; with the line global count it is the "
    "one outside",
    "own += 1\nreturn 'x'": "",
    "return next(each for each in BOOKS if each['id'] == id)": "next() found nothing; with a second argument, None, it gives "
    "that instead",
    "database.execute('select ?', (request.args['word']))": "request.args['word'] is a string, whose letters are taken one by "
    "one; (request.args['word'],) is a tuple with it",
    "database.execute('select ?', (1, 2))": "",
}  # fmt: skip


@pytest.mark.parametrize("engine", ENGINES)
def test_the_part_of_the_line_is_told_by_its_value(engine: str, tmp_path: Path) -> None:
    source = SOURCE.removeprefix("\n")
    first = {}
    for number, code in enumerate(CASES):
        source += f"@app.route('/{number}')\ndef view{number}():\n"
        first[number] = source.count("\n")
        code = code.replace("\n", "\n    ")
        source += f"    id = request.args['id']\n    {code}\n"
    ast.parse(source)
    lab = lab_of(tmp_path, source, engine)
    told = {}
    for number, code in enumerate(CASES):
        raised = checked(lab.send(f"GET /{number}?id=1&word=hi"))["exception"]
        suggestion = raised.get("suggestion") or ""
        line = re.search(r"line (\d+)$", suggestion)
        if line is not None:
            suggestion = suggestion.replace(line[0], f"line {int(line[1]) - first[number]}")
        told[code] = "" if "Did you mean" in suggestion else suggestion.replace(f"view{number}()", "view()")
        assert raised["type"] != "NameError", code
    assert told == CASES

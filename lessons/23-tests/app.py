"""A small pytest: it runs the tests of test_shop.py, on shop.py or on an app with a fault."""

import inspect
import traceback

import test_shop
from faults import FAULTS
from flask import Flask, abort
from shop import create_app

app = Flask(__name__)
APPS = {"shop": create_app, **FAULTS}


@app.route("/tests/<name>")
def run(name):
    if name not in APPS:
        abort(404)
    tests = {name_of_test: outcome(test, APPS[name]()) for name_of_test, test in found_in(test_shop)}
    passed = list(tests.values()).count("passed")
    return {"passed": passed, "failed": len(tests) - passed, "tests": tests}


def found_in(holder, before=""):
    for name, thing in vars(holder).items():
        if name.startswith("test_"):
            yield before + name, getattr(holder() if before else holder, name)
        elif name.startswith("Test") and inspect.isclass(thing):
            yield from found_in(thing, f"{before}{name}::")


def outcome(test, shop):
    fixtures = {"app": shop, "client": shop.test_client()}
    try:
        test(**{name: fixtures[name] for name in inspect.signature(test).parameters})
    except Exception as error:
        frames = traceback.extract_tb(error.__traceback__)
        here = [frame for frame in frames if frame.filename == test_shop.__file__]
        where = f"in line {here[0].lineno}: {here[0].line}" if here else f"before it began: {error}"
        return f"{type(error).__name__} {where}"
    return "passed"

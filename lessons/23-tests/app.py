"""A pytest of twenty lines: it runs the tests of test_shop.py, on shop.py or on an app with a fault."""

import inspect
import linecache

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
    tests = {
        name_of_test: outcome(test, APPS[name]())
        for name_of_test, test in vars(test_shop).items()
        if name_of_test.startswith("test_")
    }
    passed = list(tests.values()).count("passed")
    return {"passed": passed, "failed": len(tests) - passed, "tests": tests}


def outcome(test, shop):
    fixtures = {"app": shop, "client": shop.test_client()}
    try:
        test(**{name: fixtures[name] for name in inspect.signature(test).parameters})
    except Exception as error:
        frame = error.__traceback__.tb_next or error.__traceback__
        line = linecache.getline(test_shop.__file__, frame.tb_lineno).strip()
        return f"{type(error).__name__} in line {frame.tb_lineno}: {line}"
    return "passed"

"""`python -m routelab`."""

import sys

# Python puts the folder where one stands in front, and there may be a json.py of somebody's app.
if not sys.flags.safe_path and sys.path:
    del sys.path[0]

from routelab.cli import run

run()

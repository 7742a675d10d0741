"""`python -m routelab`."""

from routelab.cli import run

run()

"""routelab: watch a web request find its Python function."""

__version__ = "0.1.0"

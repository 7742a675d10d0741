"""The trace of one request: its records, the recorder that makes them, and the words for them."""

from routelab.tracing.records import Trace

__all__ = ["Trace"]

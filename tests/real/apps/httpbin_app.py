"""httpbin as it is published: Flask behind its own error handler and after_request."""

from httpbin import app

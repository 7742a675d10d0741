"""The recorder: it watches one request of a live app and makes its steps."""

"""A small Flask, to be read as a lesson: the loop from a request to a response, one module for each part.

The names here are those that `from flask import ...` offers; docs/engine.md says in which order to read, and
what is left out. It knows Werkzeug, Jinja2 and itsdangerous, and nothing of routelab.
"""

from . import json
from .app import Flask
from .blueprints import Blueprint
from .config import Config
from .ctx import after_this_request, copy_current_request_context, has_app_context, has_request_context
from .globals import current_app, g, request, session
from .helpers import (
    abort,
    flash,
    get_flashed_messages,
    get_template_attribute,
    make_response,
    redirect,
    send_file,
    send_from_directory,
    stream_with_context,
    url_for,
)
from .json import jsonify
from .templating import render_template, render_template_string
from .wrappers import Request, Response

__all__ = [
    "Blueprint", "Config", "Flask", "Request", "Response", "abort", "after_this_request",
    "copy_current_request_context", "current_app", "flash", "g", "get_flashed_messages",
    "get_template_attribute", "has_app_context", "has_request_context", "json", "jsonify", "make_response",
    "redirect", "render_template", "render_template_string", "request", "send_file", "send_from_directory",
    "session", "stream_with_context", "url_for",
]  # fmt: skip

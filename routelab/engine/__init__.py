"""A small Flask, to be read as a lesson: the loop from a request to a response, one module for each part.

The names here are those that `from flask import ...` offers; docs/engine.md says in which order to read, and
what is left out. It knows Werkzeug, Jinja2 and itsdangerous, and nothing of routelab.
"""

from . import json as json
from .app import Flask as Flask
from .blueprints import Blueprint as Blueprint
from .config import Config as Config
from .ctx import after_this_request as after_this_request
from .ctx import copy_current_request_context as copy_current_request_context
from .ctx import has_app_context as has_app_context
from .ctx import has_request_context as has_request_context
from .globals import current_app as current_app
from .globals import g as g
from .globals import request as request
from .globals import session as session
from .helpers import abort as abort
from .helpers import flash as flash
from .helpers import get_flashed_messages as get_flashed_messages
from .helpers import get_template_attribute as get_template_attribute
from .helpers import make_response as make_response
from .helpers import redirect as redirect
from .helpers import send_file as send_file
from .helpers import send_from_directory as send_from_directory
from .helpers import stream_with_context as stream_with_context
from .helpers import url_for as url_for
from .json import jsonify as jsonify
from .templating import render_template as render_template
from .templating import render_template_string as render_template_string
from .wrappers import Request as Request
from .wrappers import Response as Response

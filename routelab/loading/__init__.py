"""Find and import the learner's app on an engine, without leaving a mark on the process.

It must not know labs, traces or the command line. These are the package's public names. Its rooms: `targets`
finds the file, `modules` keeps the app's modules apart, `binding` says what `flask` means in them, `apps`
picks the object, `remarks`, `failure`, `causes` and `unreached` tell what was seen, and `loader` puts them
together.
"""

from .errors import AppNotFoundError, FlaskMissingError, RealFlaskError
from .failure import LoadFailure
from .loader import load
from .records import Engine, Frame, LoadedApp, Note

__all__ = [
    "AppNotFoundError",
    "Engine",
    "FlaskMissingError",
    "Frame",
    "LoadFailure",
    "LoadedApp",
    "Note",
    "RealFlaskError",
    "load",
]

"""STATIC: the one view that every app with a static folder has from the start, and every such blueprint.

It knows folders and files, and nothing of rules.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from .helpers import send_from_directory

if TYPE_CHECKING:
    from .scaffold import Scaffold
    from .wrappers import Response


def serve_static(owner: Scaffold, filename: str) -> Response:
    """Answer with a file of an app's or a blueprint's static folder."""
    if owner.static_folder is None:
        raise RuntimeError("'static_folder' must be set to serve static_files.")
    return send_from_directory(owner.static_folder, filename, max_age=owner.get_send_file_max_age(filename))

"""Where an app's files are: the folder of its module, and the folder for data beside it.

It knows modules and folders, and nothing of apps.
"""

# Paths are text here, as learners' code expects them.
# ruff: noqa: PTH100, PTH109, PTH118, PTH119, PTH120, PTH122

import os
import sys


def root_path_of(import_name: str) -> str:
    """Return the folder of the module that was named, or the current folder when nobody knows it."""
    file = getattr(sys.modules.get(import_name), "__file__", None) or _file_of(import_name)
    return os.getcwd() if file is None else os.path.dirname(os.path.abspath(file))


def name_of(import_name: str) -> str:
    """Return the import name; for a file that is run directly, the file's name without its suffix."""
    file = getattr(sys.modules["__main__"], "__file__", None) if import_name == "__main__" else None
    return import_name if file is None else os.path.splitext(os.path.basename(file))[0]


def instance_path_of(import_name: str) -> str:
    """Return `instance` beside the top-level module or package of the module that was named."""
    top_level = import_name.partition(".")[0]
    file = _file_of(top_level)
    if file is None:
        return os.path.join(os.getcwd(), "instance")
    folder = os.path.dirname(os.path.abspath(file))
    if os.path.basename(file) == "__init__.py":
        folder = os.path.dirname(folder)
    return os.path.join(folder, "instance")


def _file_of(import_name: str) -> str | None:
    from importlib.util import find_spec

    try:
        spec = find_spec(import_name)
    except (ImportError, ValueError):  # a parent that is no package; a module without a spec, as __main__
        return None
    return spec.origin if spec is not None and spec.has_location else None

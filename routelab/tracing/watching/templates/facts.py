"""Where templates come from: the file of each, others of its name, and the folders that were searched.

Only loaders of Jinja's own are asked, and these only look at the disk: a loader of the app's may do anything.
"""

from __future__ import annotations

import os
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from jinja2 import ChoiceLoader, FileSystemLoader, FunctionLoader, PackageLoader, PrefixLoader
from jinja2.loaders import split_template_path

from routelab.record import Record
from routelab.regularfile import read_text
from routelab.tracing.steps.template import SameName
from routelab.tracing.watching.code.files import seen_from_app
from routelab.tracing.watching.code.sources import Sources

_NAMES_SHOWN = 10


class Found(Record):
    """A file that has a template's name; `blueprint` is None for the app's own folder."""

    path: str
    blueprint: str | None


def files_named(app: Any, name: str) -> tuple[Found, ...]:
    """Return all files that have a template's name, in the order in which they are looked for."""
    environment = app.jinja_env
    return tuple(
        Found(path=path, blueprint=blueprint)
        for blueprint, loader in _loaders(app, environment)
        for path in _files(environment, loader, name)
    )


def same_names(
    found: tuple[Found, ...], used: str, sources: Sources
) -> tuple[str | None, tuple[SameName, ...]]:
    """Return the blueprint of the file that was used, and the other files of its name."""
    paths = [os.path.realpath(each.path) for each in found]
    mine = os.path.realpath(used)
    if mine not in paths:
        return None, ()
    at = paths.index(mine)
    others = {
        path: SameName(file=seen_from_app(each.path, sources), blueprint=each.blueprint, later=number > at)
        for number, (path, each) in reversed(list(enumerate(zip(paths, found, strict=True))))
        if path != mine
    }
    return found[at].blueprint, tuple(reversed(others.values()))


def searched_folders(app: Any, sources: Sources) -> tuple[tuple[str, ...], tuple[str, ...]]:
    """Return the folders where templates are looked for, and those of them that are not there."""
    folders = [
        folder
        for _, loader in _loaders(app, app.jinja_env)
        for one in _single(loader)
        for folder in getattr(one, "searchpath", ())
    ]
    seen = {folder: seen_from_app(folder, sources) for folder in folders}
    lacking = [shown for folder, shown in seen.items() if not Path(folder).is_dir()]
    return tuple(dict.fromkeys(seen.values())), tuple(dict.fromkeys(lacking))


def available_templates(environment: Any) -> tuple[str, ...]:
    """Return the templates that there are, the first ten by name."""
    try:
        return tuple(sorted(environment.list_templates())[:_NAMES_SHOWN])
    except Exception:  # not every loader can list
        return ()


def source_of(environment: Any, template: Any) -> str | None:
    """Return the text of a template as it was when it was loaded; None where that is not known."""
    path = template.filename
    if path is None or not Path(path).is_file():
        return source_by_name(environment, template.name)
    if not template.is_up_to_date:
        return None
    return read_text(path)


def source_by_name(environment: Any, name: str | None) -> str | None:
    """Return the text of the template that a name leads to, if no loader of the app's own is in the way."""
    loader = environment.loader
    app = _app_of(loader)
    loaders = [loader] if app is None else [each for _, each in _loaders(app, environment)]
    for each in (one for some in loaders for one in _single(some)):
        if not _is_jinjas(each):
            return None
        try:
            return str(each.get_source(environment, name)[0])
        except Exception:  # not found there
            continue
    return None


def _loaders(app: Any, environment: Any) -> Iterator[tuple[str | None, Any]]:
    """Yield (blueprint, loader) in the order in which Flask asks them."""
    if _app_of(environment.loader) is not app:
        yield None, environment.loader  # the app has put one of its own in Flask's place
        return
    if app.jinja_loader is not None:
        yield None, app.jinja_loader
    for blueprint in app.iter_blueprints():
        if blueprint.jinja_loader is not None:
            yield blueprint.name, blueprint.jinja_loader


def _app_of(loader: Any) -> Any:
    """Return the app whose folders, and whose blueprints' folders, a loader of Flask's goes through."""
    return getattr(loader, "app", None) or getattr(getattr(loader, "loaders", None), "app", None)


def _single(loader: Any) -> Iterator[Any]:
    """Yield the loaders that a ChoiceLoader asks one after the other."""
    if type(loader) is ChoiceLoader:
        for each in loader.loaders:
            yield from _single(each)
    else:
        yield loader


def _is_jinjas(loader: Any) -> bool:
    return type(loader).__module__ == "jinja2.loaders" and not isinstance(loader, FunctionLoader)


def _files(environment: Any, loader: Any, name: str) -> Iterator[str]:
    for one in _single(loader):
        if type(one) is FileSystemLoader:
            for folder in one.searchpath:
                path = Path(folder, *split_template_path(name))
                if path.is_file():
                    yield str(path)
        elif type(one) is PrefixLoader:
            prefix, delimiter, rest = name.partition(one.delimiter)
            if delimiter and prefix in one.mapping:
                yield from _files(environment, one.mapping[prefix], rest)
        elif type(one) is PackageLoader:
            try:
                path = Path(one.get_source(environment, name)[1] or "")
            except Exception:  # not found there
                continue
            if path.is_file():
                yield str(path)

"""The JSON Schema of a trace, made from the records' annotations, so that no hand can let it drift.

`pytest --rewrite tests/tracing/test_schema.py` writes docs/trace.schema.json anew.
"""

from __future__ import annotations

import sys
from types import NoneType
from typing import Any, ForwardRef, get_args, get_origin

from routelab.oneof import OneOf
from routelab.record import Absent, Record, annotation_of
from routelab.tracing.findings.finding import TraceFinding
from routelab.tracing.trace import SCHEMA, Trace

Object = dict[str, Any]


class SchemaMaker:
    """Makes definitions of records, each once."""

    def __init__(self) -> None:
        self.definitions: dict[str, Object] = {}

    def document(self) -> Object:
        """Return the schema of a trace."""
        trace = self.of(Trace)
        definition = self.definitions["Trace"]
        definition["properties"] = {"schema": {"const": SCHEMA}, **definition["properties"]}
        definition["required"] = ["schema", *definition["required"]]
        return {
            "$schema": "https://json-schema.org/draft/2020-12/schema",
            "title": "A trace of routelab, as `routelab request --format json` writes it",
            **trace,
            "$defs": dict(sorted(self.definitions.items())),
        }

    def of(self, wanted: Any) -> Object:
        """Return the schema of a type."""
        if wanted in (str, int, float, bool):
            return {"type": {str: "string", int: "integer", float: "number", bool: "boolean"}[wanted]}
        if isinstance(wanted, type) and issubclass(wanted, Record):
            return self._reference(wanted)
        if isinstance(wanted, type) and issubclass(wanted, OneOf):
            return {"enum": [member.value for member in wanted]}
        if get_origin(wanted) is tuple:
            return self._of_tuple(get_args(wanted))
        if get_origin(wanted) is frozenset:
            return {"type": "array", "items": self.of(get_args(wanted)[0])}
        return self._of_union([kind for kind in get_args(wanted) if kind is not Absent])

    def _of_union(self, kinds: list[Any]) -> Object:
        if any(isinstance(kind, ForwardRef) for kind in kinds):  # any JSON at all
            return {}
        schemas = [{"type": "null"} if kind is NoneType else self.of(kind) for kind in kinds]
        return schemas[0] if len(schemas) == 1 else {"anyOf": schemas}

    def _of_tuple(self, items: tuple[Any, ...]) -> Object:
        if len(items) == 2 and items[1] is Ellipsis:
            key = getattr(items[0], "json_keyed", None)
            if key is None:
                return {"type": "array", "items": self.of(items[0])}
            properties, required = self._keys(items[0])
            del properties[key]
            required.remove(key)
            return {"type": "object", "additionalProperties": _object(properties, required)}
        return {"type": "array", "prefixItems": [self.of(item) for item in items], "minItems": len(items)}

    def _reference(self, kind: type[Record]) -> Object:
        tagged = [sub for sub in kind.__subclasses__() if sub.json_tag is not None]
        if kind.json_tag is None and tagged:
            return {"anyOf": [self._reference(sub) for sub in tagged]}
        name = kind.__name__
        if name not in self.definitions:
            self.definitions[name] = {}
            self.definitions[name] = _object(*self._keys(kind)) | {"description": _first_sentence(kind)}
        return {"$ref": f"#/$defs/{name}"}

    def _keys(self, kind: type[Record]) -> tuple[Object, list[str]]:
        properties: Object = {}
        required: list[str] = []
        if kind.json_tag is not None:
            properties[kind.json_tag[0]] = {"const": kind.json_tag[1]}
            required.append(kind.json_tag[0])
        for name in _fields(kind):
            wanted = annotation_of(kind, name)
            if name in kind.json_inline:
                optional = NoneType in get_args(wanted)
                inner = next((each for each in get_args(wanted) if each is not NoneType), wanted)
                inside, needed = self._keys(inner)
                properties.update(inside)
                required += [] if optional else needed
            elif wanted is bytes or bytes in get_args(wanted):
                kinds = ["string"] if wanted is bytes else ["string", "null"]
                properties[name] = properties[f"{name}_encoding"] = {"type": kinds}
                properties[f"{name}_size"] = {"type": "integer"}
                required += [name, f"{name}_encoding", f"{name}_size"]
            else:
                key = kind.json_names.get(name, name)
                properties[key] = self.of(wanted)
                required += [] if Absent in get_args(wanted) else [key]
        for name in kind.json_told:
            properties[name] = self.of(_returned(kind, name))
            required.append(name)
        return properties, required


def _object(properties: Object, required: list[str]) -> Object:
    return {
        "type": "object",
        "properties": properties,
        "required": list(dict.fromkeys(required)),
        "additionalProperties": False,
    }


def _fields(kind: type[Record]) -> dict[str, None]:
    names: dict[str, None] = {}
    for base in reversed(kind.__mro__):
        annotations: dict[str, Any] = getattr(base, "__annotations__", {})
        names.update({name: None for name, text in annotations.items() if "ClassVar" not in str(text)})
    return names


def _returned(kind: type[Record], name: str) -> Any:
    """Return what a property is annotated to give."""
    for base in kind.__mro__:
        found = base.__dict__.get(name)
        if isinstance(found, property) and found.fget is not None:
            # A module may name for the type checker alone what it imports late.
            known = {"TraceFinding": TraceFinding, **vars(sys.modules[base.__module__])}
            return eval(found.fget.__annotations__["return"], known)
    raise AssertionError(f"{kind.__name__} tells no {name}")


def _first_sentence(kind: type[Record]) -> str:
    return (kind.__doc__ or "").strip().partition("\n\n")[0].replace("\n    ", " ")

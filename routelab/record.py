"""Records: the one kind of frozen value that every room uses, and their JSON both ways.

A class of records is as cheap to make as a plain class (every start makes a hundred of them): its fields are
read when the first of them is made, and nothing is compiled before there are many. It knows no record in
particular.

Making, writing and reading follow one layout of the fields, and every process needs all three from its
start: so they stand in one file.

    class Place(Record):
        file: str | None = None
        line: int | None = None

    Place(file="app.py", line=3).to_json()  ->  {"file": "app.py", "line": 3}
    Place.from_json({"file": "app.py", "line": 3})  ->  Place(file="app.py", line=3)
"""

from __future__ import annotations

import sys
from base64 import b64decode, b64encode
from collections.abc import Callable, Mapping
from types import NoneType, UnionType
from typing import (
    Any,
    ClassVar,
    NoReturn,
    Self,
    TypeAlias,
    TypeVar,
    Union,
    cast,
    dataclass_transform,
    get_args,
    get_origin,
)

from routelab.oneof import OneOf

Json: TypeAlias = Union["bool | int | float | str | list[Json] | dict[str, Json]", None]
Object: TypeAlias = dict[str, Json]
Reader: TypeAlias = Callable[[Any], Any]
# Its key, None where the whole object is read; the types that it may be of, None for any; what reads it.
FieldReader: TypeAlias = tuple[str | None, frozenset[type] | None, Reader | None]
Writer: TypeAlias = Callable[[Any, "Extent"], Any]

Kind = TypeVar("Kind", bound="Record")

# Compiling an __init__ takes some 40 microseconds and saves 0.6 a record (0.7 for 1.3), so it has paid after
# seventy. Most classes never come so far; a table of candidates has one for each rule of the map.
_MANY = 70


class Absent(OneOf):
    """The one value of a field that its JSON leaves out."""

    ABSENT = "absent"


class Extent(OneOf):
    """How much of a record is written."""

    WHOLE = "whole"  # every field
    TOLD = "told"  # and what is said of it
    BRIEF = "brief"  # no field that has its default: enough to read it back


# What is its own JSON, by the annotation that most fields have: the types that it may be of.
_AS_THEY_ARE: dict[str, frozenset[type]] = {
    f"{kind.__name__}{or_none}": frozenset({kind, *more, *others})
    for kind, others in ((str, ()), (int, ()), (float, (int,)), (bool, ()))
    for or_none, more in (("", ()), (" | None", (NoneType,)))
}
_PLAIN = frozenset({str, int, float, bool, NoneType})


class _Layout:
    """What a class of records is made of: `names` in order, and the defaults of those that have one."""

    __slots__ = (
        "bytes",
        "checks",
        "defaults",
        "keyed",
        "kinds",
        "made",
        "names",
        "optional",
        "read",
        "readers",
        "were_read",
        "wrote",
    )

    def __init__(self, kind: type[Record]) -> None:
        self.names: dict[str, str] = {}  # field to annotation, as written
        self.defaults: dict[str, Any] = {}
        self.bytes: set[str] = set()  # the fields that hold bytes
        self.keyed: dict[str, bool] = {}  # whether the empty tuple of a field is an object in JSON
        self.readers: dict[str, FieldReader] | None = None  # made when the first is read
        self.read: Reader | None = None  # compiled once many were read
        self.kinds: dict[tuple[str, Any], type[Record]] = {}  # of a base: its subclasses by their tags
        self.made = 0  # how many, until an __init__ is compiled
        self.wrote = 0  # the same of those whose JSON was written
        self.were_read = 0  # and of those that were read
        self.checks = kind._check is not Record._check
        for base in reversed(kind.__mro__):
            for name, annotation in getattr(base, "__annotations__", {}).items():
                written = str(annotation)
                if "ClassVar" in written:
                    continue
                self.names[name] = written
                if "bytes" in written:
                    self.bytes.add(name)
                if name in base.__dict__:
                    self.defaults[name] = base.__dict__[name]
        # The defaults of fields that have one key, which may be left out.
        several = self.bytes.union(kind.json_inline)
        self.optional = {name: each for name, each in self.defaults.items() if name not in several}


@dataclass_transform(frozen_default=True, kw_only_default=True)
class Record:
    """A frozen value, made with keywords; two of one class with equal fields are equal.

    How the JSON of a class differs from its fields is said in class variables: `json_tag` is a pair that
    tells it from the others of a union and comes first; `json_names` are keys that are named otherwise;
    `json_inline` are fields, each a record, whose own keys stand among this record's. `json_keyed` is the
    field that becomes the key where several records of the class make up an object. `json_told` are
    properties, sentences for the most part, that are written for readers and not read back.
    """

    json_tag: ClassVar[tuple[str, str] | None] = None
    json_names: ClassVar[Mapping[str, str]] = {}
    json_inline: ClassVar[tuple[str, ...]] = ()
    json_keyed: ClassVar[str | None] = None
    json_told: ClassVar[tuple[str, ...]] = ()

    def __init__(self, **values: Any) -> None:
        layout = _layout(type(self))
        mine = self.__dict__
        mine.update(layout.defaults)
        mine.update(values)
        if mine.keys() != layout.names.keys():
            raise TypeError(_misfit(type(self), layout, values))
        if layout.checks:
            self._check()
        layout.made += 1
        if layout.made == _MANY:
            _compile_init(type(self), layout)

    def __init_subclass__(cls) -> None:
        # Annotations are read when they are first asked for; by then an app may have cleared sys.modules.
        type.__setattr__(cls, "_around", vars(sys.modules[cls.__module__]))
        if "__init__" not in cls.__dict__:  # else it could get one that was compiled for its base
            type.__setattr__(cls, "__init__", Record.__init__)

    def _check(self) -> None:
        """Raise where the values of a new record do not do."""

    def __setattr__(self, name: str, value: object) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen; make another with replace({name}=...)")

    def __delattr__(self, name: str) -> None:
        raise AttributeError(f"{type(self).__name__} is frozen")

    def __eq__(self, other: object) -> bool:
        return self.__dict__ == other.__dict__ if type(other) is type(self) else NotImplemented

    def __hash__(self) -> int:
        mine = self.__dict__
        return hash((type(self), *(mine[name] for name in _layout(type(self)).names)))

    def __repr__(self) -> str:
        mine = self.__dict__
        fields = ", ".join(f"{name}={mine[name]!r}" for name in _layout(type(self)).names)
        return f"{type(self).__name__}({fields})"

    def replace(self, **changes: Any) -> Self:
        """Return another with some fields changed."""
        return type(self)(**{**self.__dict__, **changes})

    def to_json(self, extent: Extent = Extent.WHOLE) -> Object:
        """Return the record as plain dicts, lists, strings and numbers."""
        said: Object = _WRITERS[type(self)](self, extent)
        return said

    def _written(self, extent: Extent) -> Object:
        kind = type(self)
        mine = self.__dict__
        said: Object = {}
        if kind.json_tag is not None:
            said[kind.json_tag[0]] = kind.json_tag[1]
        layout = _layout(kind)
        for name in layout.names:
            key, thing = _key(kind, name), mine[name]
            if extent is Extent.BRIEF and name in layout.optional and thing is layout.optional[name]:
                continue
            if name in kind.json_inline:
                said |= json_of(thing, extent)
            elif name in layout.bytes:
                said.update(_bytes_written(name, thing))
            elif type(thing) is tuple and not thing:
                said[key] = {} if _is_keyed(kind, layout, name) else []
            elif thing is not Absent.ABSENT:
                said[key] = json_of(thing, extent)
        if extent is Extent.TOLD:
            for name in kind.json_told:
                said[name] = json_of(getattr(self, name), extent)
        return said

    @classmethod
    def from_json(cls, said: Mapping[str, Any]) -> Self:
        """Read what `to_json` wrote; keys that are no fields are passed over.

        Raises ValueError where something else was written.
        """
        layout: _Layout = cls.__dict__.get("_layout") or _layout(cls)
        if layout.read is not None:
            try:
                read: Self = layout.read(said)
                return read
            except (KeyError, TypeError, AttributeError):
                pass  # what is wrong is said below
        if cls.json_tag is None and (layout.kinds or any(kind.json_tag for kind in cls.__subclasses__())):
            return _kind_of(cls, layout, said).from_json(said)
        try:
            return cls(**_values_read(cls, layout, said))
        except (KeyError, TypeError, AttributeError) as error:
            raise ValueError(f"this is no {cls.__name__}: {error!r}") from error


def json_of(thing: Any, extent: Extent) -> Any:
    """Write a field's value: records, enums, and tuples of them; anything else is JSON already."""
    return _WRITERS[type(thing)](thing, extent)


class _Writers(dict[type, Writer]):
    """What writes things of a type, found when the first of them is written."""

    def __missing__(self, kind: type) -> Writer:
        write = self[kind] = next(
            (write for base, write in _WRITER_OF_KIND.items() if issubclass(kind, base)), _as_it_is
        )
        return write


def _write_record(thing: Record, extent: Extent) -> Object:
    kind = type(thing)
    layout = _layout(kind)
    layout.wrote += 1
    if layout.wrote == _MANY:
        _WRITERS[kind] = _compiled_writer(kind, layout)
    return thing._written(extent)


def _write_tuple(thing: tuple[Any, ...], extent: Extent) -> Json:
    if _PLAIN.issuperset(map(type, thing)):
        return list(thing)
    if isinstance(thing[0], Record) and (key := thing[0].json_keyed) is not None:
        return {getattr(item, key): _without(key, item.to_json(extent)) for item in thing}
    return [_WRITERS[type(item)](item, extent) for item in thing]


def _as_it_is(thing: Any, _extent: Extent) -> Any:
    return thing


_WRITER_OF_KIND: dict[type, Writer] = {
    Record: _write_record,
    tuple: _write_tuple,
    OneOf: lambda thing, _: thing.value,
    frozenset: lambda thing, _: sorted(thing),
}
_WRITERS = _Writers()


def _without(key: str, said: Object) -> Json:
    del said[key]
    return said


def _is_keyed(kind: type[Record], layout: _Layout, name: str) -> bool:
    if name not in layout.keyed:
        items = get_args(annotation_of(kind, name))
        layout.keyed[name] = bool(items) and getattr(items[0], "json_keyed", None) is not None
    return layout.keyed[name]


def _bytes_written(name: str, thing: bytes | None) -> Object:
    text, encoding = (None, None) if thing is None else _text_of(thing)
    return {name: text, f"{name}_encoding": encoding, f"{name}_size": len(thing or b"")}


def _text_of(body: bytes) -> tuple[str, str]:
    """Return the text of UTF-8 bytes, the base64 of any other, and which it is."""
    try:
        return body.decode("utf-8"), "text"
    except UnicodeDecodeError:
        return b64encode(body).decode("ascii"), "base64"


def _layout(kind: type[Record]) -> _Layout:
    layout: _Layout | None = kind.__dict__.get("_layout")
    if layout is None:
        layout = _Layout(kind)
        type.__setattr__(kind, "_layout", layout)
    return layout


def _compile_init(kind: type[Record], layout: _Layout) -> None:
    """Give a class an __init__ of its own, which takes the same and does the same.

    In it there are no names but `self`, the fields and one that begins as no field does.
    """
    wanted = [f"{name}=defaults[{name!r}]" if name in layout.defaults else name for name in layout.names]
    arguments = ", ".join(("self", "*", *wanted) if wanted else ("self",))
    stored = "".join(f"\n    _mine[{name!r}] = {name}" for name in layout.names)
    check = "\n    self._check()" if layout.checks else ""
    made: dict[str, Any] = {"defaults": layout.defaults}
    exec(f"def __init__({arguments}):\n    _mine = self.__dict__{stored}{check}", made)
    type.__setattr__(kind, "__init__", made["__init__"])


def _compiled_writer(kind: type[Record], layout: _Layout) -> Writer:
    """Make a function of a class's own that writes what `_written` does, in a quarter of the time."""
    values = {name: _value_code(kind, layout, name) for name in layout.names}
    items = {name: _item_code(kind, layout, name, value) for name, value in values.items()}
    tag = [] if kind.json_tag is None else ["{!r}: {!r}".format(*kind.json_tag)]
    told = [f"{name!r}: writers[type(thing := self.{name})](thing, extent)" for name in kind.json_told]
    always = (item for name, item in items.items() if name not in layout.optional)
    lines = [
        "def write(self, extent):",
        " mine = self.__dict__",
        f" if extent is whole: return {{{', '.join((*tag, *items.values()))}}}",
        f" if extent is told: return {{{', '.join((*tag, *items.values(), *told))}}}",
        f" said = {{{', '.join((*tag, *always))}}}",
        *(
            f" if mine[{name!r}] is not default_{name}: said[{_key(kind, name)!r}] = {values[name]}"
            for name in layout.optional
        ),
        " return said",
    ]
    made: dict[str, Any] = {
        "absent": Absent.ABSENT,
        "bytes_written": _bytes_written,
        "empty": (),
        "told": Extent.TOLD,
        "whole": Extent.WHOLE,
        "writers": _WRITERS,
        **{f"default_{name}": default for name, default in layout.optional.items()},
    }
    exec("\n".join(lines), made)
    return cast(Writer, made["write"])


def _item_code(kind: type[Record], layout: _Layout, name: str, value: str) -> str:
    """Return what writes a field in a dict that is being made: "'line': mine['line']"."""
    if name in layout.bytes:
        return f"**bytes_written({name!r}, mine[{name!r}])"
    if name in kind.json_inline:
        return f"**({value})"
    item = f"{_key(kind, name)!r}: {value}"
    absent = f"mine[{name!r}] is absent"
    return f"**({{}} if {absent} else {{{item}}})" if "Absent" in layout.names[name] else item


def _key(kind: type[Record], name: str) -> str:
    return kind.json_names.get(name, name)


def _value_code(kind: type[Record], layout: _Layout, name: str) -> str:
    """Return what makes the JSON of a field's value: "mine['line']"."""
    field = f"mine[{name!r}]"
    if layout.names[name] in _AS_THEY_ARE:
        return field
    wanted = annotation_of(kind, name)
    kinds = set(get_args(wanted) if get_origin(wanted) in (Union, UnionType) else (wanted,))
    nothing, which = ("{}" if _is_keyed(kind, layout, name) else "[]"), "empty"
    if NoneType in kinds:
        nothing = which = "None"
    ours = all(isinstance(each, type) and issubclass(each, OneOf) for each in kinds - {NoneType})
    value = "thing.value" if ours else "writers[type(thing)](thing, extent)"
    return f"{nothing} if (thing := {field}) is {which} else {value}"


def _misfit(kind: type[Record], layout: _Layout, values: Mapping[str, Any]) -> str:
    unknown = ", ".join(values.keys() - layout.names.keys())
    missing = ", ".join(layout.names.keys() - layout.defaults.keys() - values.keys())
    return f"{kind.__name__} has no {unknown}" if unknown else f"{kind.__name__} wants {missing}"


# Reading


def _kind_of(base: type[Kind], layout: _Layout, said: Mapping[str, Any]) -> type[Kind]:
    """Find the class below `base` that has the tag of what was written."""
    for again in (False, True):  # classes may have been made since
        if again:
            layout.kinds = _tagged(base)
        for key in {key for key, _ in layout.kinds}:
            if (kind := layout.kinds.get((key, said.get(key)))) is not None:
                return cast(type[Kind], kind)
    raise ValueError(f"this is no {base.__name__}: {said!r}")


def _tagged(base: type[Record]) -> dict[tuple[str, Any], type[Record]]:
    return {kind.json_tag: kind for kind in base.__subclasses__() if kind.json_tag is not None}


def _values_read(kind: type[Record], layout: _Layout, said: Mapping[str, Any]) -> dict[str, Any]:
    """Read the fields that the object of a record has; the others have their defaults."""
    if layout.readers is None:
        layout.readers = {name: _reader_of_field(kind, layout, name) for name in layout.names}
    layout.were_read += 1
    if layout.were_read == _MANY:
        layout.read = _compiled_reader(kind, layout, layout.readers)
    values = {}
    for name, (key, kinds, read) in layout.readers.items():
        if key is not None and key not in said:
            continue
        thing = said if key is None else said[key]
        if kinds is not None and type(thing) not in kinds:
            raise TypeError(f"{key} is {type(thing).__name__}")
        values[name] = thing if read is None else read(thing)
    return values


def _compiled_reader(kind: type[Record], layout: _Layout, readers: Mapping[str, FieldReader]) -> Reader:
    """Make a function of a class's own that reads what `_values_read` does, and makes the record of it.

    It raises something else where that fails.
    """
    made: dict[str, Any] = {"kind": kind, "new": object.__new__, "wrong": _refuse}
    lines = ["def read(said):", " self = new(kind)", " mine = self.__dict__"]
    for number, (name, (key, kinds, read)) in enumerate(readers.items()):
        made |= {
            f"kinds_{number}": kinds,
            f"read_{number}": read,
            f"default_{number}": layout.defaults.get(name),
        }
        item = "said" if key is None else f"said[{key!r}]"
        if read is not None:
            item = f"read_{number}({item})"
        if kinds is not None:
            item = f"thing if type(thing := {item}) in kinds_{number} else wrong(thing)"
        if key is not None and name in layout.defaults:
            item = f"({item}) if {key!r} in said else default_{number}"
        lines.append(f" mine[{name!r}] = {item}")
    if layout.checks:
        lines.append(" self._check()")
    exec("\n".join((*lines, " return self")), made)
    return cast(Reader, made["read"])


def _refuse(thing: Any) -> NoReturn:
    raise TypeError(type(thing).__name__)


def _reader_of_field(kind: type[Record], layout: _Layout, name: str) -> FieldReader:
    key = _key(kind, name)
    if (kinds := _AS_THEY_ARE.get(layout.names[name])) is not None:
        return key, kinds, None
    wanted = annotation_of(kind, name)
    if name in kind.json_inline:
        return None, None, wanted.from_json
    if wanted is bytes or bytes in get_args(wanted):
        return None, None, lambda said: _bytes_of(said, key, or_none=wanted is not bytes)
    read = reader_of(wanted)
    return key, _plain_kinds(wanted) if read is None else None, read


def _plain_kinds(wanted: Any) -> frozenset[type] | None:
    """Return the types that JSON's value may be of; None where it may be any."""
    kinds = get_args(wanted) or (wanted,)
    if not all(kind in _PLAIN or kind is Absent for kind in kinds):
        return None
    return frozenset(kinds) | ({int} if float in kinds else set())


def annotation_of(kind: type[Record], name: str) -> Any:
    """Return a field's annotation as an object, evaluated where its class stands."""
    for base in kind.__mro__:
        annotation = getattr(base, "__annotations__", {}).get(name)
        if annotation is not None:
            return eval(annotation, base.__dict__["_around"]) if isinstance(annotation, str) else annotation
    raise KeyError(name)


def reader_of(wanted: Any) -> Reader | None:
    """Make what reads one value of a type; None where its JSON is the value itself."""
    if isinstance(wanted, type) and issubclass(wanted, Record):
        return wanted.from_json
    if isinstance(wanted, type) and issubclass(wanted, OneOf):
        return {each.value: each for each in wanted}.__getitem__
    origin = get_origin(wanted)
    if origin is tuple:
        return _tuple_reader(get_args(wanted))
    if origin is frozenset:
        read = _tuple_reader((get_args(wanted)[0], Ellipsis))
        return lambda said: frozenset(read(said))
    if origin in (Union, UnionType):
        kinds = set(get_args(wanted))
        reader = _union_reader([kind for kind in kinds if kind is not NoneType and kind is not Absent])
        return _or_none(reader) if reader is not None and NoneType in kinds else reader
    return None


def _tuple_reader(items: tuple[Any, ...]) -> Reader:
    if len(items) == 2 and items[1] is Ellipsis:
        item = items[0]
        key = getattr(item, "json_keyed", None)
        if key is not None:
            return lambda said: tuple(item.from_json({**each, key: name}) for name, each in said.items())
        read = reader_of(item)
        if read is None and (kinds := _plain_kinds(item)) is not None:
            return lambda said: _plain_items(_listed(said), kinds)
        read = read or _item_reader(item)
        return lambda said: tuple(map(read, _listed(said)))
    reads = [reader_of(item) or _item_reader(item) for item in items]
    return lambda said: tuple(read(each) for read, each in zip(reads, said, strict=True))


def _or_none(read: Reader) -> Reader:
    return lambda said: None if said is None else read(said)


def _union_reader(kinds: list[Any]) -> Reader | None:
    if len(kinds) == 1:
        return reader_of(kinds[0])
    tagged = {kind.json_tag: kind for kind in kinds if getattr(kind, "json_tag", None)}
    if not tagged:
        return None  # of JSON's own types
    key = next(iter(tagged))[0]
    by_tag = {tag[1]: kind for tag, kind in tagged.items()}
    return lambda said: by_tag[said[key]].from_json(said)


def _item_reader(wanted: Any) -> Reader:
    kinds = _plain_kinds(wanted)

    def read(said: Any) -> Any:
        if kinds is not None and type(said) not in kinds:
            raise TypeError(f"an item is {type(said).__name__}")
        return said

    return read


def _plain_items(said: Any, kinds: frozenset[type]) -> tuple[Any, ...]:
    if not kinds.issuperset(map(type, said)):
        raise TypeError("an item is of another type")
    return tuple(said)


def _listed(said: Any) -> Any:
    """Refuse a text, whose characters would pass for items."""
    if type(said) not in (list, tuple):
        raise TypeError(f"{type(said).__name__} is not a list")
    return said


def _bytes_of(said: Mapping[str, Any], key: str, *, or_none: bool) -> bytes | None:
    text: str | None = said[key]
    if text is None and or_none:
        return None
    if type(text) is not str:
        raise TypeError(f"{key} is {type(text).__name__}")
    return b64decode(text) if said[f"{key}_encoding"] == "base64" else text.encode("utf-8", "surrogateescape")

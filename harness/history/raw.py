"""Safe steps into JSON of unknown shape: what is missing or odd reads as empty; releases differ in what they set."""

from collections.abc import Iterator, Mapping
from sys import intern
from typing import Any, Final

NOTHING: Final[Mapping[str, Any]] = {}


def mapping(parent: Any, *path: str) -> Mapping[str, Any]:
    for key in path:
        parent = parent.get(key) if isinstance(parent, dict) else None
    return parent if isinstance(parent, dict) else NOTHING


def items(parent: Any, *path: str) -> Iterator[Mapping[str, Any]]:
    found = mapping(parent, *path[:-1]).get(path[-1])
    if isinstance(found, list):
        yield from (item for item in found if isinstance(item, dict))


def text(parent: Mapping[str, Any], key: str) -> str:
    """Interned: a long history says the same few words in every version of every object."""
    found = parent.get(key)
    return intern(found) if isinstance(found, str) else ""


def texts(parent: Mapping[str, Any], key: str) -> tuple[str, ...]:
    found = parent.get(key)
    return tuple(item for item in found if isinstance(item, str)) if isinstance(found, list) else ()


def whole(value: Any) -> int | None:
    """An integer, also one that is written as a string; None for an expression or anything else."""
    match value:
        case bool():
            return None
        case int():
            return value
        case str() if value.removeprefix("-").isdecimal() and value.isascii() and len(value) < 19:
            return int(value)
        case _:
            return None


def flag(parent: Mapping[str, Any], key: str) -> bool:
    return parent.get(key) is True


def owner(meta: Mapping[str, Any]) -> str:
    """UID of the workflow that owns the object."""
    found = meta.get("ownerReferences")
    for reference in found if isinstance(found, list) else ():
        if isinstance(reference, dict) and reference.get("kind") == "Workflow":
            return text(reference, "uid")
    return ""

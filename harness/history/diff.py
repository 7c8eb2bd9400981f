"""What changed between two versions of an object, small and exact: a watch repeats kilobytes to tell of one field.

A change is one of `[]` (removed), `[value]` (set, where it was or at the end), `[value, key]` (new, before that key) or
an object of changes of what is inside. Keys of a list are indexes. Order is part of the object, since node tables are
judged in their order.
"""

from collections.abc import Mapping
from typing import Any, TypeAlias

Change: TypeAlias = list[Any] | dict[str, Any]


class Misfit(ValueError):
    """A change does not fit the value that it is applied to."""


def difference(old: Any, new: Any) -> Change | None:
    """None where nothing changed."""
    if isinstance(old, dict) and isinstance(new, dict):
        return _objects(old, new)
    if isinstance(old, list) and isinstance(new, list):
        return _lists(old, new)
    return None if type(old) is type(new) and old == new else [new]


def _objects(old: dict[str, Any], new: dict[str, Any]) -> Change | None:
    kept = [key for key in old if key in new]
    if kept != [key for key in new if key in old]:
        return [new]
    changes: dict[str, Change] = {key: [] for key in old if key not in new}
    for key in kept:
        if (change := difference(old[key], new[key])) is not None:
            changes[key] = change
    return changes | _inserted(old, new) or None


def _inserted(old: dict[str, Any], new: dict[str, Any]) -> dict[str, Change]:
    """Last first, so that the key which each stands before is there when it is put in."""
    changes: dict[str, Change] = {}
    following: str | None = None
    for key in reversed(new):
        if key not in old:
            changes[key] = [new[key]] if following is None else [new[key], following]
        following = key
    return changes


def _lists(old: list[Any], new: list[Any]) -> Change | None:
    if len(new) < len(old) or (len(new) > len(old) and new[: len(old)] != old):
        return [new]
    changes: dict[str, Change] = {}
    for index, value in enumerate(new):
        if index >= len(old):
            changes[str(index)] = [value]
        elif (change := difference(old[index], value)) is not None:
            changes[str(index)] = change
    return changes or None


def apply(old: Any, change: Any) -> Any:
    """The newer version; what did not change is shared with the old one. Raises Misfit."""
    match change:
        case [value]:
            return value
        case dict() if isinstance(old, dict):
            return _change_object(old, change)
        case dict() if isinstance(old, list):
            return _change_list(old, change)
    raise Misfit(f"cannot change {type(old).__name__} by {str(change)[:60]}")


def _change_object(old: dict[str, Any], changes: Mapping[str, Any]) -> dict[str, Any]:
    new = dict(old)
    for key, change in changes.items():
        match change:
            case []:
                if new.pop(key, new) is new:
                    raise Misfit(f"no {key!r} to remove")
            case [value]:
                new[key] = value
            case [value, str() as following]:
                new = _put_before(new, key, value, following)
            case _:
                if key not in new:
                    raise Misfit(f"no {key!r} to change")
                new[key] = apply(new[key], change)
    return new


def _put_before(old: dict[str, Any], key: str, value: Any, following: str) -> dict[str, Any]:
    if following not in old or key in old:
        raise Misfit(f"cannot put {key!r} before {following!r}")
    new: dict[str, Any] = {}
    for name, kept in old.items():
        if name == following:
            new[key] = value
        new[name] = kept
    return new


def _change_list(old: list[Any], changes: Mapping[str, Any]) -> list[Any]:
    new = list(old)
    for key, change in changes.items():
        index = int(key) if key.isascii() and key.isdecimal() and len(key) < 9 else -1
        if 0 <= index < len(new):
            new[index] = apply(new[index], change)
        elif index == len(new) and isinstance(change, list) and len(change) == 1:
            new.append(change[0])
        else:
            raise Misfit(f"no item {key!r} to change")
    return new


__all__ = ["Change", "Misfit", "apply", "difference"]

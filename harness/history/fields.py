"""Strict reading of the fields of a line: a history is evidence, so nothing in it is guessed at."""

from collections.abc import Callable, Mapping
from enum import StrEnum
from math import isfinite
from typing import Any, TypeVar

E = TypeVar("E", bound=StrEnum)
T = TypeVar("T")


class WrongField(ValueError):
    """A field is missing or of the wrong type; the message says which."""


class Fields:
    """Typed access to one JSON object. Every method raises WrongField naming the field."""

    __slots__ = ("raw",)

    def __init__(self, raw: Mapping[str, Any]) -> None:
        self.raw = raw

    def _take(self, key: str, kind: type[T], what: str) -> T:
        value = self.raw.get(key)
        if not isinstance(value, kind) or (isinstance(value, bool) and kind is not bool):
            raise WrongField(f"{key!r} is {_shown(value)}, wanted {what}")
        return value

    def text(self, key: str) -> str:
        return self._take(key, str, "a string")

    def whole(self, key: str) -> int:
        return self._take(key, int, "a whole number")

    def count(self, key: str) -> int:
        found = self.whole(key)
        if found < 1:
            raise WrongField(f"{key!r} is {found}, wanted a whole number above 0")
        return found

    def number(self, key: str) -> float:
        value = self.raw.get(key)
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > 1e15 or not isfinite(value):
            raise WrongField(f"{key!r} is {_shown(value)}, wanted a number")
        return float(value)

    def flag(self, key: str) -> bool:
        return self._take(key, bool, "true or false")

    def object(self, key: str) -> dict[str, Any]:
        return self._take(key, dict, "an object")

    def texts(self, key: str) -> tuple[str, ...]:
        found = self._take(key, list, "a list of strings")
        if not all(isinstance(item, str) for item in found):
            raise WrongField(f"{key!r} is not a list of strings only")
        return tuple(found)

    def table(self, key: str) -> dict[str, str]:
        found = self.object(key)
        if not all(isinstance(value, str) for value in found.values()):
            raise WrongField(f"{key!r} has a value that is no string")
        return found

    def counts(self, key: str) -> dict[str, int]:
        found = self.object(key)
        if not all(isinstance(value, int) and not isinstance(value, bool) and value > 0 for value in found.values()):
            raise WrongField(f"{key!r} has a value that is no whole number above 0")
        return found

    def choice(self, key: str, kind: type[E]) -> E:
        value = self.text(key)
        try:
            return kind(value)
        except ValueError:
            raise WrongField(f"{key!r} is {value!r}, wanted one of {', '.join(kind)}") from None

    def maybe(self, key: str, read: Callable[[str], T]) -> T | None:
        return None if self.raw.get(key) is None else read(key)


def _shown(value: Any) -> str:
    shown = "missing" if value is None else repr(value)
    return shown if len(shown) <= 60 else f"{shown[:57]}..."

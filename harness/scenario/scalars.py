"""What a plain YAML scalar means: YAML 1.1 as Argo's own tools read it, less what JSON cannot carry."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING, Final

import yaml

from harness.scenario.problems import show

if TYPE_CHECKING:
    from collections.abc import Callable

CORE: Final = "tag:yaml.org,2002:"
RESOLVER: Final = yaml.resolver.Resolver()
MAKER: Final = yaml.constructor.SafeConstructor()
LONGEST_NUMBER: Final = 40
Scalar = str | int | float | bool | None


class NotPlain(ValueError):
    """A scalar that has no place in a scenario."""


def scalar(text: str, tag: str, *, plain: bool) -> Scalar:
    """The value of a scalar as it stands in the file. Raises NotPlain."""
    kind = tag or resolved(text, plain=plain)
    match kind.removeprefix(CORE):
        case "null":
            return None
        case "bool":
            return boolean(text)
        case "int" | "float" as name:
            return number(text, name)
        case "str" | "timestamp" | "value" | "merge" | "!":
            return text
    raise NotPlain(forbidden(kind))


def forbidden(tag: str | None) -> str:
    cure = "; a text that begins with '!' must be in quotes" if tag and tag.startswith("!") else ""
    return f"the tag {show(tag)} is not allowed{cure}"


def resolved(text: str, *, plain: bool) -> str:
    resolve: Callable[..., str] = RESOLVER.resolve
    return resolve(yaml.ScalarNode, text, (plain, not plain))


def boolean(text: str) -> bool:
    value = yaml.constructor.SafeConstructor.bool_values.get(text.lower())
    if value is None:
        raise NotPlain(f"{text[:60]!r} is no boolean: write true or false")
    return bool(value)


def number(text: str, name: str) -> int | float | str:
    if ":" in text:
        return text  # 1:30 would be 90 in YAML 1.1, but Argo's own tools read it as a text
    if len(text) > LONGEST_NUMBER:
        raise NotPlain(f"a number of {len(text)} characters; put it in quotes if it is a text")
    node = yaml.ScalarNode(CORE + name, text)
    make = MAKER.construct_yaml_int if name == "int" else MAKER.construct_yaml_float
    try:
        value: int | float = make(node)
    except (ValueError, IndexError, OverflowError):
        raise NotPlain(f"{text!r} is no number; put it in quotes if it is a text") from None
    if isinstance(value, float) and not math.isfinite(value):
        raise NotPlain(f"{text!r} is not a finite number; put it in quotes if it is a text")
    return value

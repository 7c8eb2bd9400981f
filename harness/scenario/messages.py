"""pydantic knows what is wrong; a reader wants to know what to write instead, and where."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any, Final, get_args

from pydantic import BaseModel, ValidationError

from harness.scenario.examples import example
from harness.scenario.problems import Problem, listed, nearest, show
from harness.scenario.verbs.groups import Do, Inject

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping

    from pydantic_core import ErrorDetails

    from harness.scenario.marks import Marks, Where

CHOICES: Final = ("literal_error", "enum")
QUOTED: Final = re.compile(r"'([^']*)'|\bTrue\b")
KEBAB: Final = "lower-case letters and digits, joined by single dashes"
PATTERNS: Final = {
    "^([\\w.-]+/": "write owner/repository#123, an https:// address or unreported",
    "^[a-z0-9]+(-[a-z0-9]+)*$": f"write {KEBAB}",
    "^[a-z0-9]+(-[a-z0-9]+)*(@": f"write {KEBAB}",
    "^\\S.*$": "write one line of text",
    "^[a-z][a-z0-9]*": f"write {KEBAB}, beginning with a letter",
}
WANTED: Final = {
    "string_type": "a text",
    "int_type": "a whole number",
    "int_from_float": "a whole number",
    "int_parsing": "a whole number",
    "float_type": "a number",
    "bool_type": "true or false",
    "tuple_type": "a list",
    "dict_type": "a mapping",
    "model_type": "a mapping",
    "model_attributes_type": "a mapping",
}
OTHER_GROUP: Final[dict[str, tuple[str, type[BaseModel]]]] = {"inject": ("do", Do), "do": ("inject", Inject)}


def translate(
    error: ValidationError, data: Any, marks: Marks, *, within: Where = (), model: type[BaseModel] | None = None
) -> Iterator[Problem]:
    """One problem per place that is wrong; `within` is where `data` stands in the file. What has no value at all has
    been told before."""
    places: dict[Where, list[ErrorDetails]] = {}
    for detail in error.errors(include_url=False):
        if without_value(detail["input"]) and detail["type"] != "extra_forbidden":
            continue
        places.setdefault(located(detail, data), []).append(detail)
    for where, details in places.items():
        full = (*within, *where)
        first = details[0]
        at_key = first["type"] in ("extra_forbidden", "missing") or "[key]" in first["loc"]
        mark = marks.key(full) if at_key else marks.value(full)
        yield mark.problem(message(where, details, marks.raw.get(full), model))


def without_value(given: Any) -> bool:
    return given is None or (isinstance(given, dict) and bool(given) and all(value is None for value in given.values()))


def located(detail: ErrorDetails, data: Any) -> Where:
    """The path in the file: pydantic's own, less the names of union members that it puts in."""
    where: list[str | int] = []
    for part in detail["loc"]:
        try:
            data = data[part]
        except (KeyError, IndexError, TypeError):
            continue
        where.append(part)
    if detail["type"] == "missing":
        where.append(detail["loc"][-1])
    return tuple(where)


def message(where: Where, details: list[ErrorDetails], raw: str | None, model: type[BaseModel] | None) -> str:
    detail = details[0]
    name, value = spoken(where), detail["input"]
    choices = [found for one in details if one["type"] in CHOICES for found in allowed(one)]
    if choices:
        text = value if isinstance(value, str) else ""
        return f"{name}: {show(value)} is not allowed{nearest(text, choices)}; allowed: {listed(choices)}"
    match detail["type"]:
        case "extra_forbidden":
            known = names(model_at(model, where[:-1]))
            other, group = OTHER_GROUP.get(spoken(where[:-1]), ("", None))
            if where[-1] in names(group):
                return f"{show(where[-1])} belongs under {other}: write {other}: {{{where[-1]}: {{}}}}"
            return f"unknown key {show(where[-1])}{nearest(str(where[-1]), known)}; allowed here: {listed(known)}"
        case "missing":
            return f"{show(where[-1])} is missing"
        case "value_error":
            return str(detail["ctx"]["error"])
        case "string_pattern_mismatch":
            return f"{name}: {show(value)} does not fit; {pattern_hint(detail['ctx']['pattern'])}"
        case kind if kind in WANTED:
            hint = shape(where, value, model) if WANTED[kind] == "a mapping" else ""
            return f"{name}: {WANTED[kind]} is wanted, not {instead(kind, value, raw)}{hint}"
    return f"{name}: {bound(detail)}"


def shape(where: Where, value: Any, model: type[BaseModel] | None) -> str:
    """How it is written, with what was given as a text where that is a key of the mapping."""
    key, inside = spoken(where), model_at(model, where)
    if isinstance(value, str) and value in names(inside):
        entry = f"{value}: {{}}" if key in OTHER_GROUP else example(value, type_name(inside))
        return f": write {key}: {{{entry}}}"
    return written(where, model)


def written(where: Where, model: type[BaseModel] | None) -> str:
    line = example(spoken(where), type_name(model_at(model, where[:-1])))
    return f": write for example {line}" if line else ""


def type_name(model: type[BaseModel] | None) -> str:
    return model.__name__ if model else ""


def allowed(detail: ErrorDetails) -> list[str]:
    found = QUOTED.finditer(str(detail["ctx"]["expected"]))
    return [word[1] or "true" for word in found if word[0] != "''"]


def instead(kind: str, value: Any, raw: str | None) -> str:
    if kind != "string_type" or raw is None:
        return show(value)
    read = f" (which YAML reads as {show(value)})" if raw != show(value) else ""
    return f"{raw[:60]}{read}: put it in quotes"


def bound(detail: ErrorDetails) -> str:
    value, context = show(detail["input"]), detail.get("ctx", {})
    match detail["type"]:
        case "greater_than_equal":
            return f"{value} is less than {context['ge']}"
        case "less_than_equal":
            return f"{value} is more than {context['le']:g}"
        case "greater_than":
            return f"{value} is not more than {context['gt']:g}"
        case "string_too_short":
            return "an empty text is not allowed"
        case "string_too_long":
            return f"{value} is longer than {context['max_length']} characters"
        case "too_short":
            return "an empty list is not allowed"
        case "too_long":
            return f"more than {context['max_length']} entries"
    return f"{value} is not allowed here"


def pattern_hint(pattern: str) -> str:
    return next((hint for start, hint in PATTERNS.items() if pattern.startswith(start)), f"it must fit {pattern}")


def spoken(where: Where) -> str:
    """The key that the value belongs to, with its index where it is one of a list."""
    if not where:
        return "the file"
    if isinstance(where[-1], int):
        return f"{spoken(where[:-1])}[{where[-1]}]"
    return where[-1]


def model_at(model: type[BaseModel] | None, where: Iterable[str | int]) -> type[BaseModel] | None:
    """The type of the mapping at that path."""
    for part in where:
        if model is None:
            return None
        if isinstance(part, str):
            field = next((f for f in model.model_fields.values() if f.alias == part), None)
            model = inner(field.annotation) if field else None
    return model


def inner(annotation: Any) -> type[BaseModel] | None:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        return annotation
    return next((found for part in get_args(annotation) if (found := inner(part))), None)


def names(model: type[BaseModel] | None) -> list[str]:
    fields: Mapping[str, Any] = model.model_fields if model else {}
    return [str(field.alias) for field in fields.values()]

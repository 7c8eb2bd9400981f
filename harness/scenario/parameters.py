"""Several cases from one file: `${name}` in any text stands for a parameter, and each variant sets its own values."""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from pydantic import TypeAdapter, ValidationError

from harness.scenario.messages import translate
from harness.scenario.problems import Problem, ScenarioErrors, nearest, show
from harness.scenario.types import ParameterName, ParameterValue, Variant

if TYPE_CHECKING:
    from harness.scenario.marks import Marks, Where

USE: Final = re.compile(r"(\$?)\$\{([a-z][a-z0-9-]*)\}")
DEFINITIONS: Final = ("parameters", "variants")
Values = Mapping[str, ParameterValue]
PARAMETERS: Final[TypeAdapter[dict[str, Any]]] = TypeAdapter(dict[ParameterName, ParameterValue])
VARIANTS: Final[TypeAdapter[tuple[Variant, ...]]] = TypeAdapter(tuple[Variant, ...])


@dataclass(frozen=True, slots=True, kw_only=True)
class Case:
    """One set of parameter values; `variant` is empty where the file has none."""

    variant: str
    values: Values


def cases(data: Mapping[str, Any], marks: Marks) -> tuple[Case, ...]:
    """The cases of a file, at least one. Raises ScenarioErrors."""
    defaults = checked(PARAMETERS, data.get("parameters", {}), ("parameters",), marks)
    variants = checked(VARIANTS, data.get("variants", ()), ("variants",), marks)
    problems = [*odd_variants(variants, defaults, marks)]
    problems += list(unknown(data, defaults, marks)) or unused(data, defaults, marks)
    if problems:
        raise ScenarioErrors(problems)
    if not variants:
        return (Case(variant="", values=defaults),)
    return tuple(Case(variant=variant.name, values={**defaults, **variant.parameters}) for variant in variants)


def checked(adapter: TypeAdapter[Any], value: Any, where: Where, marks: Marks) -> Any:
    try:
        return adapter.validate_python(value)
    except ValidationError as error:
        kind = Variant if adapter is VARIANTS else None
        raise ScenarioErrors(translate(error, value, marks, within=where, model=kind)) from None


def odd_variants(variants: tuple[Variant, ...], defaults: Values, marks: Marks) -> Iterator[Problem]:
    names: set[str] = set()
    for index, variant in enumerate(variants):
        if variant.name in names:
            yield marks.value(("variants", index, "name")).problem(f"two variants are called {show(variant.name)}")
        names.add(variant.name)
        for name in variant.parameters:
            if name not in defaults:
                mark = marks.key(("variants", index, "parameters", name))
                yield mark.problem(f"no parameter {show(name)} above{nearest(name, defaults)}")


def unused(data: Mapping[str, Any], defaults: Values, marks: Marks) -> Iterator[Problem]:
    if not defaults or isinstance(data.get("workflow"), str):
        return
    used = {name for name, _ in uses(without_definitions(data), ())}
    for name in defaults:
        if name not in used:
            text = f"the parameter {show(name)} is never used: write ${{{name}}}"
            yield marks.key(("parameters", name)).problem(text)


def uses(value: Any, where: Where) -> Iterator[tuple[str, Where]]:
    match value:
        case str():
            yield from ((found[2], where) for found in USE.finditer(value) if not found[1])
        case dict():
            for key, item in value.items():
                yield from uses(item, (*where, key))
        case list():
            for index, item in enumerate(value):
                yield from uses(item, (*where, index))


def fill_in(data: Any, values: Values, marks: Marks) -> Any:
    """The data with every parameter replaced; without parameters nothing is touched. Raises ScenarioErrors."""
    if not values:
        return data
    if problems := list(unknown(data, values, marks)):
        raise ScenarioErrors(problems)
    return replaced(data, values)


def unknown(data: Any, values: Values, marks: Marks) -> Iterator[Problem]:
    if not values:
        return
    for name, where in uses(without_definitions(data), ()):
        if name not in values:
            text = f"no parameter {show(name)}{nearest(name, values)}; $${{{name}}} is left alone"
            yield marks.value(where).problem(text)


def without_definitions(data: Any) -> Any:
    return {key: item for key, item in data.items() if key not in DEFINITIONS} if isinstance(data, dict) else data


def replaced(value: Any, values: Values) -> Any:
    match value:
        case str():
            whole = USE.fullmatch(value)
            if whole and not whole[1]:
                return values[whole[2]]
            return USE.sub(lambda found: found[0][1:] if found[1] else as_text(values[found[2]]), value)
        case dict():
            return {key: replaced(item, values) for key, item in value.items()}
        case list():
            return [replaced(item, values) for item in value]
    return value


def as_text(value: ParameterValue) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)

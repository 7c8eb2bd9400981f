"""The JSON Schema that an editor completes and checks scenario files with; made from the types, never by hand."""

from __future__ import annotations

import ast
import inspect
import json
import textwrap
from typing import TYPE_CHECKING, Any, Final

from pydantic import BaseModel

from harness.scenario.duration import show_duration
from harness.scenario.types import Scenario
from harness.scenario.verbs import Do, Inject

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME: Final = "scenario.schema.json"
PARAMETER: Final = {"type": "string", "pattern": r"^\$\{[a-z][a-z0-9-]*\}$"}
REFERENCE: Final = {"$ref": "#/$defs/Parameter"}
EMPTY_VERBS: Final = (Inject.__name__, Do.__name__)
SCALARS: Final = ("integer", "number", "boolean")
Schema = dict[str, Any]


def schema() -> Schema:
    """The schema of a scenario file."""
    made = Scenario.model_json_schema(by_alias=True, mode="validation")
    definitions = made.pop("$defs")
    for model in types(Scenario):
        describe(made if model is Scenario else definitions[model.__name__], model)
    enums = frozenset(name for name, definition in definitions.items() if "enum" in definition)
    for name, definition in definitions.items():
        tidy(definition, enums, empty=name in EMPTY_VERBS)
    tidy(made, enums)
    definitions["Parameter"] = {"description": "Value of one of the file's parameters.", **PARAMETER}
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "$id": NAME,
        **made,
        "title": "Scenario of Argo Shakedown",
        "$defs": dict(sorted(definitions.items())),
    }


def text() -> str:
    """The schema as it is committed."""
    return json.dumps(schema(), indent=2, ensure_ascii=False) + "\n"


def types(model: type[BaseModel], seen: set[type[BaseModel]] | None = None) -> Iterator[type[BaseModel]]:
    """The model and every model that it is made of, each once."""
    seen = set() if seen is None else seen
    if model in seen:
        return
    seen.add(model)
    yield model
    for field in model.model_fields.values():
        for part in parts(field.annotation):
            yield from types(part, seen)


def parts(annotation: Any) -> Iterator[type[BaseModel]]:
    if isinstance(annotation, type) and issubclass(annotation, BaseModel):
        yield annotation
    for inner in getattr(annotation, "__args__", ()):
        yield from parts(inner)


def describe(definition: Schema, model: type[BaseModel]) -> None:
    """Attribute docstrings become descriptions; read here, not by pydantic, since every start would pay for it."""
    notes = {key: note for base in reversed(model.__mro__) if issubclass(base, BaseModel) for key, note in said(base)}
    for name, field in model.model_fields.items():
        if note := notes.get(name):
            definition["properties"][field.alias]["description"] = note


def said(model: type[BaseModel]) -> Iterator[tuple[str, str]]:
    if model is BaseModel:
        return
    body = ast.parse(textwrap.dedent(inspect.getsource(model))).body[0]
    assert isinstance(body, ast.ClassDef)
    for statement, after in zip(body.body, body.body[1:], strict=False):
        match statement, after:
            case ast.AnnAssign(target=ast.Name(id=name)), ast.Expr(value=ast.Constant(value=str(note))):
                yield name, " ".join(note.split())


def tidy(definition: Schema, enums: frozenset[str], *, empty: bool = False) -> None:
    """Less noise for the reader of a completion list, and room for `${parameter}`."""
    if "description" in definition:
        definition["description"] = " ".join(definition["description"].split())
    properties: Schema = definition.get("properties", {})
    for key, value in properties.items():
        properties[key] = loosened(spoken(value if empty else given(value)), enums)


def given(value: Schema) -> Schema:
    """A key may be left out, but not be left without a value."""
    choices = value.get("anyOf", ())
    if {"type": "null"} not in choices:
        return value
    rest = [choice for choice in choices if choice != {"type": "null"}]
    return {**without(value, "anyOf"), **(rest[0] if len(rest) == 1 else {"anyOf": rest})}


def spoken(value: Schema) -> Schema:
    """Defaults as a file would have them; those that are empty are left out."""
    default = value.get("default")
    if isinstance(default, float):
        return {**value, "default": show_duration(default)}
    return without(value, "default") if default is None or isinstance(default, dict | list) else value


def loosened(value: Schema, enums: frozenset[str]) -> Schema:
    """What is not free text anyway may also be a parameter."""
    value = without(value, "title")
    if "anyOf" in value:
        mixed = any(is_narrow(choice, enums) for choice in value["anyOf"])
        return {**value, "anyOf": [*value["anyOf"], REFERENCE]} if mixed else value
    if not is_narrow(value, enums):
        return value
    outer: Schema = {key: value[key] for key in ("description", "default") if key in value}
    return {**outer, "anyOf": [without(value, *outer), REFERENCE]}


def is_narrow(value: Schema, enums: frozenset[str]) -> bool:
    bounded = value.get("type") == "string" and not value.keys().isdisjoint(("pattern", "enum", "const"))
    return bounded or value.get("type") in SCALARS or value.get("$ref", "").rpartition("/")[2] in enums


def without(value: Schema, *keys: str) -> Schema:
    return {key: item for key, item in value.items() if key not in keys}

"""Every key of the language in tables, made from the types for docs/scenarios.md, so that none is missing."""

from __future__ import annotations

import inspect
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

from harness.scenario.conditions import NodeSelector
from harness.scenario.examples import example
from harness.scenario.expectation import Outcome
from harness.scenario.schema import schema, types
from harness.scenario.types import Scenario
from harness.scenario.verbs import Do, Inject, Verb

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import BaseModel

BEGIN: Final = "<!-- made by `shakedown schema --markdown`; from here on nothing is written by hand -->"
GROUPS: Final = (Inject.__name__, Do.__name__)
BASES: Final = (Outcome, NodeSelector)
"""Types whose keys others have too."""
VERBS: Final = "faults-and-actions"
HEAD: Final = "| key | type | default | meaning | example |\n|---|---|---|---|---|"
VERB_HEAD: Final = "| key | of | type | default | meaning | example |\n|---|---|---|---|---|---|"
PLAIN: Final = {"string": "text", "integer": "whole number", "number": "number", "boolean": "`true` or `false`"}
BOUNDS: Final = (("minimum", "from {}"), ("exclusiveMinimum", "more than {}"), ("maximum", "to {}"))
Schema = dict[str, Any]


@dataclass(frozen=True, slots=True, kw_only=True)
class Key:
    """One row: everything about a key as the table has it."""

    name: str
    type: str
    default: str
    meaning: str
    example: str


def markdown() -> str:
    """The made part of docs/scenarios.md."""
    made = schema()
    definitions = {Scenario.__name__: made, **made["$defs"]}
    found = tuple(types(Scenario))
    sections = [section(model, definitions) for model in found if not issubclass(model, Verb | Inject | Do)]
    verbs = [model for model in found if issubclass(model, Verb)]
    return "\n".join((BEGIN, "", *sections, of_verbs(verbs, definitions)))


def section(model: type[BaseModel], definitions: Mapping[str, Schema]) -> str:
    base = next((each for each in BASES if issubclass(model, each) and model is not each), None)
    inherited = set(base.model_fields) if base else set()
    own = [str(field.alias) for name, field in model.model_fields.items() if name not in inherited]
    rows = [row(key) for key in keys(model.__name__, own, definitions)]
    more = f"\n\nBesides the keys of {link(base.__name__)}." if base else ""
    about = " ".join((inspect.getdoc(model) or "").split())
    return f"### {model.__name__}\n\n{about}{more}\n\n" + "\n".join((HEAD, *rows, ""))


def keys(name: str, own: Sequence[str], definitions: Mapping[str, Schema]) -> Iterator[Key]:
    definition = definitions[name]
    required = definition.get("required", ())
    for key in own:
        value = definition["properties"][key]
        yield Key(
            name=key,
            type=kind(value, definitions),
            default="must be given" if key in required else default(value),
            meaning=value.get("description", ""),
            example=example(key, name),
        )


def row(key: Key) -> str:
    return f"| `{key.name}` | {key.type} | {key.default} | {cell(key.meaning)} | `{cell(key.example)}` |"


def cell(text: str) -> str:
    return text.replace("|", "\\|")


def of_verbs(verbs: Sequence[type[Verb]], definitions: Mapping[str, Schema]) -> str:
    """A key that means the same for several verbs is one row."""
    names = verb_names(definitions)
    rows: dict[Key, list[str]] = {}
    for verb in verbs:
        own = [str(field.alias) for field in verb.model_fields.values()]
        for key in keys(verb.__name__, own, definitions):
            rows.setdefault(key, []).append(quoted(names[verb.__name__]))
    lines = [
        f"| `{key.name}` | {', '.join(of)} | {key.type} | {key.default} | {cell(key.meaning)} | `{cell(key.example)}` |"
        for key, of in sorted(rows.items(), key=lambda item: item[0].name)
    ]
    listed = [f"- `{group.lower()}`: {', '.join(map(quoted, definitions[group]['properties']))}" for group in GROUPS]
    about = "What each does, how far it reaches and where it cannot be had: [faults.md](faults.md)."
    return "\n".join(("### Faults and actions", "", about, "", *listed, "", VERB_HEAD, *lines, ""))


def quoted(name: str) -> str:
    return f"`{name}`"


def verb_names(definitions: Mapping[str, Schema]) -> dict[str, str]:
    """The name of a verb in a scenario by that of its type."""
    return {
        choice["$ref"].rpartition("/")[2]: name
        for group in GROUPS
        for name, value in definitions[group]["properties"].items()
        for choice in value["anyOf"]
        if "$ref" in choice
    }


def kind(value: Schema, definitions: Mapping[str, Schema]) -> str:
    """The type in words; that a parameter may stand in its place goes without saying."""
    if "anyOf" in value:
        parts = [kind(choice, definitions) for choice in value["anyOf"] if not is_parameter(choice)]
        return " or ".join(part for part in dict.fromkeys(parts))
    if "$ref" in value:
        name = value["$ref"].rpartition("/")[2]
        return choices(definitions[name]["enum"]) if "enum" in definitions[name] else link(name)
    if "enum" in value:
        return choices(value["enum"])
    if "const" in value:
        return f"`{str(value['const']).lower()}`"
    if value.get("type") == "array":
        return f"list of {kind(value['items'], definitions)}"
    return simple(value)


def is_parameter(choice: Schema) -> bool:
    return bool(choice.get("$ref", "").endswith("/Parameter"))


def simple(value: Schema) -> str:
    if "30s" in value.get("examples", ()):
        return "duration"
    if "*" in value.get("examples", ()):
        return "release range"
    if value.get("type") not in PLAIN:
        return "mapping"
    bounds = [words.format(f"{value[bound]:g}") for bound, words in BOUNDS if bound in value]
    longest = [f"up to {value['maxLength']} characters"] if "maxLength" in value else []
    return ", ".join((PLAIN[value["type"]], *([" ".join(bounds)] if bounds else []), *longest))


def choices(words: Sequence[object]) -> str:
    return " or ".join(f"`{word}`" for word in words if word != "")


def link(name: str) -> str:
    return f"[{name}](#{VERBS if name in GROUPS else name.lower()})"


def default(value: Schema) -> str:
    given = value.get("default")
    shown = str(given).lower() if isinstance(given, bool) else str(given)
    return "" if given is None else f"`{shown}`" if shown else "empty"

"""The committed JSON Schema is what the types say, and takes what the loader takes."""

import re
from pathlib import Path
from typing import Any

import pytest

from harness.scenario import schema
from harness.scenario.load import load_all
from harness.scenario.reading import read_yaml
from tests.scenario.writing import GOOD, changed

SCENARIOS = Path(__file__).parents[2] / "scenarios"
FILES = sorted(
    path for path in SCENARIOS.rglob("*.yaml") if not path.read_text(encoding="utf-8").startswith("apiVersion")
)
SCHEMA = schema.schema()
PASSED_OVER = {"$schema", "$id", "title", "description", "default", "examples", "$defs"}
TYPES = {"object": dict, "array": list, "string": str, "boolean": bool, "integer": int, "number": (int, float)}


def wrong(value: Any, rule: Any) -> list[str]:
    """What the schema does not allow; every keyword that is used must be known here."""
    if rule is True:
        return []
    return [
        text
        for key, want in rule.items()
        if key not in PASSED_OVER and applies(key, value)
        for text in broken(key, want, value, rule)
    ]


KINDS = {"Length": str, "Items": list, "items": list, "imum": (int, float)}
"""Keywords say nothing of values of another type."""


def applies(key: str, value: Any) -> bool:
    kind = next((kind for part, kind in KINDS.items() if part in key), None)
    if kind is None:
        kind = str if key == "pattern" else dict if "ropert" in key or "equired" in key else object
    return isinstance(value, kind)  # type: ignore[arg-type]  # a tuple of types


def broken(key: str, want: Any, value: Any, rule: Any) -> list[str]:
    match key:
        case "$ref":
            return wrong(value, SCHEMA["$defs"][want.rpartition("/")[2]])
        case "type":
            fits = value is None if want == "null" else isinstance(value, TYPES[want])  # type: ignore[arg-type]  # a tuple
            return [] if fits and (want == "boolean") >= isinstance(value, bool) else [f"{value!r} is no {want}"]
        case "anyOf" | "oneOf":
            fitting = sum(not wrong(value, one) for one in want)
            return [] if fitting and (key == "anyOf" or fitting == 1) else [f"{value!r} fits {fitting} of {want}"]
        case "enum" | "const":
            return [] if value in (want if key == "enum" else [want]) else [f"{value!r} is not in {want}"]
        case "items":
            return [text for item in value for text in wrong(item, want)]
        case "properties":
            return [text for name, item in value.items() if name in want for text in wrong(item, want[name])]
        case "additionalProperties" if want is True:
            return []
        case "additionalProperties":
            extra = [name for name in value if name not in rule.get("properties", {})]
            return (
                [f"{name} is unknown" for name in extra]
                if want is False
                else [t for n in extra for t in wrong(value[n], want)]
            )
        case "patternProperties":
            return [
                text
                for name, item in value.items()
                for text in wrong(item, *want.values())
                if re.search(next(iter(want)), name)
            ]
        case "propertyNames":
            return [text for name in value for text in wrong(name, want)]
        case "required":
            return [f"{name} is missing" for name in want if name not in value]
        case "dependentRequired":
            return [
                f"{name} is missing" for given in want if given in value for name in want[given] if name not in value
            ]
        case "exclusiveMinimum":
            return [] if value > want else [f"{value!r} is not over {want}"]
        case "pattern":
            return [] if re.search(want, value) else [f"{value!r} does not fit {want}"]
        case "minimum" | "minLength" | "minItems" | "minProperties":
            return [] if (value if key == "minimum" else len(value)) >= want else [f"{value!r} is under {want}"]
        case "maximum" | "maxLength" | "maxItems" | "maxProperties":
            return [] if (value if key == "maximum" else len(value)) <= want else [f"{value!r} is over {want}"]
    raise AssertionError(f"keyword {key} is not known here")


def checked(text: str) -> list[str]:
    data, _ = read_yaml(text, Path("x.yaml"))
    return wrong(data, SCHEMA)


def test_the_committed_schema_is_current() -> None:
    assert (SCENARIOS / schema.NAME).read_text(encoding="utf-8") == schema.text()


@pytest.mark.parametrize("path", FILES, ids=lambda path: path.stem)
def test_every_scenario_names_the_schema_and_fits_it(path: Path) -> None:
    text = path.read_text(encoding="utf-8")
    depth = len(path.relative_to(SCENARIOS).parents) - 1
    assert text.splitlines()[0] == f"# yaml-language-server: $schema={'../' * depth}{schema.NAME}"
    assert load_all(path)
    assert checked(text) == []


def test_parameters_fit_the_schema() -> None:
    text = changed(
        ("retry: 0, phase: Running", 'retry: "${a}", phase: "${b}"'),
        more='  within: "${c}"\nparameters: {a: 0, b: Running, c: 5s}\nvariants: [{name: one, parameters: {a: 1}}]\n',
    )
    assert checked(text) == []


@pytest.mark.parametrize(
    "change",
    [
        ("title:", "titel:"),
        ("phase: Running", "phase: Runing"),
        ("retry: 0", "retry: zero"),
        ("{container: wait}", "{container: }"),
        ("inject: {", "inject: {drain: {}, "),
        ("    inject", "    do: {retry: {}}\n    inject"),
        ("- name: killed", "- name: killed\n    within: 60"),
        ("- name: killed", "- name: killed\n    probability: 0.5"),
        ("- name: killed", "- name: killed\n    probability: 0\n    seed: 1"),
        ("workflow: {phase: Succeeded}", "workflow:"),
    ],
)
def test_the_schema_refuses(change: tuple[str, str]) -> None:
    assert checked(GOOD) == []
    assert checked(changed(change)) != []


def test_verbs_without_settings_need_no_braces() -> None:
    assert checked(changed(("inject: {kill-process: {container: wait}}", "do:\n      retry:"))) == []


def test_every_type_is_described() -> None:
    bare = [name for name, definition in SCHEMA["$defs"].items() if "description" not in definition]
    assert bare == []

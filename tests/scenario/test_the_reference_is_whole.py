"""docs/scenarios.md names every key of the language with an example that fits, and its own example is a scenario."""

from pathlib import Path
from typing import Any

import pytest

from harness.scenario import reference
from harness.scenario.examples import EXAMPLES, example
from harness.scenario.reading import read_yaml
from harness.scenario.verbs import verbs
from tests.scenario.test_schema import SCHEMA, wrong
from tests.scenario.writing import messages, write

PAGE = (Path(__file__).parents[2] / "docs/scenarios.md").read_text(encoding="utf-8")
PROSE, _, MADE = PAGE.partition(reference.BEGIN)
TYPES: dict[str, dict[str, Any]] = {"Scenario": SCHEMA, **SCHEMA["$defs"]}
KEYS = [
    (model, key)
    for model, definition in TYPES.items()
    if model not in reference.GROUPS
    for key in definition.get("properties", {})
]


def test_the_tables_are_what_the_types_say() -> None:
    told = f"make everything after the line {reference.BEGIN} anew: shakedown schema --markdown"
    assert reference.markdown() == reference.BEGIN + MADE, told


@pytest.mark.parametrize(("model", "key"), KEYS, ids=lambda part: part)
def test_every_key_is_there_with_an_example_that_fits(model: str, key: str) -> None:
    assert f"| `{key}` |" in MADE
    given, _ = read_yaml(example(key, model), Path("x.yaml"))
    assert wrong(given[key], TYPES[model]["properties"][key]) == []
    assert TYPES[model]["properties"][key]["description"]


def test_every_verb_is_there() -> None:
    assert all(f"`{name}`" in MADE for name in verbs())


def test_no_example_is_of_a_key_that_is_gone() -> None:
    known = {key for _, key in KEYS} | {f"{model}.{key}" for model, key in KEYS}
    assert EXAMPLES.keys() <= known


def test_links_within_the_page_lead_somewhere() -> None:
    for model in TYPES:
        if f"](#{model.lower()})" in MADE:
            assert f"\n### {model}\n" in MADE
    assert f"](#{reference.VERBS})" in MADE
    assert "\n### Faults and actions\n" in MADE


def test_the_example_of_the_page_is_a_scenario(tmp_path: Path) -> None:
    text = PROSE.partition("```yaml\n")[2].partition("```")[0]
    assert messages(write(tmp_path, text, "wait-is-killed.yaml")) == []


@pytest.mark.parametrize(
    "word", ["nth", "after", "anchors", "probability", "known-bugs", "violations", "waive", "settings", "variants"]
)
def test_how_it_works_is_told(word: str) -> None:
    assert word in PROSE

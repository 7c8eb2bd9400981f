"""Who looks for a fault finds every one, as it is."""

import json
import re
from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.faults import faults
from harness.scenario.load import load_all
from harness.scenario.verbs import listing, verbs

ROOT = Path(__file__).parents[2]
README = (ROOT / "README.md").read_text(encoding="utf-8")


def test_the_page_is_what_the_types_say() -> None:
    page = (ROOT / "docs/faults.md").read_text(encoding="utf-8")
    assert page == listing.markdown(), "make it anew: shakedown faults --markdown > docs/faults.md"


def test_every_verb_is_listed_once() -> None:
    assert [each.name for each in listing.entries()] == list(verbs())


def used(folder: str) -> set[str]:
    """The verbs of the scenarios there."""
    found = [load_all(path) for path in (ROOT / "scenarios" / folder).glob("*.yaml")]
    return {step.verb for cases in found for each in cases for step in each.scenario.method}


def test_every_verb_has_an_example_where_the_readme_says() -> None:
    told = re.search(r"that the seeds do not show\s+\(they have (.*?)\)", README, re.DOTALL)
    assert told
    of_seeds = set(re.findall(r"`([a-z-]+)`", told[1]))
    assert of_seeds == {*verbs()} - used("faults")
    assert of_seeds <= used("seeds")


@pytest.mark.parametrize(
    ("name", "refused"),
    [
        ("delete-pod", set()),
        ("oom-kill", {"existing"}),
        ("stop-kubelet", {"existing"}),
        ("starve-memory", {"kind", "existing"}),
    ],
)
def test_where_a_verb_cannot_be_had_is_said_with_the_reason(name: str, refused: set[str]) -> None:
    (entry,) = (each for each in listing.entries() if each.name == name)
    assert refused <= set(entry.refused)
    assert all(len(why) > 20 for why in entry.refused.values())
    told = " ".join(CliRunner().invoke(faults, [name], standalone_mode=False).output.split())
    assert all(f"Not on {provider}: {why}." in told for provider, why in entry.refused.items())


def test_words_choose_and_nothing_found_is_said() -> None:
    found = CliRunner().invoke(faults, ["etcd", "--json"], standalone_mode=False)
    assert {"freeze-etcd"} <= {each["name"] for each in json.loads(found.output)}
    nothing = CliRunner().invoke(faults, ["meteor"], standalone_mode=False)
    assert (nothing.return_value, "nothing has meteor" in nothing.output) == (2, True)

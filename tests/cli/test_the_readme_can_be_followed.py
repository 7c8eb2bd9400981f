"""Who knows nothing but the README gets on: its commands exist, its links lead somewhere, its example is a scenario."""

import re
import shlex
from pathlib import Path

import click
import pytest

from harness.cli.main import COMMANDS, shakedown
from harness.model.verdicts import Verdict
from harness.run.gate import context
from tests.scenario.writing import messages, write

ROOT = Path(__file__).parents[2]
PAGES = ("README.md", "docs/scenarios.md", "docs/faults.md", "CONTRIBUTING.md")
CALL = re.compile(r"(?:^\.venv/bin/|`)shakedown ([a-z][^\n`#|]*)", re.MULTILINE)
README = (ROOT / "README.md").read_text(encoding="utf-8")


def calls() -> list[tuple[str, ...]]:
    found = [call for page in PAGES for call in CALL.findall((ROOT / page).read_text(encoding="utf-8"))]
    return sorted({tuple(shlex.split(re.split(r" >>? ", call)[0])) for call in found})


def command(words: tuple[str, ...]) -> click.Command:
    """The command, or that of its group."""
    assert words[0] in COMMANDS
    found = shakedown.get_command(click.Context(shakedown), words[0])
    if isinstance(found, click.Group) and len(words) > 1:
        found = found.get_command(click.Context(found), words[1])
    assert found is not None
    return found


@pytest.mark.parametrize("words", calls(), ids=" ".join)
def test_commands_and_their_options_exist(words: tuple[str, ...]) -> None:
    known = {option for parameter in command(words).params for option in parameter.opts}
    assert {word for word in words[1:] if word.startswith("-")} <= known


def test_there_are_commands_to_follow() -> None:
    assert {call[0] for call in calls()} >= {"run", "lint", "new", "judge", "bundle", "faults", "doctor", "cluster"}


@pytest.mark.parametrize("page", PAGES)
def test_links_lead_to_files(page: str) -> None:
    targets = re.findall(r"\]\(([^)#]+)\)", (ROOT / page).read_text(encoding="utf-8"))
    local = [target for target in targets if "://" not in target]
    assert [target for target in local if not ((ROOT / page).parent / target).exists()] == []


def test_scenarios_that_it_names_exist() -> None:
    named = re.findall(r"scenarios/[a-z/-]+\.yaml", README)
    assert [name for name in named if name != "scenarios/my-first.yaml" and not (ROOT / name).is_file()] == []


def test_every_verdict_is_in_its_table_with_its_exit_code() -> None:
    rows = re.findall(r"^\| ([a-z-]+) \| [^|]+ \| (\d) \|$", README, re.MULTILINE)
    assert {name: int(code) for name, code in rows} == {verdict.value: verdict.exit_code for verdict in Verdict}


def test_its_first_example_is_a_scenario(tmp_path: Path) -> None:
    text = README.partition("```yaml\n")[2].partition("```")[0]
    assert messages(write(tmp_path, text, "wait-is-killed.yaml"), context("local")) == []

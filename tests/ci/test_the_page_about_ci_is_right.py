"""What docs/ci.md tells people to copy is YAML that parses, inputs that exist, and commands that there are."""

from __future__ import annotations

import re
import shlex
from typing import TYPE_CHECKING, Any, Final

import click
import pytest
import yaml

from harness.build import progress
from harness.build.actionlint import WORKFLOWS, check, ensure
from harness.cli.main import COMMANDS, shakedown
from tests.ci import github
from tests.ci.github import ROOT

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

PAGE: Final = (ROOT / "docs" / "ci.md").read_text(encoding="utf-8")
OWN: Final = "OWNER/argo-shakedown@main"


def blocks(language: str) -> list[str]:
    return re.findall(rf"^```{language}\n(.*?)^```", PAGE, re.MULTILINE | re.DOTALL)


def steps(node: Any) -> Iterator[dict[str, Any]]:
    """Every step below that uses the action."""
    if isinstance(node, dict):
        if node.get("uses") == OWN:
            yield node
        node = list(node.values())
    if isinstance(node, list):
        for each in node:
            yield from steps(each)


FIVE_LINES, WORKFLOW, GITLAB = blocks("yaml")


def test_five_lines_are_five_lines() -> None:
    assert len(FIVE_LINES.splitlines()) == 5
    assert len(list(steps(yaml.safe_load(FIVE_LINES)))) == 1


@pytest.mark.parametrize("text", [FIVE_LINES, WORKFLOW], ids=["five-lines", "workflow"])
def test_examples_give_inputs_that_the_action_has(text: str) -> None:
    found = list(steps(yaml.safe_load(text)))
    assert found
    for step in found:
        assert step["with"].keys() <= github.definition()["inputs"].keys()


@pytest.mark.parametrize("kind", ["inputs", "outputs"])
def test_the_tables_have_every_input_and_output(kind: str) -> None:
    for name, told in github.definition()[kind].items():
        assert re.search(rf"^\| `{name}` \|", PAGE, re.MULTILINE), name
        assert told["description"]


@pytest.mark.parametrize("text", [WORKFLOW, None], ids=["workflow", "five-lines"])
def test_actionlint_takes_the_examples(text: str | None, tmp_path: Path) -> None:
    job = {"runs-on": "ubuntu-24.04", "steps": yaml.safe_load(FIVE_LINES)}
    told = text or yaml.safe_dump({"name": "five", "on": "push", "jobs": {"one": job}})
    (tmp_path / ".git").mkdir()
    (tmp_path / WORKFLOWS).mkdir(parents=True)
    (tmp_path / WORKFLOWS / "example.yaml").write_text(told, encoding="utf-8")
    found = check(ensure(progress.to()), tmp_path)
    assert (found.code, found.stdout) == (0, "")


def test_gitlab_keeps_the_reports_whatever_comes() -> None:
    job = yaml.safe_load(GITLAB)["chaos"]
    assert job["artifacts"]["when"] == "always"
    assert job["artifacts"]["reports"]["junit"] == "reports/*/junit.xml"


def commands() -> list[tuple[str, ...]]:
    """Every call of `shakedown` on the page, up to what is no longer its own."""
    calls = re.findall(r"(?:bin/|`)shakedown ([a-z]+(?: [^\n`]*)?)", PAGE)
    return [tuple(shlex.split(re.split(r" (?:>|>>|\|) |'$", call)[0])) for call in calls]


def test_the_page_calls_commands() -> None:
    assert {call[0] for call in commands()} >= {"run", "matrix", "merge", "doctor", "judge", "clean"}


@pytest.mark.parametrize("call", commands(), ids=" ".join)
def test_commands_and_their_options_exist(call: tuple[str, ...]) -> None:
    assert call[0] in COMMANDS
    command = shakedown.get_command(click.Context(shakedown), call[0])
    assert command is not None
    known = {option for parameter in command.params for option in parameter.opts}
    assert {word for word in call[1:] if word.startswith("-")} <= known


def test_links_lead_to_files() -> None:
    for target in re.findall(r"\]\((?!https?:|#)([^)#]+)", PAGE):
        assert (ROOT / "docs" / target).exists(), target

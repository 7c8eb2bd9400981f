"""As much of GitHub's runner as the composite action asks for: its shell steps are executed, those of others are not.

What it does not understand it refuses, or a test could pass over a step that never runs on GitHub.
"""

from __future__ import annotations

import os
import re
import subprocess
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Mapping

ROOT: Final = Path(__file__).parents[2]
BASH: Final = ("bash", "--noprofile", "--norc", "-e", "-o", "pipefail")
"""What `shell: bash` stands for."""
FILES: Final = ("GITHUB_OUTPUT", "GITHUB_STEP_SUMMARY", "GITHUB_ENV", "GITHUB_PATH")
_EXPRESSION: Final = re.compile(r"\$\{\{\s*(.+?)\s*\}\}")
_NAME: Final = re.compile(r"[a-z]+(\.[A-Za-z_][\w-]*)+")


@dataclass(slots=True, kw_only=True)
class Ended:
    """`used` are the actions of others that GitHub would have run besides; `said` is all that the steps printed."""

    failed: bool = False
    outputs: dict[str, str] = field(default_factory=dict)
    steps: dict[str, dict[str, str]] = field(default_factory=dict)
    used: list[str] = field(default_factory=list)
    said: str = ""
    summary: str = ""


def definition(folder: Path = ROOT) -> dict[str, Any]:
    found: dict[str, Any] = yaml.safe_load((folder / "action.yml").read_text(encoding="utf-8"))
    return found


def run(action: Path, given: Mapping[str, str], workspace: Path, temporary: Path) -> Ended:
    """Executes the action at a path, in a repository that was checked out to `workspace`."""
    described = definition(action)
    unknown = given.keys() - described["inputs"].keys()
    assert not unknown, f"inputs that the action does not have: {unknown}"
    values = {name: given.get(name, told.get("default", "")) for name, told in described["inputs"].items()}
    ended = Ended()
    for number, step in enumerate(described["runs"]["steps"]):
        if "uses" in step:
            ended.used.append(step["uses"])
        elif not ended.failed:
            assert "if" not in step, "conditions of shell steps are not understood"
            _execute(step, values, ended, action, workspace, temporary / str(number))
    ended.outputs = {name: _filled(told["value"], values, ended) for name, told in described["outputs"].items()}
    return ended


def _execute(
    step: Mapping[str, Any], values: Mapping[str, str], ended: Ended, action: Path, workspace: Path, folder: Path
) -> None:
    own = {name: _filled(text, values, ended) for name, text in step.get("env", {}).items()}
    script = _filled(step["run"], values, ended)
    assert step["shell"] == "bash"
    done = shell(script, {"GITHUB_ACTION_PATH": str(action), **own}, workspace, folder)
    ended.failed = done.code != 0
    ended.said += done.said
    ended.summary += done.summary
    if "id" in step:
        ended.steps[step["id"]] = dict(done.outputs)


@dataclass(frozen=True, slots=True, kw_only=True)
class Shell:
    """What one shell step left behind."""

    code: int
    outputs: Mapping[str, str]
    said: str
    summary: str


def shell(script: str, environment: Mapping[str, str], workspace: Path, folder: Path) -> Shell:
    """Executes a step in `workspace`; `folder` is made for its files."""
    folder.mkdir(parents=True)
    for name in FILES:
        (folder / name).touch()
    path = folder / "step.sh"
    path.write_text(script, encoding="utf-8")
    done = subprocess.run(
        [*BASH, path],
        cwd=workspace,
        env={**_environment(workspace, folder), **environment},
        stdin=subprocess.DEVNULL,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    lines = (folder / "GITHUB_OUTPUT").read_text(encoding="utf-8").splitlines()
    return Shell(
        code=done.returncode,
        outputs=dict(line.split("=", 1) for line in lines),
        said=done.stdout,
        summary=(folder / "GITHUB_STEP_SUMMARY").read_text(encoding="utf-8"),
    )


def _environment(workspace: Path, folder: Path) -> dict[str, str]:
    """That of a job, without what the tests' own Python and pytest have put there."""
    ours = ("PYTEST", "VIRTUAL_ENV", "PYTHON", "GITHUB_")
    kept = {name: value for name, value in os.environ.items() if not name.startswith(ours)}
    told = {"CI": "true", "GITHUB_ACTIONS": "true", "GITHUB_WORKSPACE": str(workspace)}
    return {**kept, **told, **{name: str(folder / name) for name in FILES}}


def _filled(text: str, values: Mapping[str, str], ended: Ended) -> str:
    return _EXPRESSION.sub(lambda found: _value(found[1], values, ended), text)


def _value(expression: str, values: Mapping[str, str], ended: Ended) -> str:
    assert _NAME.fullmatch(expression), f"not understood: {expression}"
    match expression.split("."):
        case ["inputs", name]:
            return values[name]
        case ["steps", step, "outputs", name]:
            return ended.steps.get(step, {}).get(name, "")
        case _:
            raise AssertionError(f"not understood: {expression}")

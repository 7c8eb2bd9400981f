"""Which files are scenarios."""

from pathlib import Path

import pytest

from harness.model.errors import UsageError
from harness.scenario.discover import discover
from tests.scenario.writing import GOOD, write


def test_folders_are_searched_and_objects_passed_over(tmp_path: Path) -> None:
    (tmp_path / "b").mkdir()
    (tmp_path / ".hidden").mkdir()
    good, other = write(tmp_path, GOOD), write(tmp_path / "b", GOOD, "other.yml")
    write(tmp_path / ".hidden", GOOD)
    write(tmp_path, "apiVersion: argoproj.io/v1alpha1\nkind: Workflow\n", "workflow.yaml")
    write(tmp_path, "{}", "scenario.schema.json")
    assert discover([tmp_path]) == (other, good)
    assert discover([good, tmp_path, good]) == (good, other)


def test_a_loop_of_folders_ends(tmp_path: Path) -> None:
    good = write(tmp_path, GOOD)
    (tmp_path / "loop").symlink_to(tmp_path)
    assert discover([tmp_path]) == (good,)


def test_a_scenario_is_found_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    (tmp_path / "scenarios").mkdir()
    write(tmp_path / "scenarios", GOOD)
    monkeypatch.chdir(tmp_path)
    assert discover(["good"]) == (Path("scenarios/good.yaml"),)
    with pytest.raises(UsageError, match="did you mean good"):
        discover(["goood"])

"""The cell adds a name and a namespace to the workflow, and nothing else."""

from pathlib import Path

import pytest

from harness.run.submission import MADE_BY, manifest
from harness.scenario.load import discover, load_all

SEEDS = sorted(discover((Path(__file__).parents[2] / "scenarios" / "seeds",)))


@pytest.mark.parametrize("path", SEEDS, ids=lambda path: path.stem)
def test_the_spec_is_untouched(path: Path) -> None:
    for loaded in load_all(path):
        body = manifest(loaded.scenario, "somewhere")
        assert body["spec"] == loaded.scenario.workflow["spec"]
        assert body["metadata"]["namespace"] == "somewhere"
        assert body["metadata"]["name"] == loaded.scenario.name
        assert body["metadata"]["labels"] == MADE_BY


def test_the_scenario_itself_does_not_change() -> None:
    (loaded,) = load_all(SEEDS[0])
    before = loaded.scenario.model_dump_json()
    manifest(loaded.scenario, "elsewhere")
    assert loaded.scenario.model_dump_json() == before

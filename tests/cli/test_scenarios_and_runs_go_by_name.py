"""`export` takes the name of a scenario as `run` does, `report` that of a run as `bundle` does."""

from pathlib import Path

import pytest
from click.testing import CliRunner

from harness.cli.export import export
from harness.cli.report import report
from harness.model.cells import RunInfo
from harness.model.errors import UsageError
from harness.report import publish, results
from harness.report.plan import Plan
from tests.bundle.recorded import cell, run_of

SEEDS = Path("scenarios/seeds")


@pytest.fixture(autouse=True)
def _here(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.chdir(Path(__file__).parents[2])


def exported(*arguments: str) -> str:
    done = CliRunner().invoke(export, arguments, standalone_mode=False)
    if done.exception is not None:
        raise done.exception
    return done.output


def test_a_scenario_is_exported_by_its_name_or_its_file() -> None:
    assert exported("force-delete") == exported(str(SEEDS / "force-delete.yaml"))
    assert exported("delete-pod", "--variant", "force").startswith("version: 1.0.0\ntitle: A step whose pod")


@pytest.mark.parametrize(
    ("name", "told"),
    [
        ("force-delet", "no such file, folder or scenario: force-delet; did you mean force-delete?"),
        (
            str(SEEDS),
            f"{SEEDS} has {len(list(SEEDS.glob('*.yaml')))} scenarios, and one is wanted; name one of ",
        ),
        ("delete-pod", "delete-pod has the variants short-grace, long-grace, force, and one is wanted"),
    ],
)
def test_what_is_no_one_scenario_is_told(name: str, told: str) -> None:
    with pytest.raises(UsageError) as raised:
        exported(name)
    assert str(raised.value).startswith(told)


def test_reports_are_made_again_of_a_run_by_its_name(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = run_of(tmp_path)
    results.write(info, (cell(info, "task-result-lost", "v3.5.10"),), Plan(cells=(), unavailable={}))
    asked: list[Path] = []

    def finish(run: RunInfo, *_: object, record: bool) -> tuple[str, ...]:
        asked.append(run.folder)
        return ()

    monkeypatch.setattr(publish, "finish", finish)
    monkeypatch.chdir(tmp_path)
    for name in (info.folder.name, str(info.folder), f"reports/{info.folder.name}"):
        assert CliRunner().invoke(report, [name], standalone_mode=False).exception is None
    assert asked == [info.folder.resolve()] * 3


def test_a_run_that_is_not_there_is_told_with_those_that_are(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    info = run_of(tmp_path)
    results.write(info, (), Plan(cells=(), unavailable={}))
    monkeypatch.chdir(tmp_path)
    done = CliRunner().invoke(report, [], standalone_mode=False)
    assert str(done.exception) == (
        f"latest is no folder of a run: it has no results.json; runs in reports: {info.folder.name}"
    )

"""Exit codes and campaigns: what was selected and did not run, or died, must show."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import replace
from types import SimpleNamespace
from typing import TYPE_CHECKING, NoReturn

import pytest

from harness.build import progress
from harness.cli.judge import Tally
from harness.cli.main import main
from harness.cli.run import exit_code
from harness.history.format import encode_header
from harness.model.errors import ClusterFailed, Exit, HarnessError
from harness.model.release import Release
from harness.model.verdicts import Judgement, Verdict
from harness.run.campaign import Campaign
from harness.run.options import Options
from harness.run.plan import CellPlan
from harness.run.rejudging import Rejudged, Standing
from harness.scenario.load import load
from tests.oracles.build import header
from tests.scenario.writing import GOOD, write

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.model.cells import CellResult

PATIENCE = 5.0
ARGO = Release.parse("v3.7.15")


def plans(folder: Path, *names: str) -> list[CellPlan]:
    made = []
    for name in names:
        path = write(folder, GOOD.replace("name: good", f"name: {name}", 1), f"{name}.yaml")
        made.append(CellPlan(loaded=load(path), argo=ARGO))
    return made


def options(folder: Path) -> Options:
    return Options(folder=folder, run="r", clusters=1)


def no_cluster(*_: object) -> NoReturn:
    raise ClusterFailed("etcd did not start")


@contextmanager
def empty_cluster(*_: object) -> Iterator[object]:
    yield SimpleNamespace(prefix="")


@pytest.mark.parametrize("code", [pytest.ExitCode.INTERNAL_ERROR, pytest.ExitCode.TESTS_FAILED])
def test_trouble_of_pytest_is_not_outvoted_by_the_cells_that_were_done(code: pytest.ExitCode) -> None:
    """A plugin crashed after the first of two cells: the second one never ran, and the run was green."""
    assert exit_code(code, (Verdict.PASS,)) != Exit.OK


def test_a_run_without_any_verdict_is_not_green() -> None:
    """PYTEST_ADDOPTS=--collect-only, for one: pytest is content, and no cell has run."""
    assert exit_code(pytest.ExitCode.OK, ()) != Exit.OK


def test_a_run_of_nothing_but_declared_skips_is_green() -> None:
    """A skip carries its reason in the scenario and in the grid."""
    assert exit_code(pytest.ExitCode.OK, (Verdict.SKIPPED, Verdict.SKIPPED)) == Exit.OK


def test_nothing_matched_is_wrong_usage() -> None:
    """Withstood: `-k` that matches nothing."""
    assert exit_code(pytest.ExitCode.NO_TESTS_COLLECTED, ()) == Exit.USAGE


def test_the_worst_verdict_counts() -> None:
    """Withstood."""
    assert exit_code(pytest.ExitCode.TESTS_FAILED, (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL)) == 3
    assert exit_code(pytest.ExitCode.TESTS_FAILED, (Verdict.KNOWN_BUG, Verdict.INFRA)) == 4


def test_an_empty_folder_of_scenarios_is_wrong_usage(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Withstood."""
    with pytest.raises(SystemExit) as stopped:
        main(["run", str(tmp_path)])
    assert stopped.value.code == Exit.USAGE
    assert "no scenario" in capsys.readouterr().err


def test_one_name_in_two_folders_is_refused_by_run(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Withstood."""
    for name in ("a", "b"):
        (tmp_path / name).mkdir()
        write(tmp_path / name, GOOD)
    with pytest.raises(SystemExit) as stopped:
        main(["run", str(tmp_path)])
    assert stopped.value.code == Exit.USAGE
    assert "is taken by" in capsys.readouterr().err


def test_a_campaign_refuses_two_cells_of_one_name(tmp_path: Path) -> None:
    """`pytest a/ b/ --argo ...` lints file by file: two scenarios `good` would share one result and one folder."""
    (plan,) = plans(tmp_path, "good")
    twin = replace(plan, loaded=load(write(tmp_path, GOOD)))
    with pytest.raises(HarnessError):
        Campaign([plan, twin], options(tmp_path), progress.to())


def settled(campaign: Campaign, plan: CellPlan) -> CellResult:
    return campaign.result(plan, PATIENCE)


def test_every_cell_is_settled_although_the_report_cannot_be_written(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The disk is full: the listener raises, its group dies, and pytest waits for the rest for ever."""

    def full(_: CellResult) -> NoReturn:
        raise OSError("No space left on device")

    monkeypatch.setattr("harness.run.ground.opened", no_cluster)
    cells = plans(tmp_path, "one", "two", "three")
    campaign = Campaign(cells, options(tmp_path), progress.to())
    campaign.on_result = full
    campaign.start()
    campaign.close()
    assert [settled(campaign, plan).judgement.verdict for plan in cells] == [Verdict.INFRA] * 3


def test_every_cell_is_settled_when_the_cluster_does_not_start(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Withstood."""
    monkeypatch.setattr("harness.run.ground.opened", no_cluster)
    cells = plans(tmp_path, "one", "two")
    campaign = Campaign(cells, options(tmp_path), progress.to())
    campaign.start()
    campaign.close()
    assert [settled(campaign, plan).judgement.verdict for plan in cells] == [Verdict.INFRA] * 2


def test_a_cluster_that_fails_under_a_cell_is_replaced_and_the_cell_run_again(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The second try writes its history into the same folder, where one is already: it dies of FileExistsError."""
    folders: list[Path] = []

    def broken(_: object, __: object, folder: Path, *___: object) -> NoReturn:
        folders.append(folder)
        raise ClusterFailed("the API server is gone")

    monkeypatch.setattr("harness.run.ground.opened", empty_cluster)
    monkeypatch.setattr("harness.run.headers.header", lambda *_: header())
    monkeypatch.setattr("harness.run.campaign.attempt", broken)
    campaign = Campaign(plans(tmp_path, "one"), options(tmp_path), progress.to())
    campaign.start()
    campaign.close()
    assert len(folders) == len(set(folders)) == 2


def test_a_group_that_never_began_is_settled_when_the_run_is_stopped(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Its future is cancelled while it waits for a place: nobody settles its cells, and the reports lack them."""
    monkeypatch.setattr("harness.run.ground.opened", no_cluster)
    cells = plans(tmp_path, "one")
    campaign = Campaign(cells, options(tmp_path), progress.to())
    campaign._pool.submit(lambda: campaign._cancelled.wait(PATIENCE))
    campaign.start()
    campaign.cancel("stopped")
    campaign.close()
    assert campaign.result(cells[0], 0.5).judgement.verdict is Verdict.INCONCLUSIVE


def test_judging_a_folder_without_histories_is_not_green(tmp_path: Path) -> None:
    """`shakedown judge reports/typo`: nothing is printed, and the exit code is 0."""
    (tmp_path / "oom.jsonl").write_text(encode_header(header()) + "\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["judge", str(tmp_path)])
    assert stopped.value.code != Exit.OK


def test_judging_a_run_again_judges_what_the_run_judged(tmp_path: Path) -> None:
    """A cell that was tried twice has two histories: the inconclusive first one counts no more than in the run."""
    cell = tmp_path / "cells" / "good" / "v3.7.15"
    said = Tally()
    for folder, verdict in ((cell, Verdict.INCONCLUSIVE), (cell / "attempt-2", Verdict.PASS)):
        judgement = Judgement(verdict=verdict, reason="")
        said.add(Rejudged(history=folder / "history.jsonl", name="", judgement=judgement, standing=Standing.SAME))
    assert said.exit_code == Exit.OK
    other = Judgement(verdict=Verdict.INCONCLUSIVE, reason="")
    said.add(Rejudged(history=tmp_path / "other.jsonl", name="", judgement=other, standing=Standing.SAME))
    assert said.exit_code == Exit.INCONCLUSIVE


def test_a_stored_history_without_its_end_is_infra(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    """Withstood."""
    path = tmp_path / "history.jsonl"
    path.write_text(encode_header(header()) + "\n", encoding="utf-8")
    with pytest.raises(SystemExit) as stopped:
        main(["judge", str(path)])
    assert stopped.value.code == Exit.INFRA
    assert "truncated" in capsys.readouterr().out

"""A merged report says what the jobs said, all of it, and nothing that none of them said."""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any
from xml.etree import ElementTree

import pytest
from click.testing import CliRunner, Result

from harness.cli.merge import merge
from harness.model.column import Column
from harness.model.errors import UsageError
from harness.model.verdicts import Verdict
from harness.report import allure_merging, allure_pages, merging, results, trends
from harness.report.plan import Plan

if TYPE_CHECKING:
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

OLD, NEW, LOST = "v3.5.10", "v3.7.15", "v3.6.10"


@dataclass(frozen=True, slots=True, kw_only=True)
class Jobs:
    """Two jobs, each of which ran one release, and the folder to which their artefacts were downloaded."""

    folder: Path
    old: RunInfo
    new: RunInfo
    cells: tuple[CellResult, ...]

    def of(self, argo: str) -> tuple[CellResult, ...]:
        return tuple(cell for cell in self.cells if cell.argo == argo)

    def merge(self, reports: Path, **promised: tuple[tuple[str, Column], ...]) -> merging.Merged:
        return merging.merge(merging.find([self.folder]), reports, **promised)


@pytest.fixture
def jobs(run: RunInfo, cells: tuple[CellResult, ...], tmp_path: Path) -> Jobs:
    """The cells of every verdict, as if either release had been run on a machine of its own."""
    folder = run.folder.parent
    other = replace(run, name="2026-01-02-030406", folder=folder / "2026-01-02-030406", argo=(NEW,))
    made = Jobs(folder=folder, old=replace(run, argo=(OLD,)), new=other, cells=cells)
    for each in (made.old, made.new):
        mine = made.of(each.argo[0])
        allure_results(results.write(each, mine, planned(mine)).parent / allure_merging.FOLDER, mine)
    return made


def planned(cells: tuple[CellResult, ...]) -> Plan:
    return Plan(cells=tuple((cell.scenario, cell.column) for cell in cells))


def allure_results(folder: Path, cells: tuple[CellResult, ...]) -> None:
    """The little of an Allure result that tells of which cell it is."""
    folder.mkdir(parents=True)
    for cell in cells:
        labels = [{"name": "ALLURE_ID", "value": cell.scenario}, {"name": "argo", "value": cell.argo}]
        told = {"uuid": f"{cell.scenario}-{cell.argo}-{cell.kubernetes}", "labels": labels, "stop": 1}
        told |= {"parameters": [{"name": "argo", "value": cell.argo}], "historyId": "h"}
        (folder / f"{told['uuid']}-result.json").write_text(json.dumps(told), encoding="utf-8")


def called(*words: Path | str) -> Result:
    return CliRunner().invoke(merge, [str(word) for word in words], standalone_mode=False)


def by_name(cells: tuple[CellResult, ...]) -> dict[tuple[str, str], Any]:
    return {(cell.scenario, cell.argo): (cell.judgement, cell.earlier, cell.seconds, cell.kubernetes) for cell in cells}


def test_every_verdict_stays_as_it_was(jobs: Jobs, tmp_path: Path) -> None:
    merged = jobs.merge(tmp_path / "merged")
    assert by_name(merged.cells) == by_name(jobs.cells)
    assert merged.run.argo == (OLD, NEW)
    stored = results.read(results.write(merged.run, merged.cells, merged.plan))
    assert by_name(stored.cells) == by_name(jobs.cells)


def test_the_report_holds_all_that_the_jobs_brought(jobs: Jobs, tmp_path: Path) -> None:
    merged = jobs.merge(tmp_path / "merged")
    results.write(merged.run, merged.cells, merged.plan)
    shutil.rmtree(jobs.folder)
    moved = merged.run.folder.rename(tmp_path / "elsewhere")
    files = [cell.artefacts for cell in results.read(moved).cells if cell.artefacts]
    assert len(files) == 1
    for path in (files[0].history, files[0].workflow, files[0].controller_log, *files[0].logs):
        assert path is not None
        assert path.is_relative_to(moved)
        assert path.is_file()


def test_a_job_that_is_missing_is_shown_as_not_run(jobs: Jobs, tmp_path: Path) -> None:
    expect = tmp_path / "matrix.json"
    expect.write_text(json.dumps({"expected": [{"scenario": "oom-main", "argo": argo} for argo in (OLD, NEW, LOST)]}))
    done = called(jobs.folder, "--expect", expect, "--reports", tmp_path / "merged")
    folder = tmp_path / "merged" / "latest"
    assert f"not run: oom-main on {LOST}" in done.output
    assert {"scenario": "oom-main", "argo": LOST, "kubernetes": "v1.33.13"} in json.loads(
        (folder / results.FILE).read_text()
    )["expected"]
    suites = ElementTree.parse(folder / "junit.xml").findall("testsuite")
    suite = next(each for each in suites if each.get("name") == f"Argo {LOST}")
    assert (suite.get("tests"), suite.get("errors")) == ("1", "1")
    assert LOST in (folder / "grid.md").read_text(encoding="utf-8")
    lost = [told for told in allure(folder) if told.get("status")]
    assert [(told["name"], told["status"], told["statusDetails"]["message"]) for told in lost] == [
        ("oom-main", "broken", allure_merging.NOT_RUN)
    ]


def allure(folder: Path) -> list[dict[str, Any]]:
    return [json.loads(path.read_bytes()) for path in (folder / allure_merging.FOLDER).glob("*-result.json")]


def test_what_a_job_did_not_come_to_is_not_run_in_the_whole(jobs: Jobs, tmp_path: Path) -> None:
    results.write(jobs.new, (), planned(jobs.of(NEW)))
    merged = jobs.merge(tmp_path / "merged")
    assert set(merged.missing) == set(planned(jobs.of(NEW)).cells)


def test_allure_has_a_result_for_every_cell(jobs: Jobs, tmp_path: Path) -> None:
    merged = jobs.merge(tmp_path / "merged", promised=(("oom-main", Column(LOST)),))
    assert allure_merging.gather(merged) == ()
    pages = allure_pages.find(merged.run.folder / allure_merging.FOLDER)
    assert set(pages) == {(cell.scenario, cell.column) for cell in jobs.cells} | {("oom-main", Column(LOST))}


def test_cells_that_allure_cannot_show_are_told(jobs: Jobs, tmp_path: Path) -> None:
    shutil.rmtree(jobs.new.folder / allure_merging.FOLDER)
    merged = jobs.merge(tmp_path / "merged")
    count = len(jobs.of(NEW))
    assert allure_merging.gather(merged) == (
        f"the Allure report lacks {count} of {count} cells of {jobs.new.name}: it has no whole allure-results;"
        " the grid has them",
    )


def test_a_cell_that_two_jobs_ran_is_refused(jobs: Jobs, tmp_path: Path) -> None:
    results.write(jobs.new, jobs.of(OLD))
    with pytest.raises(UsageError, match=rf"oom-main on {OLD} \(Kubernetes v1.33.13, local\) is in .* and in"):
        jobs.merge(tmp_path / "merged")
    assert not (tmp_path / "merged").exists()


@pytest.mark.parametrize("other", [{"provider": "kind"}, {"kubernetes": "v1.31.14"}])
def test_the_same_cell_elsewhere_is_another_one(jobs: Jobs, tmp_path: Path, other: dict[str, Any]) -> None:
    elsewhere = tuple(replace(cell, artefacts=None, **other) for cell in jobs.of(OLD))
    run: dict[str, Any] = {name: (value,) if name == "kubernetes" else value for name, value in other.items()}
    results.write(replace(jobs.new, **run), elsewhere)
    merged = jobs.merge(tmp_path / "merged")
    assert len(merged.cells) == 2 * len(elsewhere)
    assert next(iter(other.values())) in f"{merged.run.provider} {merged.run.on}"


def test_jobs_on_two_kubernetes_have_columns_of_their_own(jobs: Jobs, tmp_path: Path) -> None:
    other = "v1.34.4"
    elsewhere = tuple(replace(cell, artefacts=None, kubernetes=other) for cell in jobs.of(OLD))
    results.write(replace(jobs.new, kubernetes=(other,), argo=(OLD,)), elsewhere)
    shutil.rmtree(jobs.new.folder / allure_merging.FOLDER)
    allure_results(jobs.new.folder / allure_merging.FOLDER, elsewhere)
    merged = jobs.merge(tmp_path / "merged", promised=(("oom-main", Column(LOST, other)),))
    columns = {Column(OLD, "v1.33.13"), Column(OLD, other)}
    assert {cell.column for cell in merged.cells} == columns
    assert merged.missing == (("oom-main", Column(LOST, other)),)
    assert allure_merging.gather(merged) == ()
    pages = allure_pages.find(merged.run.folder / allure_merging.FOLDER)
    assert {column for _, column in pages} == {*columns, Column(LOST, other)}


def test_a_run_that_is_handed_in_twice_is_refused(jobs: Jobs, tmp_path: Path) -> None:
    shutil.copytree(jobs.old.folder, jobs.folder / "copy")
    with pytest.raises(UsageError, match=rf"are both the run {jobs.old.name}; hand in each run once"):
        jobs.merge(tmp_path / "merged")


def test_the_link_to_the_latest_run_is_no_run_of_its_own(jobs: Jobs) -> None:
    (jobs.folder / "latest").symlink_to(jobs.new.folder.name)
    assert merging.find([jobs.folder, jobs.folder / "latest"]) == (jobs.old.folder, jobs.new.folder)


@pytest.mark.parametrize(
    ("verdicts", "code"),
    [
        ((Verdict.PASS, Verdict.KNOWN_BUG, Verdict.SKIPPED), 0),
        ((Verdict.PASS, Verdict.FAIL), 1),
        ((Verdict.FIXED, Verdict.PASS), 1),
        ((Verdict.FAIL, Verdict.INCONCLUSIVE), 3),
        ((Verdict.INCONCLUSIVE, Verdict.INFRA), 4),
    ],
)
def test_the_worst_verdict_of_all_jobs_decides(
    jobs: Jobs, tmp_path: Path, verdicts: tuple[Verdict, ...], code: int
) -> None:
    model = jobs.of(NEW)[0]
    ended = tuple(
        replace(model, scenario=f"s{number}", judgement=replace(model.judgement, verdict=verdict))
        for number, verdict in enumerate(verdicts)
    )
    results.write(jobs.old, ended[:1], planned(ended[:1]))
    results.write(jobs.new, ended[1:], planned(ended[1:]))
    assert jobs.merge(tmp_path / "merged").exit_code == code


def test_green_jobs_with_one_missing_are_not_green(jobs: Jobs, tmp_path: Path) -> None:
    green = tuple(cell for cell in jobs.of(NEW) if cell.judgement.verdict is Verdict.PASS)
    results.write(jobs.new, green, planned(green))
    shutil.rmtree(jobs.old.folder)
    assert jobs.merge(tmp_path / "whole").exit_code == 0
    assert jobs.merge(tmp_path / "lacking", promised=(("oom-main", Column(OLD)),)).exit_code == 4


def test_jobs_that_ran_nothing_are_not_green(jobs: Jobs, tmp_path: Path) -> None:
    for each in (jobs.old, jobs.new):
        results.write(each, ())
    assert jobs.merge(tmp_path / "merged").exit_code == 4


def test_a_release_that_one_job_could_not_have_stays_so(jobs: Jobs, tmp_path: Path) -> None:
    results.write(jobs.new, (), Plan(cells=(("oom-main", Column(NEW)),), unavailable={NEW: "it is refused"}))
    assert jobs.merge(tmp_path / "merged").plan.unavailable == {NEW: "it is refused"}


def test_runs_of_other_machines_are_remembered_once(jobs: Jobs, tmp_path: Path) -> None:
    called(jobs.folder, "--reports", tmp_path / "merged")
    told = (tmp_path / "merged" / trends.FILE).read_text().splitlines()
    assert len(told) == len(jobs.cells)
    called(jobs.folder, "--reports", jobs.folder)
    assert not (jobs.folder / trends.FILE).exists()


def test_github_shows_the_whole_grid(jobs: Jobs, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(tmp_path / "summary.md"))
    called(jobs.folder, "--reports", tmp_path / "merged")
    assert f"| scenario | {OLD} | {NEW} |" in (tmp_path / "summary.md").read_text(encoding="utf-8")


def test_a_matrix_of_which_no_job_came_back_is_all_not_run(tmp_path: Path) -> None:
    expect, jobs = tmp_path / "matrix.json", tmp_path / "jobs"
    expect.write_text(json.dumps({"expected": [{"scenario": "oom-main", "argo": OLD}]}))
    jobs.mkdir()
    done = called(jobs, "--expect", expect, "--reports", tmp_path / "merged")
    assert done.return_value == 4
    assert f"not run: oom-main on {OLD}" in done.output


def test_folders_without_a_run_are_wrong_usage(tmp_path: Path) -> None:
    done = called(tmp_path)
    assert isinstance(done.exception, UsageError)
    assert "no run below" in str(done.exception)


@pytest.mark.parametrize("text", ["", "[]", "{}", '{"expected": [{"scenario": "one"}]}', '{"expected": 3}'])
def test_a_file_that_promises_nothing_is_wrong_usage(tmp_path: Path, text: str) -> None:
    path = tmp_path / "matrix.json"
    path.write_text(text)
    with pytest.raises(UsageError, match="does not say which cells are expected"):
        merging.expected(path)

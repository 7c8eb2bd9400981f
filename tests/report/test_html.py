"""The HTML report with a real Node where there is one; where there is none, the fallback is what is tested."""

from __future__ import annotations

import io
import json
import os
import re
import select
from base64 import b64decode
from typing import TYPE_CHECKING

import pytest

from harness.model.errors import GaveUpWaiting, MachineUnfit, UsageError
from harness.report import allure_config, allure_html, node, publish, results
from harness.report.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

    Replay = Callable[..., str]

LEFT_OUT = "the Allure report was left out: "


@pytest.fixture
def recorded(run: RunInfo, cells: tuple[CellResult, ...], replay: Replay, tmp_path: Path) -> RunInfo:
    """A run with Allure results, where `publish.finish` looks for them."""
    results.write(run, cells)
    replay(run.folder, tmp_path / "here", f"--alluredir={run.folder / publish.ALLURE_RESULTS}")
    return run


def _node_is_here() -> bool:
    try:
        node.find()
    except MachineUnfit:
        return False
    return True


def test_the_report_is_made_or_the_grid_takes_its_place(
    recorded: RunInfo, cells: tuple[CellResult, ...], tmp_path: Path
) -> None:
    out = io.StringIO()
    lines = publish.finish(recorded, cells, stream=out)
    html = (recorded.folder / "index.html").read_text()
    if not _node_is_here():
        assert lines[0].startswith(f"{LEFT_OUT}node is ")
        assert node.CURE in html
        return
    assert lines == (f"report: {recorded.folder / 'grid.html'}, Allure: {recorded.folder / 'index.html'}",)
    assert len(html) > 2_000_000
    inside = _decoded(html)
    assert str(tmp_path) not in inside
    assert not (recorded.folder / ".allure").exists()
    assert "googletagmanager" not in html
    assert "Content-Security-Policy" in html
    assert "Argo Shakedown 2026-01-02-030405</title>" in inside
    assert '{"id":"argo-v3-5-10","name":"Argo v3.5.10"}' in inside
    for name in ("Known bug", "Wrong outcome", "Known bug did not show", "Inconclusive", "Infra"):
        assert f'"type":"category","name":"{name}"' in inside
    assert "1 known bug" in out.getvalue()
    _check_history(recorded, cells)


def _decoded(html: str) -> str:
    """Allure keeps every file of the report in the page, as base64."""
    return "".join(
        b64decode(data).decode(errors="replace") for data in re.findall(r'd\("[^"]+"\s*,\s*"([^"]*)"\)', html)
    )


def _check_history(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    """Trends go by scenario and release: one entry for each cell, none lost to another release."""
    history = run.folder.parent / allure_config.HISTORY
    assert [len(json.loads(line)["testResults"]) for line in history.read_text().splitlines()] == [len(cells)]
    publish.html_report(run, cells, record=False)
    publish.finish(run, cells, stream=io.StringIO())
    assert [len(json.loads(line)["testResults"]) for line in history.read_text().splitlines()] == [len(cells)] * 2


def test_a_machine_without_node_gets_the_grid(
    recorded: RunInfo, cells: tuple[CellResult, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(node, "_tool", lambda name: None)
    lines = publish.finish(recorded, cells, stream=io.StringIO())
    assert lines[0] == f"{LEFT_OUT}node is missing; {node.CURE}"
    html = (recorded.folder / "index.html").read_text()
    assert "node is missing" in html
    assert "task-result-lost" in html


@pytest.mark.parametrize(
    ("script", "said"),
    [
        ("echo v16.20.2", f"node is v16.20.2, which is too old; {node.CURE}"),
        ("exit 7", "node --version exited 7: nothing"),
    ],
)
def test_an_old_or_broken_node_is_one_clear_line(
    recorded: RunInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, script: str, said: str
) -> None:
    _put_tool(tmp_path / "bin", "node", script)
    monkeypatch.setattr(node, "_tool", lambda name: tmp_path / "bin" / name)
    assert allure_html.generate(recorded, recorded.folder / publish.ALLURE_RESULTS) == LEFT_OUT + said


def test_an_install_that_fails_leaves_nothing_half_made(
    recorded: RunInfo, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    _put_tool(tmp_path / "bin", "node", "echo v22.1.0")
    _put_tool(tmp_path / "bin", "npm", "mkdir node_modules; echo npm error network >&2; exit 1")
    monkeypatch.setattr(node, "_tool", lambda name: tmp_path / "bin" / name)
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path / "cache"))
    said = allure_html.generate(recorded, recorded.folder / publish.ALLURE_RESULTS)
    assert said == f"{LEFT_OUT}npm ci exited 1: npm error network"
    assert list((tmp_path / "cache" / "allure").iterdir()) == []


def test_a_program_that_hangs_is_given_up_with_all_its_children(tmp_path: Path) -> None:
    _put_tool(tmp_path, "hang", "echo starting; sleep 60 & echo $! > child; wait")
    with pytest.raises(GaveUpWaiting, match=r"^hang install was not done after 1 s; it said last: starting"):
        node.call([str(tmp_path / "hang"), "install"], cwd=tmp_path, seconds=1)
    assert _ends(int((tmp_path / "child").read_text()))


def _ends(process: int) -> bool:
    try:
        handle = os.pidfd_open(process)
    except ProcessLookupError:
        return True
    try:
        return bool(select.select([handle], [], [], 5)[0])
    finally:
        os.close(handle)


def _put_tool(folder: Path, name: str, script: str) -> None:
    folder.mkdir(exist_ok=True)
    (folder / name).write_text(f"#!/bin/sh\n{script}\n")
    (folder / name).chmod(0o755)


def test_no_results_no_report(run: RunInfo) -> None:
    assert allure_html.generate(run, run.folder / "nothing").startswith(f"{LEFT_OUT}there are no Allure results")


def test_the_lock_file_names_no_registry_and_pins_everything() -> None:
    lock = json.loads((allure_html.PINNED / "package-lock.json").read_text())
    packages = {name: package for name, package in lock["packages"].items() if name}
    assert packages["node_modules/allure"]["version"] == "3.18.0"
    assert not [name for name, package in packages.items() if "resolved" in package]
    assert not [name for name, package in packages.items() if "integrity" not in package]
    assert not [name for name, package in packages.items() if package.get("hasInstallScript")]


def test_an_interrupted_run_tells_what_is_missing(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    plan = Plan(cells=tuple((cell.scenario, cell.column) for cell in cells))
    assert publish.begin(run, plan) == ()
    publish.progress(run, cells[:2], plan)
    assert len(results.read(run.folder.parent / "latest").cells) == 2
    publish.finish(run, cells[:2], plan, stream=io.StringIO(), html=False)
    for view in ("grid.md", "grid.html", "share.html", "badge.svg", "junit.xml"):
        assert re.search("not[ -]run", (run.folder / view).read_text()), view


def test_releases_become_environments_with_lawful_names(run: RunInfo) -> None:
    text = allure_config.render(run, results="../r", output="made", history="../../h")
    assert '"argo-v3-5-10": { ...{"name": "Argo v3.5.10"' in text
    assert text.count("matchers: [is(") == 7


def test_the_quality_gate_asks_for_every_cell_and_changes_nothing(
    recorded: RunInfo, cells: tuple[CellResult, ...]
) -> None:
    found = recorded.folder / publish.ALLURE_RESULTS
    if not _node_is_here():
        with pytest.raises(MachineUnfit):
            allure_html.gate(recorded, found, len(cells))
        return
    assert "failed tests" in allure_html.gate(recorded, found, len(cells))
    for path in found.glob("*-result.json"):
        path.write_text(json.dumps({**json.loads(path.read_text()), "status": "passed"}))
    assert allure_html.gate(recorded, found, len(cells)) == ""
    assert f"less than the expected threshold value {len(cells) + 1}" in allure_html.gate(
        recorded, found, len(cells) + 1
    )
    assert not (recorded.folder.parent / allure_config.HISTORY).exists()


def test_a_run_without_allure_results_has_no_gate(run: RunInfo) -> None:
    with pytest.raises(UsageError, match="has no Allure results"):
        allure_html.gate(run, run.folder / "nothing", 1)

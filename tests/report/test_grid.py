from __future__ import annotations

import io
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from harness.model.column import Column
from harness.model.verdicts import Verdict
from harness.report import grid, links, markdown, marks, page, terminal
from harness.report.marks import Mark
from harness.report.plan import Plan

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

    Golden = Callable[[str, str], None]

PLAN = Plan(
    cells=(
        ("oom-main", Column("v3.5.10")),
        ("oom-main", Column("v3.4.99")),
        ("not-reached", Column("v3.7.15")),
        ("drain", Column("v3.4.99")),
    ),
    unavailable={"v3.4.99": "no such tag"},
)
PAST = {("oom-main", "v3.5.10", "v1.33.13"): (Mark.PASS, Mark.PASS, Mark.FAIL, Mark.KNOWN_BUG, Mark.PASS)}


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def _drawn(run: RunInfo, cells: tuple[CellResult, ...], width: int) -> str:
    stream = Terminal()
    terminal.render(run, cells, run.argo, PLAN, PAST, stream=stream, width=width)
    return stream.getvalue()


@pytest.fixture(autouse=True)
def _plain_environment(monkeypatch: pytest.MonkeyPatch) -> None:
    for name in ("NO_COLOR", "FORCE_COLOR", "TERM", "COLORTERM", "COLUMNS", "GITHUB_STEP_SUMMARY"):
        monkeypatch.delenv(name, raising=False)


def test_markdown(run: RunInfo, cells: tuple[CellResult, ...], golden: Golden) -> None:
    golden("grid.md", markdown.render(run, cells, run.argo, PLAN, PAST))


def test_markdown_without_links(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    assert "history.jsonl" not in markdown.render(run, cells, run.argo, PLAN, linked=False)


def test_html_page(run: RunInfo, cells: tuple[CellResult, ...], golden: Golden) -> None:
    html = page.render(run, cells, run.argo, PLAN, PAST, note="Allure was <left out>")
    golden("grid.html", re.sub(r"(?s)<(style|script)>.*?</\1>", "", html))


@pytest.mark.parametrize("width", [120, 50])
def test_terminal(run: RunInfo, cells: tuple[CellResult, ...], golden: Golden, width: int) -> None:
    golden(f"terminal-{width}.txt", _without_colour(_drawn(run, cells, width)))


def _without_colour(text: str) -> str:
    return "".join(f"{line.rstrip()}\n" for line in re.sub(r"\x1b\[[0-9;]*m", "", text).splitlines())


def test_a_log_file_gets_plain_lines(run: RunInfo, cells: tuple[CellResult, ...], golden: Golden) -> None:
    stream = io.StringIO()
    terminal.render(run, cells, run.argo, PLAN, stream=stream)
    golden("terminal-plain.txt", stream.getvalue())


def test_colour_only_where_it_is_wanted(
    run: RunInfo, cells: tuple[CellResult, ...], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("TERM", "xterm-256color")
    assert "\x1b[32m" in _drawn(run, cells, 120)
    monkeypatch.setenv("NO_COLOR", "1")
    assert "\x1b[3" not in _drawn(run, cells, 120)


def test_three_ways_of_having_no_verdict(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    table = grid.arrange(cells, run.argo, PLAN)
    assert table.columns == (Column("v3.5.10"), Column("v3.7.15"), Column("v3.4.99"))
    rows = {row.scenario: [square.mark for square in row.squares] for row in table.rows}
    assert rows["drain"] == [Mark.FAIL, Mark.INCONCLUSIVE, Mark.UNAVAILABLE]
    assert rows["not-reached"] == [Mark.UNSELECTED, Mark.NOT_RUN, Mark.UNSELECTED]
    assert rows["task-result-relabelled"] == [Mark.UNSELECTED, Mark.SKIPPED, Mark.UNSELECTED]


def test_failures_come_first(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    names = [row.scenario for row in grid.arrange(cells, run.argo).rows]
    assert names == ["drain", "force-delete", "task-result-lost", "task-result-relabelled", "oom-main"]


def test_every_verdict_has_a_mark_and_an_icon(cells: tuple[CellResult, ...]) -> None:
    for verdict in {cell.judgement.verdict for cell in cells}:
        assert markdown.ICONS[marks.mark_of(verdict)]


def test_no_two_marks_look_alike() -> None:
    for shown in ([mark.glyph for mark in Mark], [mark.dot for mark in Mark], [markdown.ICONS[mark] for mark in Mark]):
        assert len(set(shown)) == len(Mark)


def test_repetitions_show_the_worst_and_how_often(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    good, bad = cells[1], cells[4]
    (row,) = grid.arrange((bad, _judged_like(bad, good), _judged_like(bad, good)), ("v3.5.10",)).rows
    assert row.squares[0].word == "fail 1/3"


def _judged_like(bad: CellResult, good: CellResult) -> CellResult:
    return replace(bad, judgement=good.judgement)


def test_a_run_without_cells(run: RunInfo) -> None:
    assert "no cells" in markdown.render(run, (), run.argo)
    stream = io.StringIO()
    terminal.render(run, (), run.argo, stream=stream)
    assert stream.getvalue() == "no cells\n"


def test_the_step_summary_is_appended_to(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    markdown.append_step_summary("grid\n")
    assert summary.read_text() == "before\ngrid\n"


def test_a_step_summary_stays_within_what_github_shows(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """Of a larger one GitHub shows nothing at all."""
    summary = tmp_path / "summary.md"
    summary.write_text("before\n")
    monkeypatch.setenv("GITHUB_STEP_SUMMARY", str(summary))
    markdown.append_step_summary("".join(f"| {number} ✅ {'x' * 300} |\n" for number in range(5000)))
    lines = summary.read_text(encoding="utf-8").splitlines()
    assert summary.stat().st_size <= 1 << 20
    assert summary.stat().st_size > (1 << 20) - 1000
    assert lines[0] == "before"
    assert lines[-1].startswith("The rest is left out here")
    assert all(line.endswith("|") for line in lines[1:-2] if line)


@pytest.mark.parametrize("terminal_like", [True, False])
def test_what_has_no_room_is_said_to_be_where_it_is(
    run: RunInfo, cells: tuple[CellResult, ...], monkeypatch: pytest.MonkeyPatch, terminal_like: bool
) -> None:
    """From the folder in which the user stands, and absolute where that is another one."""
    stuck = next(each for each in cells if each.artefacts)
    folder = "reports/2026-01-02-030405/cells/task-result-lost/v3.5.10"
    for more, told in (
        ("x (and 2 more)", f"x (and 2 more that do not hold: {folder}/verdict.json) (history: {folder}/history.jsonl)"),
        ("x (and 1 more); y", f"x (and 1 more that does not hold: {folder}/verdict.json); y (history: "),
        ("x...", f"x... (in full: {folder}/verdict.json) (history: "),
        ("x", f"x (history: {folder}/history.jsonl)"),
    ):
        judgement = replace(stuck.judgement, verdict=Verdict.FAIL, reason=more)
        failed = replace(stuck, judgement=judgement)
        monkeypatch.chdir(run.folder.parents[1])
        stream = Terminal() if terminal_like else io.StringIO()
        terminal.render(run, (failed,), run.argo, stream=stream, width=500)
        assert told in _without_colour(stream.getvalue())
    (run.folder / "deeper").mkdir()
    monkeypatch.chdir(run.folder / "deeper")
    assert links.from_here(run.folder / "grid.html") == str(run.folder / "grid.html")

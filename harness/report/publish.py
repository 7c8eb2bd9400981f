"""The three moments at which a run tells the world: it began, a cell is done, it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from harness.model.errors import MachineUnfit
from harness.report import allure_html, latest, markdown, page, results, terminal
from harness.report.plan import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

ALLURE_RESULTS = "allure-results"
"""Folder below that of the run where `finish` looks for Allure results."""


def make_folder(run: RunInfo) -> None:
    """The run's folder. Raises MachineUnfit where it cannot be made, before anything is started."""
    try:
        run.folder.mkdir(parents=True)
    except OSError as error:
        raise MachineUnfit(
            f"{run.folder.parent} cannot hold reports: {error.strerror}", cure="choose another folder with --reports"
        ) from error


def begin(run: RunInfo, plan: Plan = NOTHING) -> tuple[str, ...]:
    """Makes the run's folder, with results that say that nothing has run yet. Returns lines for the user."""
    results.write(run, (), plan)
    trouble = latest.point(run.folder)
    return (trouble,) if trouble else ()


def progress(run: RunInfo, cells: Sequence[CellResult], plan: Plan = NOTHING) -> None:
    """After every cell: what is finished must survive whatever comes."""
    results.write(run, cells, plan)


def finish(
    run: RunInfo,
    cells: Sequence[CellResult],
    plan: Plan = NOTHING,
    *,
    stream: TextIO | None = None,
    html: bool = True,
    allure_results: Path | None = None,
    record: bool = True,
) -> tuple[str, ...]:
    """Writes every report and prints the grid to `stream`. Returns lines for the user: what was left out, and where to
    look. A renderer that cannot be had does not make it fail.

    `record` adds the run to the trends; a report that is only drawn once more must not.
    """
    results.write(run, cells, plan)
    write_grid(run, cells, plan)
    terminal.render(run, cells, run.argo, plan, stream=stream)
    trouble = html_report(run, cells, plan, allure_results=allure_results, record=record) if html else ""
    entrance = _entrance(run, "index.html" if html else "grid.html")
    return (*((trouble,) if trouble else ()), f"report: {entrance}")


def html_report(
    run: RunInfo,
    cells: Sequence[CellResult],
    plan: Plan = NOTHING,
    *,
    allure_results: Path | None = None,
    record: bool = True,
) -> str:
    """`index.html`: Allure's, or the plain grid where that cannot be made; then the returned line says why."""
    shown = {"grid.html": page.render(run, cells, run.argo, plan, linked=False)}
    trouble = allure_html.generate(run, allure_results or run.folder / ALLURE_RESULTS, shown, record=record)
    if trouble:
        results.write_whole(run.folder / "index.html", page.render(run, cells, run.argo, plan, note=trouble))
    return trouble


def write_grid(run: RunInfo, cells: Sequence[CellResult], plan: Plan = NOTHING) -> None:
    results.write_whole(run.folder / "grid.md", markdown.render(run, cells, run.argo, plan))
    results.write_whole(run.folder / "grid.html", page.render(run, cells, run.argo, plan))
    markdown.append_step_summary(markdown.render(run, cells, run.argo, plan, linked=False))


def _entrance(run: RunInfo, file: str) -> Path:
    shown = run.folder.parent / latest.NAME
    folder = shown if shown.is_symlink() and shown.resolve() == run.folder.resolve() else run.folder
    return folder / file

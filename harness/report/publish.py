"""The three moments at which a run tells the world: it began, a cell is done, it is over."""

from __future__ import annotations

from typing import TYPE_CHECKING, TextIO

from harness.model.errors import MachineUnfit
from harness.report import (
    allure_html,
    allure_pages,
    badge,
    bundle,
    grid,
    junit,
    latest,
    links,
    markdown,
    page,
    page_share,
    results,
    targets,
    terminal,
    trends,
)
from harness.report.chart import files
from harness.report.plan import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from harness.model.cells import CellResult, RunInfo

GRID = "grid.html"
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
    files.draw_all(cells, again=not record)
    unbundled = bundle.make_telling(run, cells)
    forgotten = trends.record(run, cells) if record else ""
    past = trends.read(run)
    write_small(run, cells, plan, past)
    terminal.render(run, cells, run.argo, plan, past, stream=stream)
    found = allure_results or run.folder / ALLURE_RESULTS
    left_out = html_report(run, cells, plan, past, allure_results=found, record=record) if html else ""
    pages = allure_pages.find(found) if html and not left_out else {}
    write_pages(run, cells, plan, past, pages=pages)
    return (*filter(None, (forgotten, left_out)), *unbundled, _entrance(run, pages))


def html_report(
    run: RunInfo,
    cells: Sequence[CellResult],
    plan: Plan = NOTHING,
    past: grid.Past = grid.NO_PAST,
    *,
    allure_results: Path | None = None,
    record: bool = True,
) -> str:
    """`index.html`: Allure's, or the plain grid where that cannot be made; then the returned line says why."""
    shown = {"grid.html": page.render(run, cells, run.argo, plan, past)}
    trouble = allure_html.generate(run, allure_results or run.folder / ALLURE_RESULTS, shown, record=record)
    if trouble:
        leads = _leads(run, {})
        results.write_whole(
            run.folder / "index.html", page.render(run, cells, run.argo, plan, past, note=trouble, leads=leads)
        )
    return trouble


def write_small(run: RunInfo, cells: Sequence[CellResult], plan: Plan, past: grid.Past) -> None:
    """What takes no time, and so is there whatever comes after."""
    table = grid.arrange(cells, run.argo, plan, past)
    results.write_whole(run.folder / junit.FILE, junit.render(run, cells, plan))
    results.write_whole(run.folder / "badge.svg", badge.svg(table))
    results.write_whole(run.folder / "badge.json", badge.endpoint(table))
    results.write_whole(run.folder / "grid.md", markdown.render(run, cells, run.argo, plan, past))
    markdown.append_step_summary(markdown.render(run, cells, run.argo, plan, past, linked=False))


def write_pages(
    run: RunInfo,
    cells: Sequence[CellResult],
    plan: Plan,
    past: grid.Past,
    *,
    pages: Mapping[allure_pages.Page, str],
) -> None:
    leads = _leads(run, pages)
    results.write_whole(run.folder / GRID, page.render(run, cells, run.argo, plan, past, leads=leads))
    results.write_whole(run.folder / page_share.FILE, page_share.render(run, cells, plan, past))


def _leads(run: RunInfo, pages: Mapping[allure_pages.Page, str]) -> page.Leads:
    others = [("Allure report", targets.ALLURE)] if pages else []
    others += [("results.json", results.FILE), ("JUnit", junit.FILE), ("one file to share", page_share.FILE)]
    return page.Leads(square=targets.Targets(folder=run.folder, pages=pages).of, others=tuple(others))


def _entrance(run: RunInfo, pages: Mapping[allure_pages.Page, str]) -> str:
    shown = run.folder.parent / latest.NAME
    folder = shown if shown.is_symlink() and shown.resolve() == run.folder.resolve() else run.folder
    allure = f", Allure: {links.from_here(folder / targets.ALLURE)}" if pages else ""
    return f"report: {links.from_here(folder / GRID)}{allure}"

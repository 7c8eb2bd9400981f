"""`shakedown merge`: one report over runs that were made apart, such as the jobs of a matrix."""

from pathlib import Path

import click

from harness.report import allure_merging, latest, merging, publish, results
from harness.report.merging import Merged


@click.command()
@click.argument("runs", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True, file_okay=False))
@click.option(
    "--expect",
    type=click.Path(path_type=Path, exists=True, dir_okay=False),
    metavar="FILE",
    help="What `shakedown matrix --json` wrote: what is in it and in no run is shown as not run.",
)
@click.option(
    "--reports", default=Path("reports"), show_default=True, type=click.Path(path_type=Path), help="Reports folder."
)
def merge(runs: tuple[Path, ...], expect: Path | None, reports: Path) -> int:
    """Write one report over several RUNS: one grid, one results.json, one Allure with every release.

    RUNS are folders of runs, or folders below which they lie. Verdicts stay as they are. A cell that is in two runs is
    refused; a cell that was expected and is in none counts as infra. Exits with the code of the worst verdict.

    \b
    shakedown merge jobs/ --expect matrix.json
    shakedown merge reports/20260101-120000-ab12 reports/20260101-130000-cd34
    """
    promised = merging.expected(expect) if expect else ()
    folders = merging.find(runs, any_at_all=not promised)
    merged = merging.merge(folders, reports, promised)
    # runs that lie beside the report are remembered there already, each as the run that it was
    remembered = bool(folders) and all(folder.parent == reports.resolve() for folder in folders)
    click.echo("\n".join(write(merged, record=not remembered)))
    return merged.exit_code


def write(merged: Merged, *, record: bool) -> tuple[str, ...]:
    """Lines for the user, after the grid."""
    results.write(merged.run, merged.cells, merged.plan)
    lost = allure_merging.gather(merged)
    trouble = latest.point(merged.run.folder)
    told = publish.finish(merged.run, merged.cells, merged.plan, record=record)
    return (*lost, *filter(None, (trouble,)), *told)

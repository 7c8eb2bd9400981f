"""`shakedown report`: makes the HTML report of a stored run again."""

from pathlib import Path

import click

from harness.report import publish, results


@click.command()
@click.argument("run", default=Path("reports/latest"), type=click.Path(path_type=Path, exists=True, file_okay=False))
def report(run: Path) -> None:
    """Make the reports of a run again from its results.

    \b
    shakedown report
    shakedown report reports/20260101-120000-ab12
    """
    stored = results.read(run.resolve() / "results.json")
    for line in publish.finish(stored.run, stored.cells, stored.plan, record=False):
        click.echo(line)

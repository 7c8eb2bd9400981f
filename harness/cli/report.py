"""`shakedown report`: makes the reports of a stored run again, and asks Allure's quality gate about it."""

from pathlib import Path

import click

from harness.cli.runs import LATEST, folder_of
from harness.model.errors import Exit
from harness.report import allure_html, publish, results


@click.command()
@click.argument("run", default=LATEST, type=click.Path(path_type=Path))
@click.option("--gate", is_flag=True, help="Only ask the quality gate; exits with 1 where it does not hold.")
def report(run: Path, gate: bool) -> int:
    """Make the reports of a run again from its results.

    RUN is a folder below reports/, its name, or latest, which is taken where none is given. The quality gate of the
    Allure report holds if nothing failed and no cell is missing. The exit code of the run itself does not depend on it.

    \b
    shakedown report
    shakedown report 20260101-120000-ab12
    shakedown report --gate
    """
    stored = results.read(folder_of(run))
    if gate:
        return ask(stored)
    for line in publish.finish(stored.run, stored.cells, stored.plan, record=False):
        click.echo(line)
    return Exit.OK


def ask(stored: results.Results) -> int:
    cells = len({*stored.plan.cells, *((cell.scenario, cell.column) for cell in stored.cells)})
    complaints = allure_html.gate(stored.run, stored.run.folder / publish.ALLURE_RESULTS, cells)
    click.echo(f"the quality gate does not hold: {complaints}" if complaints else "the quality gate holds")
    return Exit.FAIL if complaints else Exit.OK

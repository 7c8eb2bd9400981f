"""`shakedown compare`: the same cells on several providers, and why they differ where they do."""

from collections.abc import Sequence
from pathlib import Path

import click

from harness.model.errors import Exit
from harness.report import results
from harness.report.comparison import differences, page, table
from harness.report.comparison.differences import Kind


@click.command()
@click.argument("reports", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("-o", "output", type=click.Path(path_type=Path, dir_okay=False), help="File to write. [standard output]")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def compare(reports: tuple[Path, ...], output: Path | None, as_json: bool) -> int:
    """Set runs on several providers side by side: REPORTS are their folders, or their results.json.

    Writes a table in Markdown, scenario and release by provider, and a line for each difference: another verdict
    first, then another reason of a fail or known-bug, what a provider cannot do, other settings of the controller,
    out-of-memory kills by cgroup version, and times. Several runs on one
    provider count together. Exits with 1 where verdicts differ, or a result is missing that was to be there, with 3
    where a verdict says nothing about Argo.

    \b
    shakedown compare reports/20260101-120000-ab12 reports/20260101-130000-cd34
    shakedown compare reports/20260101-120000-ab12 kind/results.json -o docs/providers.md
    """
    runs = [results.read(path) for path in dict.fromkeys(map(whole, reports))]
    arranged = table.arrange(runs)
    found = differences.find(arranged)
    text = (page.as_json if as_json else page.render)(runs, arranged, found)
    if output is None:
        click.echo(text, nl=False)
    else:
        results.write_whole(output, text)
        same, compared = page.alike(arranged, found)
        click.echo(f"{output}: the same verdict for {same} of {compared} cells, {len(found)} differences")
    return exit_code([each.kind for each in found])


def whole(path: Path) -> Path:
    """The file, by its one true name: `latest` is a run that may be named besides."""
    return (path / results.FILE if path.is_dir() else path).resolve()


def exit_code(kinds: Sequence[Kind]) -> Exit:
    if any(kind.alarming for kind in kinds):
        return Exit.FAIL
    return Exit.INCONCLUSIVE if Kind.NO_ANSWER in kinds else Exit.OK

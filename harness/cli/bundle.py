"""`shakedown bundle`: everything about one cell as one zip, for an issue."""

import json
import re
from collections.abc import Sequence
from pathlib import Path

import click

from harness.cli.runs import folder_of
from harness.model.cells import CellResult
from harness.model.errors import UsageError
from harness.model.release import Release
from harness.report import bundle as bundles
from harness.report import results
from harness.scenario.problems import listed, nearest

UNSAFE = re.compile(r'[<>:"|?*\\\x00-\x1f]|[. ]$|^(?:con|prn|aux|nul|com\d|lpt\d)(?:\.|$)', re.I)
"""Names of files that Windows cannot unpack or store."""


@click.command()
@click.argument("run", type=click.Path(path_type=Path))
@click.argument("scenario")
@click.argument("argo", metavar="RELEASE")
@click.option("--kubernetes", metavar="RELEASE", help="Where the run has several: which. [the first it was run on]")
@click.option(
    "-o", "--output", type=click.Path(path_type=Path), metavar="FILE.zip", help="[SCENARIO-RELEASE.zip in this folder]"
)
@click.option("-f", "--force", is_flag=True, help="Replace the file if it exists.")
@click.option("--json", "as_json", is_flag=True, help="For machines: what was written.")
def bundle(
    run: Path, scenario: str, argo: str, kubernetes: str | None, output: Path | None, force: bool, as_json: bool
) -> None:
    """Pack the evidence of one cell into a zip that can be attached to an issue.

    RUN is a folder below reports/, its name, or latest. The zip has issue.md, to be pasted into the form of
    argo-workflows; repro.md with the one command that shows it again; the workflow, the scenario, versions, logs,
    timeline, the record of faults and the whole history. Secrets and names of this machine are redacted in all of it.

    \b
    shakedown bundle latest task-result-lost v3.5.10
    shakedown bundle reports/20260101-120000-ab12 oom-wait 3.5.10 -o /tmp/oom-wait.zip --force
    """
    stored = results.read(folder_of(run))
    cell = cell_of(stored, scenario, argo, kubernetes)
    path = output or Path(safe(bundles.file_name(cell)))
    writable(path, force)
    members = bundles.make(stored.run, cell, stored.cells, path)
    if as_json:
        click.echo(json.dumps(record(cell, path, members), indent=2))
    else:
        click.echo(f"{path}: {len(members)} files, {path.stat().st_size / 1024:.0f} KiB")
        click.echo("read issue.md in it before you paste it: what is redacted is told by rules, not by understanding")


def cell_of(stored: results.Results, scenario: str, argo: str, kubernetes: str | None = None) -> CellResult:
    """The cell, or a UsageError that says what there is instead."""
    planned = [
        *((cell.scenario, cell.argo) for cell in stored.cells),
        *((name, column.argo) for name, column in stored.plan.cells),
    ]
    names = sorted({name for name, _ in planned})
    if scenario not in names:
        raise UsageError(f"no scenario {scenario!r} in this run{near(scenario, names)}", cure=f"it has {listed(names)}")
    tag = argo if argo.startswith("v") else f"v{argo}"
    found = [cell for cell in stored.cells if (cell.scenario, cell.argo) == (scenario, tag)]
    wanted = [cell for cell in found if kubernetes is None or cell.kubernetes == str(Release.parse(kubernetes))]
    if wanted:
        return wanted[0]
    if found:
        run_on = listed([cell.kubernetes for cell in found])
        raise UsageError(f"{scenario} on {tag} was not run on Kubernetes {kubernetes}", cure=f"it was run on {run_on}")
    raise _not_run(stored, scenario, tag, sorted({release for name, release in planned if name == scenario}))


def near(name: str, names: Sequence[str]) -> str:
    """A part of a name is as good as a misspelt one."""
    holding = next((one for one in names if name and name in one), None)
    return nearest(name, names) or (f", did you mean {holding!r}?" if holding else "")


def _not_run(stored: results.Results, scenario: str, argo: str, releases: Sequence[str]) -> UsageError:
    if argo in stored.plan.unavailable:
        why = f"{argo} could not be had: {stored.plan.unavailable[argo]}"
    elif argo in releases:
        why = f"{scenario} on {argo} did not come to its end in this run"
    else:
        why = f"{scenario} was not run on {argo}{nearest(argo, releases)}"
    done = [cell.argo for cell in stored.cells if cell.scenario == scenario]
    return UsageError(why, cure=f"it was run on {listed(done)}")


def writable(path: Path, force: bool) -> None:
    if path.is_dir():
        raise UsageError(f"{path} is a folder", cure=f"say --output {path / 'NAME.zip'}")
    if UNSAFE.search(path.name):
        raise UsageError(f"{path.name!r} is no file name on every system", cure="use letters, digits, dots and dashes")
    if not path.parent.is_dir():
        raise UsageError(f"there is no folder {path.parent}", cure="make it first, or say another --output")
    if path.exists() and not force:
        raise UsageError(f"{path} exists", cure="say --force to replace it, or another --output")


def safe(name: str) -> str:
    return re.sub(r'[<>:"/|?*\\\x00-\x1f]', "_", name)


def record(cell: CellResult, path: Path, members: Sequence[str]) -> dict[str, object]:
    return {
        "bundle": str(path),
        "bytes": path.stat().st_size,
        "scenario": cell.scenario,
        "argo": cell.argo,
        "kubernetes": cell.kubernetes,
        "verdict": cell.judgement.verdict,
        "files": list(members),
    }

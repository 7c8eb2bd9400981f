"""`shakedown run`: pytest over the scenarios, with the exit code of the worst verdict."""

from pathlib import Path

import click
import pytest

from harness.argo.setup import SEED_RELEASES
from harness.build import kubernetes
from harness.model.errors import Exit, UsageError
from harness.model.verdicts import Verdict
from harness.pytest_plugin import hooks
from harness.run.gate import context
from harness.scenario.lint import accept
from harness.scenario.load import discover

SEVERITY = (Exit.INFRA, Exit.INCONCLUSIVE, Exit.FAIL, Exit.OK)
INTERRUPTED = 130


class Outcome:
    """Listens to the pytest session for what decides the exit code."""

    def __init__(self) -> None:
        self.verdicts: tuple[Verdict, ...] = ()
        self.deselected_all = False

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.verdicts = tuple(cell.judgement.verdict for cell in hooks.results(session.config))


@click.command()
@click.argument("scenarios", nargs=-1, type=click.Path(path_type=Path))
@click.option(
    "--argo", multiple=True, metavar="RELEASE", help="Release to run on; repeat for several. [v3.5.10 v3.7.15]"
)
@click.option(
    "--provider", default="local", show_default=True, type=click.Choice(["local"]), help="Where clusters come from."
)
@click.option("--kubernetes", "kubernetes_version", default=kubernetes.DEFAULT, show_default=True, metavar="RELEASE")
@click.option("-k", "expression", metavar="EXPR", help="Only cells whose name matches, as in pytest.")
@click.option("-x", "exit_first", is_flag=True, help="Stop at the first cell that is not green.")
@click.option("--nodes", default=2, show_default=True, type=click.IntRange(1, 20), help="Nodes of each cluster.")
@click.option("--clusters", default=2, show_default=True, type=click.IntRange(1, 16), help="Clusters side by side.")
@click.option(
    "--together", default=6, show_default=True, type=click.IntRange(1, 64), help="Cells at once in a cluster."
)
@click.option(
    "--repeats", default=1, show_default=True, type=click.IntRange(0, 10), help="New tries for an inconclusive cell."
)
@click.option(
    "--reports", default=Path("reports"), show_default=True, type=click.Path(path_type=Path), help="Reports folder."
)
@click.option("--junitxml", type=click.Path(path_type=Path), help="JUnit XML file to write besides.")
@click.option("-v", "--verbose", is_flag=True, help="Show pytest's own output too.")
def run(
    scenarios: tuple[Path, ...],
    argo: tuple[str, ...],
    provider: str,
    kubernetes_version: str,
    expression: str | None,
    exit_first: bool,
    nodes: int,
    clusters: int,
    together: int,
    repeats: int,
    reports: Path,
    junitxml: Path | None,
    verbose: bool,
) -> int:
    """Run scenarios on Argo releases and write reports/latest/.

    \b
    shakedown run                                   the seeds on v3.5.10 and v3.7.15
    shakedown run scenarios/seeds/oom-main.yaml --argo v3.7.15
    shakedown run scenarios --argo v3.6.10 -k "oom or drain"
    """
    paths = scenarios or (Path("scenarios/seeds"),)
    check(paths, provider)
    releases = argo or tuple(str(release) for release in SEED_RELEASES)
    outcome = Outcome()
    arguments = [
        *map(str, paths),
        *(f"--argo={release}" for release in releases),
        f"--provider={provider}",
        f"--kubernetes={kubernetes_version}",
        f"--nodes={nodes}",
        f"--clusters={clusters}",
        f"--together={together}",
        f"--repeats={repeats}",
        f"--reports={reports}",
        *(["-k", expression] if expression else []),
        *(["-x"] if exit_first else []),
        *([f"--junitxml={junitxml}"] if junitxml else []),
        *(["-rN", "-vv"] if verbose else ["-p", "no:terminal", "--capture=no"]),
    ]
    return exit_code(pytest.main(arguments, plugins=[outcome]), outcome.verdicts)


def check(paths: tuple[Path, ...], provider: str) -> None:
    """Raises ScenarioErrors for whatever is wrong with the files: a wrong file never reaches a cluster."""
    found = discover(paths)
    if not found:
        raise UsageError(
            f"no scenario in {', '.join(map(str, paths))}", cure="name a file or a folder with *.yaml files"
        )
    accept(found, context(provider))


def exit_code(pytest_code: int, verdicts: tuple[Verdict, ...]) -> int:
    """The worst verdict decides; without any, pytest's own trouble does."""
    if pytest_code == pytest.ExitCode.INTERRUPTED:
        return INTERRUPTED
    codes = {Exit(verdict.exit_code) for verdict in verdicts}
    worst = next((code for code in SEVERITY if code in codes), None)
    if worst is not None:
        return worst
    return (
        Exit.USAGE if pytest_code in (pytest.ExitCode.NO_TESTS_COLLECTED, pytest.ExitCode.USAGE_ERROR) else pytest_code
    )

"""`shakedown run`: pytest over the scenarios, with the exit code of the worst verdict."""

import os
import sys
from collections.abc import Callable, Sequence
from functools import partial
from pathlib import Path

import click
import pytest

from harness.argo.installed import WORD
from harness.argo.setup import SEED_RELEASES
from harness.build import kubernetes as build
from harness.build.progress import Silent
from harness.cli import owned
from harness.cli.paths import SCENARIO
from harness.cluster.protocol import ImageSource
from harness.cluster.providers import AUTO, choose
from harness.model.errors import Exit, HarnessError, MachineUnfit, UsageError
from harness.model.repetition import Repeat
from harness.model.verdicts import Verdict, worst_code
from harness.pytest_plugin import hooks
from harness.pytest_plugin.options import named, seconds
from harness.report.live import choice
from harness.report.live.view import Plain, View
from harness.run.options import CLUSTERS, NODES
from harness.run.plan import CellPlan
from harness.scenario.lint import Context, accept
from harness.scenario.load import discover

INTERRUPTED = 130
NOTHING_RAN = (pytest.ExitCode.USAGE_ERROR, pytest.ExitCode.NO_TESTS_COLLECTED)
OWN = (
    f"--config-file={os.devnull}",
    "--rootdir=.",
    "--import-mode=importlib",
    "-Wignore::pytest.PytestAssertRewriteWarning",
    *("-p", "no:cacheprovider"),
)
"""The settings that a project has for its own tests are none of ours, and a run leaves nothing but its report."""


class Outcome:
    """Shows the pytest session, and listens to it for what decides the exit code."""

    def __init__(self, show: Callable[[Sequence[CellPlan]], View | None]) -> None:
        self._show = show
        self.verdicts: tuple[Verdict, ...] = ()
        self.trouble: HarnessError | None = None

    def pytest_sessionfinish(self, session: pytest.Session) -> None:
        self.verdicts = hooks.verdicts(session)

    def pytest_shakedown_view(self, plans: Sequence[CellPlan]) -> View | None:
        return self._show(plans)

    def pytest_unconfigure(self, config: pytest.Config) -> None:
        self.trouble = config.stash.get(hooks.TROUBLE, None)


@click.command()
@click.argument("scenarios", nargs=-1, type=SCENARIO)
@click.option(
    "--argo",
    multiple=True,
    metavar="RELEASE",
    help="Release to run on; repeat for several; or installed. [v3.5.10 v3.7.15]",
)
@click.option(
    "--provider",
    default=AUTO,
    show_default=True,
    type=click.Choice([AUTO, "local", "kind", "existing"]),
    help="Where clusters come from; auto is kind where that can be had.",
)
@click.option(
    "--images",
    default=ImageSource.AUTO.value,
    show_default=True,
    type=click.Choice([each.value for each in ImageSource]),
    help="Where Argo's images come from on kind; auto builds them where they cannot be pulled.",
)
@click.option(
    "--kubernetes",
    multiple=True,
    metavar="RELEASE",
    help=f"Kubernetes of the clusters; repeat for several. [{build.DEFAULT}]",
)
@owned.options
@click.option("-k", "expression", metavar="EXPR", help="Only cells whose name matches, as in pytest.")
@click.option("-x", "exit_first", is_flag=True, help="Stop at the first cell that is not green.")
@click.option("--nodes", type=click.IntRange(1, 20), help=f"Nodes of each cluster. [{NODES}]")
@click.option("--clusters", type=click.IntRange(1, 16), help=f"Clusters side by side. [{CLUSTERS}]")
@click.option("--keep", is_flag=True, help="Leave the clusters running, and use those that earlier runs left.")
@click.option(
    "--together", default=6, show_default=True, type=click.IntRange(1, 64), help="Cells at once in a cluster."
)
@click.option("--repeat", default="", metavar="N|until-fail|decide", help="Run every cell more than once, and count.")
@click.option("--budget", metavar="TIME", help="Time for the repetition of a cell. [10m where it has no other end]")
@click.option(
    "--inconclusive-retries",
    default=1,
    show_default=True,
    type=click.IntRange(0, 10),
    help="New tries for inconclusive runs in a row.",
)
@click.option(
    "--reports", default=Path("reports"), show_default=True, type=click.Path(path_type=Path), help="Reports folder."
)
@click.option("--junitxml", type=click.Path(path_type=Path), help="JUnit XML file to write besides.")
@click.option("--watch", multiple=True, metavar="SCENARIO", help="Follow this scenario event by event.")
@click.option("--explain", is_flag=True, help="Say what each trigger waits for, and why it has not fired.")
@click.option("-q", "--quiet", is_flag=True, help="Nothing but the grid at the end.")
@click.option("-v", "--verbose", is_flag=True, help="Show pytest's own output too.")
def run(
    scenarios: tuple[Path, ...],
    argo: tuple[str, ...],
    provider: str,
    images: str,
    kubernetes: tuple[str, ...],
    cluster: owned.Said,
    expression: str | None,
    exit_first: bool,
    nodes: int | None,
    clusters: int | None,
    keep: bool,
    together: int,
    repeat: str,
    budget: str | None,
    inconclusive_retries: int,
    reports: Path,
    junitxml: Path | None,
    watch: tuple[str, ...],
    explain: bool,
    quiet: bool,
    verbose: bool,
) -> int:
    """Run scenarios on Argo releases and write reports/latest/.

    \b
    shakedown run                                   the seeds on v3.5.10 and v3.7.15
    shakedown run scenarios/seeds/oom-main.yaml --argo v3.7.15
    shakedown run scenarios --argo v3.6.10 -k "oom or drain"
    shakedown run --kubernetes v1.31.14,v1.34.4     the seeds, on two releases of Kubernetes
    shakedown run oom-main --keep                   again and again: only the first time a cluster is started
    shakedown run force-delete --repeat decide --budget 10m
    shakedown run force-delete --provider existing --context lab --i-own-this-cluster lab --argo installed
    shakedown run --watch oom-wait --explain        all the seeds, one of them event by event
    """
    if (quiet or verbose) and (watch or explain):
        raise UsageError("--watch and --explain need the terminal", cure="leave --quiet and --verbose out")
    Repeat.parse(repeat, budget=seconds(budget))
    chosen = choose(provider)
    if chosen.why and not quiet:
        click.echo(f"provider {chosen.name}: {chosen.why}", err=True)
    there = cluster.look(chosen.name, argo, nodes, clusters)
    releases = (there.argo.release,) if there and there.argo else named(argo) or SEED_RELEASES
    arguments = [
        *map(str, checked(scenarios or (Path("scenarios/seeds"),), cluster.rules(chosen.name, there))),
        *([f"--argo={WORD}"] if there and there.argo else (f"--argo={release}" for release in releases)),
        *cluster.arguments(),
        f"--provider={chosen.name}",
        f"--images={images}",
        *(f"--kubernetes={release}" for release in named(kubernetes)),
        *([f"--nodes={nodes}"] if nodes else []),
        *([f"--clusters={clusters}"] if clusters else []),
        *(["--keep"] if keep else []),
        f"--together={together}",
        f"--inconclusive-retries={inconclusive_retries}",
        *([f"--repeat={repeat}"] if repeat else []),
        *([f"--budget={budget}"] if budget else []),
        f"--reports={writable(reports)}",
        *(["-k", expression] if expression else []),
        *(["-x"] if exit_first else []),
        *([f"--junitxml={writable_file(junitxml)}", "-o", "junit_family=xunit1"] if junitxml else []),
        *(["-rN", "-vv"] if verbose else ["-p", "no:terminal", "--capture=no"]),
    ]
    outcome = Outcome(partial(shown, watch=watch, explain=explain, quiet=quiet, verbose=verbose))
    code = pytest.main([*OWN, *arguments], plugins=[outcome])
    if outcome.trouble is not None:
        raise outcome.trouble
    if code == pytest.ExitCode.NO_TESTS_COLLECTED:
        raise UsageError(f"no cell matches -k {expression!r}", cure=f"cells are named like oom-main[{releases[0]}]")
    return exit_code(code, outcome.verdicts)


def shown(plans: Sequence[CellPlan], *, watch: Sequence[str], explain: bool, quiet: bool, verbose: bool) -> View | None:
    """None leaves it to the plugin, which prints lines beside those of pytest."""
    if verbose:
        return None
    return Plain(Silent()) if quiet else choice.live(plans, sys.stderr, watch, explain=explain)


def checked(paths: tuple[Path, ...], rules: Context) -> tuple[Path, ...]:
    """The scenario files. Raises ScenarioErrors for whatever is wrong: a wrong file never reaches a cluster."""
    found = discover(paths)
    if not found:
        raise UsageError(
            f"no scenario in {', '.join(map(str, paths))}", cure="name a file or a folder with *.yaml files"
        )
    accept(found, rules)
    return found


def writable_file(file: Path) -> Path:
    """Asked before anything starts, by opening it: rights alone say yes to root everywhere."""
    there = file.exists()
    try:
        file.parent.mkdir(parents=True, exist_ok=True)
        file.open("a").close()
        if not there:
            file.unlink()
    except OSError as error:
        why = error.strerror or str(error)
        raise MachineUnfit(f"{file} cannot be written: {why}", cure="choose another file with --junitxml") from error
    return file


def writable(reports: Path) -> Path:
    try:
        reports.mkdir(parents=True, exist_ok=True)
        if os.access(reports, os.W_OK):
            return reports
        why = "permission denied"
    except OSError as error:
        why = error.strerror or str(error)
    raise MachineUnfit(f"{reports} cannot hold reports: {why}", cure="choose another folder with --reports")


def exit_code(pytest_code: int, verdicts: tuple[Verdict, ...]) -> int:
    """The worst verdict decides; without any, pytest's own trouble does."""
    if pytest_code == pytest.ExitCode.INTERRUPTED:
        return INTERRUPTED
    if not verdicts:
        return Exit.USAGE if pytest_code in (pytest.ExitCode.OK, *NOTHING_RAN) else pytest_code
    worst = worst_code(verdicts)
    # a session that failed although every cell is fine has left something out
    return Exit.INFRA if worst == Exit.OK and pytest_code != pytest.ExitCode.OK else worst

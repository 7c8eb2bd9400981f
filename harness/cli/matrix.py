"""`shakedown matrix`: the releases that are worth a job each, for CI systems that run jobs side by side."""

import json
from itertools import product
from pathlib import Path

import click

from harness.argo import releases
from harness.cli.paths import SCENARIO
from harness.model.release import Release
from harness.run import gate
from harness.run import matrix as matrices
from harness.run.matrix import Matrix
from harness.scenario.discover import HOME, discover
from harness.scenario.lint import accept
from harness.scenario.types import Scenario

NEWEST = "newest"


@click.command()
@click.argument("scenarios", nargs=-1, type=SCENARIO)
@click.option("--argo", multiple=True, metavar="RELEASE", help=f"Only these; {NEWEST} is the newest that can be had.")
@click.option(
    "--kubernetes", multiple=True, metavar="RELEASE", help="Kubernetes of the clusters: each release on each."
)
@click.option(
    "--json", "as_json", is_flag=True, help="For machines: releases, reasons, and every cell that is expected."
)
@click.option("--github", is_flag=True, help="A line for $GITHUB_OUTPUT: matrix=JSON for strategy.matrix.")
def matrix(
    scenarios: tuple[Path, ...], argo: tuple[str, ...], kubernetes: tuple[str, ...], as_json: bool, github: bool
) -> None:
    """Say on which releases SCENARIOS have to run, from the version ranges that they declare.

    Both sides of each bound of known-bugs, waive and skip, and the newest of each line, as far as they can be had.

    \b
    shakedown matrix                                every scenario in scenarios/
    shakedown matrix scenarios/seeds --json > matrix.json
    shakedown matrix scenarios/seeds --github >> "$GITHUB_OUTPUT"
    shakedown matrix scenarios --argo newest --kubernetes v1.31.14,v1.34.4 --json
    """
    known = releases.catalogue()
    loaded = [each.scenario for each in accept(discover(scenarios or (HOME,)), gate.context("local"))]
    names = words(argo)
    chosen = matrices.asked(released(name) for name in names) if names else matrices.derive(loaded, known)
    places = tuple(str(Release.parse(name)) for name in words(kubernetes))
    if github:
        click.echo(f"matrix={json.dumps(strategy(chosen, places))}")
    elif as_json:
        click.echo(json.dumps(record(chosen, places, loaded), indent=2))
    else:
        click.echo("\n".join(lines(chosen)))


def words(given: tuple[str, ...]) -> list[str]:
    """Several may stand in one word, with commas or blanks between them."""
    return [name for word in given for name in word.replace(",", " ").split()]


def released(name: str) -> Release:
    """Raises UsageError, and ReleaseUnavailable for what cannot be had: a job for it would be lost."""
    if name == NEWEST:
        return releases.newest()
    release = Release.parse(name)
    releases.check_line(release)
    return release


def strategy(chosen: Matrix, kubernetes: tuple[str, ...]) -> dict[str, object]:
    """One job for each release on each Kubernetes; `kubernetes` is empty for that of the harness."""
    jobs = product(chosen.choices, kubernetes or ("",))
    return {
        "include": [
            {"argo": str(choice.argo), "kubernetes": place, "why": "; ".join(choice.why)} for choice, place in jobs
        ]
    }


def record(chosen: Matrix, kubernetes: tuple[str, ...], scenarios: list[Scenario]) -> dict[str, object]:
    """`expected` is as in results.json, so that a report over all jobs can tell which one is missing."""
    cells = product((scenario.name for scenario in scenarios), chosen.choices, kubernetes or ("",))
    return {
        "releases": [{"argo": str(choice.argo), "why": list(choice.why)} for choice in chosen.choices],
        "notes": list(chosen.notes),
        "expected": [
            {"scenario": name, "argo": str(choice.argo), "kubernetes": place} for name, choice, place in cells
        ],
    }


def lines(chosen: Matrix) -> list[str]:
    told = [
        f"{choice.argo!s:<10} {choice.why[0]}" + "".join(f"\n{'':<10} {why}" for why in choice.why[1:])
        for choice in chosen.choices
    ]
    return [*told, *(f"note: {note}" for note in chosen.notes)]

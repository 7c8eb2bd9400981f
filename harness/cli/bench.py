"""`shakedown bench`: the tracked figures, with the machine's calibration beside them."""

import json
from collections.abc import Callable, Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Final

import click

from harness.argo.setup import SEED_RELEASES, prepare
from harness.bench import clusters, drawing, judging, kind, reporting, seeds
from harness.bench.calibration import calibrate, idle
from harness.bench.figures import Figure
from harness.bench.landings import measuring
from harness.build import kubernetes, progress
from harness.build.progress import Step
from harness.model.header import Calibration


@dataclass(frozen=True, slots=True, kw_only=True)
class Wanted:
    runs: int
    seed_runs: int
    scenarios: Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Part:
    """Figures that are measured together; `real` where that takes a cluster, `asked_for` where few machines can."""

    what: str
    measure: Callable[[Wanted, Step], tuple[Figure, ...]]
    real: bool = False
    asked_for: bool = False


PARTS: Final[Mapping[str, Part]] = {
    "clusters": Part(
        what="clusters up and down",
        real=True,
        measure=lambda wanted, _: clusters.measure(SEED_RELEASES[-1], wanted.runs),
    ),
    "kind": Part(
        what="clusters of kind up and down",
        real=True,
        asked_for=True,
        measure=lambda wanted, _: kind.measure(SEED_RELEASES[-1], wanted.runs),
    ),
    "landings": Part(
        what="faults that land and faults that are kept from it",
        real=True,
        measure=lambda _, step: measuring.measure(SEED_RELEASES[-1], step),
    ),
    "judging": Part(what="histories judged anew", measure=lambda *_: judging.measure()),
    "drawing": Part(what="a large timeline drawn", measure=lambda *_: drawing.measure()),
    "reporting": Part(
        what="a report of 30 scenarios on 15 releases", measure=lambda wanted, _: reporting.measure(wanted.scenarios)
    ),
    "seeds": Part(
        what="the seeds, run as `make run` does",
        real=True,
        measure=lambda wanted, _: seeds.measure(wanted.scenarios, SEED_RELEASES, wanted.seed_runs),
    ),
}


@click.command()
@click.option(
    "--runs", default=5, show_default=True, type=click.IntRange(1, 100), help="Cluster starts that are counted."
)
@click.option(
    "--seed-runs", default=5, show_default=True, type=click.IntRange(0, 20), help="Whole runs of the seeds; 0 for none."
)
@click.option(
    "--scenarios", default=Path("scenarios/seeds"), show_default=True, type=click.Path(path_type=Path, exists=True)
)
@click.option(
    "--only",
    multiple=True,
    type=click.Choice(list(PARTS)),
    help="Some of the figures, or those of kind; may be repeated.",
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def bench(runs: int, seed_runs: int, scenarios: Path, only: tuple[str, ...], as_json: bool) -> None:
    """Measure the tracked figures on this machine; leave it alone meanwhile.

    \b
    shakedown bench
    shakedown bench --only landings
    shakedown bench --only kind --runs 3
    shakedown bench --seed-runs 1 --json
    """
    shown = progress.to()
    wanted = Wanted(runs=runs, seed_runs=seed_runs, scenarios=scenarios)
    names = only or tuple(name for name, part in PARTS.items() if not part.asked_for)
    chosen = [part for name, part in PARTS.items() if name in names and (name != "seeds" or seed_runs)]
    if any(part.real for part in chosen):
        prepare(SEED_RELEASES, (kubernetes.DEFAULT,), shown)
    calibration = calibrate()
    figures: tuple[Figure, ...] = ()
    for part in chosen:
        with shown.step(part.what) as step:
            figures += part.measure(wanted, step)
    click.echo(as_text(calibration, figures) if not as_json else json.dumps(as_record(calibration, figures), indent=2))


def as_record(calibration: Calibration, figures: tuple[Figure, ...]) -> dict[str, object]:
    return {"calibration": asdict(calibration), "figures": [record(figure) for figure in figures]}


def record(figure: Figure) -> dict[str, object]:
    return {
        "name": figure.name,
        "unit": figure.unit,
        "median": round(figure.median, 4),
        "p99": round(figure.p99, 4),
        "n": len(figure.values),
        "asked": figure.asked,
        "asked-p99": figure.asked_p99,
        "shortfall": figure.shortfall,
        "detail": figure.detail,
    }


def as_text(calibration: Calibration, figures: tuple[Figure, ...]) -> str:
    state = "idle" if idle(calibration) else "NOT idle"
    lines = [
        f"machine: {calibration.cores} cores, {state} (busy {calibration.busy:.0%}, steal {calibration.steal:.0%},"
        f" load {calibration.load:.2f}), calibration loop {calibration.spin:.3f} s"
    ]
    return "\n".join(lines + [line(figure) for figure in figures])


def line(figure: Figure) -> str:
    asked = "" if figure.asked is None else f"asked {figure.sense} {figure.asked:g}"
    state = f"MISSED: {figure.shortfall}" if figure.shortfall else asked
    told = f": {figure.detail}" if figure.detail else ""
    values = f"{figure.median:10.3f} {figure.unit:<5} p99 {figure.p99:10.3f}  n={len(figure.values):<5}"
    return f"{figure.name:<34} {values} {state}{told}".rstrip()

"""`shakedown bench`: the tracked figures, with the machine's calibration beside them."""

import json
from dataclasses import asdict
from pathlib import Path

import click

from harness.argo.setup import SEED_RELEASES, prepare
from harness.bench import clusters, drawing, judging, reporting, seeds
from harness.bench.calibration import calibrate, idle
from harness.bench.figures import Figure
from harness.build import kubernetes, progress
from harness.model.header import Calibration


@click.command()
@click.option(
    "--runs", default=5, show_default=True, type=click.IntRange(1, 100), help="Cluster starts that are counted."
)
@click.option(
    "--seed-runs", default=1, show_default=True, type=click.IntRange(0, 20), help="Whole runs of the seeds; 0 for none."
)
@click.option(
    "--scenarios", default=Path("scenarios/seeds"), show_default=True, type=click.Path(path_type=Path, exists=True)
)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def bench(runs: int, seed_runs: int, scenarios: Path, as_json: bool) -> None:
    """Measure the tracked figures on this machine; leave it alone meanwhile.

    \b
    shakedown bench
    shakedown bench --runs 5 --seed-runs 5 --json
    """
    shown = progress.to()
    prepare(SEED_RELEASES, kubernetes.DEFAULT, shown)
    calibration = calibrate()
    with shown.step(f"{runs} clusters up and down"):
        figures = clusters.measure(SEED_RELEASES[-1], runs)
    with shown.step("histories judged anew"):
        figures += judging.measure()
    with shown.step("a large timeline drawn"):
        figures += drawing.measure()
    with shown.step("a report of 30 scenarios on 15 releases"):
        figures += reporting.measure(scenarios)
    if seed_runs:
        with shown.step(f"{seed_runs} runs of {scenarios}"):
            figures += seeds.measure(scenarios, SEED_RELEASES, seed_runs)
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
    values = f"{figure.median:10.3f} {figure.unit:<5} p99 {figure.p99:10.3f}  n={len(figure.values):<5}"
    return f"{figure.name:<34} {values} {state}".rstrip()

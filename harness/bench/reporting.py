"""What the report of a large matrix costs: the time after the last cell, and the bytes of what is sent to others."""

import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Sequence
from pathlib import Path
from typing import Final

from harness.bench.figures import Figure
from harness.bench.replaying import COPY, MARK
from harness.model.errors import BuildFailed

SCENARIOS: Final = 30
RELEASES: Final = (
    *("v3.4.17", "v3.5.2", "v3.5.4", "v3.5.5", "v3.5.6", "v3.5.10", "v3.5.11", "v3.5.13"),
    *("v3.6.0", "v3.6.5", "v3.6.10", "v3.7.0", "v3.7.4", "v3.7.15", "v4.0.2"),
)
_LARGEST: Final = 25.0
"""Megabytes that most mail servers take."""


def measure(seeds: Path) -> tuple[Figure, ...]:
    with tempfile.TemporaryDirectory(prefix="shakedown-bench-") as folder:
        seconds, run = replay(seeds, Path(folder), SCENARIOS, RELEASES)
        sizes = {name: (run / name).stat().st_size / 1e6 for name in ("index.html", "share.html", "grid.html")}
    return (
        Figure(name="report-of-30x15-made", unit="s", values=(seconds,), asked=60.0),
        Figure(name="report-of-30x15-allure", unit="MB", values=(sizes["index.html"],), asked=_LARGEST),
        Figure(name="report-of-30x15-share", unit="MB", values=(sizes["share.html"],), asked=_LARGEST),
        Figure(name="report-of-30x15-grid", unit="MB", values=(sizes["grid.html"],)),
    )


def replay(seeds: Path, folder: Path, scenarios: int, releases: Sequence[str]) -> tuple[float, Path]:
    """Seconds from the last verdict to the last report, and the folder of the run."""
    copy(seeds, folder / "scenarios", scenarios)
    mark = folder / "done"
    command = [
        *(sys.executable, "-m", "pytest", "scenarios", "--rootdir=.", "--capture=no", f"--config-file={os.devnull}"),
        *("-p", "no:cacheprovider", "-p", "harness.bench.replaying", "-p", "no:terminal"),
        *(f"--argo={release}" for release in releases),
    ]
    subprocess.run(command, cwd=folder, env={**os.environ, MARK: str(mark)}, capture_output=True, check=False)
    ended = time.time()
    latest = folder / "reports" / "latest"
    if not mark.exists() or not (latest / "grid.html").exists():
        raise BuildFailed("the recorded histories could not be replayed", cure="run `pytest -m browser` to see why")
    return ended - float(mark.read_text()), latest.resolve()


def copy(seeds: Path, folder: Path, count: int) -> None:
    """So many scenarios: each seed under its own name, and then under others."""
    folder.mkdir(parents=True, exist_ok=True)
    paths = sorted(seeds.glob("*.yaml"))
    for number in range(count):
        seed, lap = paths[number % len(paths)], number // len(paths)
        name = seed.stem if lap == 0 else f"{seed.stem}{COPY}{lap}"
        text = seed.read_text(encoding="utf-8").replace(f"name: {seed.stem}\n", f"name: {name}\n", 1)
        (folder / f"{name}.yaml").write_text(text, encoding="utf-8")

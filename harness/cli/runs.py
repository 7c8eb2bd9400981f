"""A stored run, as a command names it: a folder, or a name below reports/."""

from pathlib import Path

from harness.model.errors import UsageError
from harness.report import results
from harness.scenario.problems import listed, nearest

REPORTS = Path("reports")
LATEST = Path("latest")
NEWEST = 5


def folder_of(run: Path) -> Path:
    for folder in (run, REPORTS / run):
        if (folder / results.FILE).is_file():
            return folder.resolve()
    known = sorted((file.parent.name for file in REPORTS.glob(f"*/{results.FILE}")), reverse=True)
    raise UsageError(
        f"{run} is no folder of a run: it has no {results.FILE}{nearest(run.name, known)}",
        cure=f"runs in {REPORTS}: {listed(known[:NEWEST])}" if known else "run something first: shakedown run",
    )

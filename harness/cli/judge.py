"""`shakedown judge`: verdicts from stored histories, with no cluster."""

import json
import os
import time
from collections import Counter, defaultdict
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ProcessPoolExecutor
from dataclasses import dataclass, field
from pathlib import Path

import click

from harness.model.errors import Exit, UsageError
from harness.model.verdicts import Verdict, worst_code
from harness.report import links
from harness.report.publish import ALLURE_RESULTS
from harness.run.rejudging import HISTORY, Rejudged, Standing, rejudge

ALONE = 4
"""Histories that one process has judged before others are up."""
SUFFIXES = (".jsonl", ".jsonl.gz")
IN_LINE = {Standing.SAME: "same", Standing.DIFFERS: "differs", Standing.UNKNOWN: "anew"}
IN_SUM = {**IN_LINE, Standing.UNKNOWN: "judged anew, with no stored verdict to compare with"}


@click.command()
@click.argument("histories", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per history, and nothing else.")
@click.option("-q", "--quiet", is_flag=True, help="Only what differs or is no whole history, and the sum.")
@click.option(
    "-j", "--jobs", type=click.IntRange(1, 256), metavar="N", help="Processes; as many as processors where not given."
)
def judge(histories: tuple[Path, ...], as_json: bool, quiet: bool, jobs: int | None) -> int:
    """Judge stored histories again; a folder stands for every history below it.

    Each line is verdict, comparison, scenario and release, reason, file. Compared is with the verdict that the run
    stored beside the history (verdict.json): it is the same, or differs; where there is none the history is just judged
    anew. Exits with the code of the worst verdict, as the run did (infra 4 before inconclusive 3 before fail 1), and
    with 1 at least where one differs.

    \b
    shakedown judge reports/latest
    shakedown judge -q reports
    shakedown judge --json tests/corpus
    """
    files = found(histories)
    tally, started = Tally(), time.monotonic()
    for result in rejudge_all(files, jobs or os.cpu_count() or 1):
        tally.add(result)
        if as_json:
            click.echo(json.dumps(record(result)))
        elif not quiet or telling(result):
            click.echo("\n".join(lines(result)))
    if not as_json:
        click.echo(f"{tally} in {time.monotonic() - started:.1f} s")
    return tally.exit_code


@dataclass(slots=True)
class Tally:
    """What the judged histories add up to."""

    verdicts: Counter[Verdict] = field(default_factory=Counter)
    standings: Counter[Standing] = field(default_factory=Counter)
    cells: dict[Path, set[Verdict]] = field(default_factory=lambda: defaultdict(set))

    def add(self, result: Rejudged) -> None:
        self.verdicts[result.judgement.verdict] += 1
        self.standings[result.standing] += 1
        self.cells[cell_of(result.history)].add(result.judgement.verdict)

    @property
    def exit_code(self) -> int:
        """An inconclusive attempt that was tried again counts no more than it did in the run."""
        told = [verdicts - {Verdict.INCONCLUSIVE} or verdicts for verdicts in self.cells.values()]
        worst = worst_code(verdict for verdicts in told for verdict in verdicts)
        return max(worst, Exit.FAIL if self.standings[Standing.DIFFERS] else Exit.OK)

    def __str__(self) -> str:
        total = self.verdicts.total()
        words = [f"{count} {name}" for name, count in sorted(self.verdicts.items())]
        words += [f"{self.standings[standing]} {IN_SUM[standing]}" for standing in Standing if self.standings[standing]]
        return f"{total} {'history' if total == 1 else 'histories'}: {', '.join(words)}"


def cell_of(history: Path) -> Path:
    """What the attempts at one cell have in common: the folder of the first."""
    if not history.name.startswith(HISTORY):
        return history
    return history.parent.parent if history.parent.name.startswith("attempt-") else history.parent


def rejudge_all(files: Sequence[Path], jobs: int) -> Iterator[Rejudged]:
    """In the order of the files, each as soon as it and those before it are judged."""
    jobs = min(jobs, len(files))
    if jobs == 1 or len(files) <= ALONE:
        yield from map(rejudge, files)
        return
    with ProcessPoolExecutor(max_workers=jobs) as pool:
        yield from pool.map(rejudge, files, chunksize=max(1, min(16, len(files) // (4 * jobs))))


def found(paths: Iterable[Path]) -> list[Path]:
    files = dict.fromkeys(file for path in paths for file in below(path))
    if not files:
        raise UsageError("there is no history", cure=f"name a *.jsonl or *.jsonl.gz, or a folder with a {HISTORY}")
    return list(files)


def below(path: Path) -> list[Path]:
    """What a shell's `*` names besides histories, such as an index of them, is left out."""
    if not path.is_dir():
        return [path] if path.name.endswith(SUFFIXES) else []
    return sorted(file for file in path.rglob("*.jsonl*") if is_history(file))


def is_history(file: Path) -> bool:
    """By its name: the reports of a run have copies and trends of their own."""
    own = file.name.startswith(".") or file.parent.name == ALLURE_RESULTS
    return file.name.endswith(SUFFIXES) and not own and file.is_file()


def telling(result: Rejudged) -> bool:
    return result.standing is Standing.DIFFERS or result.judgement.verdict is Verdict.INFRA


def lines(result: Rejudged) -> Iterator[str]:
    verdict, file = result.judgement.verdict, links.from_here(result.history)
    known = "" if result.name == str(result.history) else result.name
    yield f"{verdict:<12} {IN_LINE[result.standing]:<8} {known:<40} {result.judgement.reason} ({file})"
    yield from (f"  {difference}" for difference in result.differences)


def record(result: Rejudged) -> dict[str, object]:
    return {
        "history": str(result.history),
        "name": result.name,
        "stored": result.standing,
        "differences": list(result.differences),
        **result.judgement.as_json(),
    }

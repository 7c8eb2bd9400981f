"""`shakedown judge`: verdicts from stored histories, with no cluster."""

import json
from pathlib import Path

import click

from harness.history.errors import BadHistory
from harness.history.reader import read
from harness.model.verdicts import Judgement, Verdict
from harness.oracles import judge as oracle


@click.command()
@click.argument("histories", nargs=-1, required=True, type=click.Path(path_type=Path, exists=True))
@click.option("--json", "as_json", is_flag=True, help="One JSON object per history.")
def judge(histories: tuple[Path, ...], as_json: bool) -> int:
    """Judge stored histories again; a folder stands for every history below it.

    \b
    shakedown judge reports/latest
    shakedown judge --json tests/corpus/*.jsonl.gz
    """
    worst = 0
    for path in found(histories):
        name, judgement = judged(path)
        worst = max(worst, judgement.verdict.exit_code)
        click.echo(
            as_line(name, judgement) if not as_json else json.dumps({"history": str(path), **judgement.as_json()})
        )
    return worst


def found(paths: tuple[Path, ...]) -> list[Path]:
    files = []
    for path in paths:
        files += sorted(path.rglob("history.jsonl*")) if path.is_dir() else [path]
    return files


def judged(path: Path) -> tuple[str, Judgement]:
    """What the history is of, and its verdict; a file that is none is infra, with the line."""
    try:
        recording = read(path)
        name = f"{recording.header.scenario.name} {recording.header.argo}"
        return name, oracle.judge(recording.header, recording.entries())
    except BadHistory as error:
        return str(path), Judgement(verdict=Verdict.INFRA, reason=str(error))


def as_line(name: str, judgement: Judgement) -> str:
    return f"{judgement.verdict:<12} {name:<44} {judgement.reason}"

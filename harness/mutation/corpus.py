"""The corpus: recorded histories with the verdict that each must be given, for ever."""

import gzip
import json
import sys
from collections.abc import Iterator, Sequence
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Final

from harness.history.errors import BadHistory
from harness.history.reader import read
from harness.history.writer import Writer
from harness.model.verdicts import Judgement, StuckCause, Verdict
from harness.oracles.judge import judge

CORPUS: Final = Path(__file__).parents[2] / "tests" / "corpus"
INDEX: Final = "index.json"
MACHINE: Final = frozenset({"machineID", "systemUUID", "bootID", "kernelVersion"})


@dataclass(frozen=True, slots=True, kw_only=True)
class Sample:
    """One history of the corpus, with what must come out; `violations` are names of invariants."""

    file: str
    scenario: str
    argo: str
    verdict: Verdict
    cause: StuckCause | None
    violations: tuple[str, ...]

    @property
    def healthy(self) -> bool:
        return self.verdict is Verdict.PASS and not self.violations


def samples(folder: Path = CORPUS) -> tuple[Sample, ...]:
    listed: list[dict[str, Any]] = json.loads((folder / INDEX).read_text(encoding="utf-8"))
    return tuple(_sample(item) for item in listed)


def _sample(item: dict[str, Any]) -> Sample:
    cause = None if item["cause"] is None else StuckCause(item["cause"])
    return Sample(
        **{**item, "verdict": Verdict(item["verdict"]), "cause": cause, "violations": tuple(item["violations"])}
    )


def judged(path: Path) -> Judgement:
    try:
        recording = read(path)
    except BadHistory as error:
        return Judgement(verdict=Verdict.INFRA, reason=str(error))
    return judge(recording.header, recording.entries())


def sample_of(path: Path) -> Sample:
    header, judgement = read(path).header, judged(path)
    return Sample(
        file=path.name,
        scenario=header.scenario.name,
        argo=header.argo,
        verdict=judgement.verdict,
        cause=judgement.cause,
        violations=tuple(sorted({violation.invariant for violation in judgement.violations})),
    )


def add(histories: Sequence[Path], folder: Path = CORPUS) -> None:
    """Stores histories beside those that are there, in today's format; `write_index` then takes their verdicts."""
    folder.mkdir(parents=True, exist_ok=True)
    for history in histories:
        header = read(history).header
        stem = f"{header.scenario.name}-{header.argo}"
        number = len(list(folder.glob(f"{stem}-[0-9]*.jsonl.gz"))) + 1
        _pack(history, folder / f"{stem}-{number}.jsonl.gz")


def _pack(history: Path, packed: Path) -> None:
    recording = read(history)
    plain = packed.with_suffix("")
    plain.unlink(missing_ok=True)
    try:
        with Writer(plain, recording.header) as writer:
            for entry, line in recording.raw_entries():
                writer.write(entry, _anonymous(line.get("object")))
        # No time stamp in it: the same history gives the same bytes.
        packed.write_bytes(gzip.compress(plain.read_bytes(), 9, mtime=0))
    finally:
        plain.unlink()


def _anonymous(raw: dict[str, Any] | None) -> dict[str, Any] | None:
    """Without what names the machine that it was recorded on; nothing is judged by it."""
    info = raw.get("status", {}).get("nodeInfo") if raw else None
    if raw is None or not info:
        return raw
    kept = {key: value for key, value in info.items() if key not in MACHINE}
    return {**raw, "status": {**raw["status"], "nodeInfo": kept}}


def write_index(folder: Path = CORPUS) -> None:
    found = [asdict(sample_of(path)) for path in sorted(folder.glob("*.jsonl.gz"))]
    (folder / INDEX).write_text(json.dumps(found, indent=1) + "\n", encoding="utf-8")


def differences(folder: Path = CORPUS) -> Iterator[str]:
    """Histories that are not given the verdict which the index asks for."""
    for wanted in samples(folder):
        found = sample_of(folder / wanted.file)
        if found != wanted:
            yield f"{wanted.file}: index {_short(wanted)}, now {_short(found)}"


def _short(sample: Sample) -> str:
    cause = f" {sample.cause}" if sample.cause else ""
    return f"{sample.verdict}{cause} {' '.join(sample.violations)}".strip()


if __name__ == "__main__":
    add([Path(argument) for argument in sys.argv[1:]])
    write_index()

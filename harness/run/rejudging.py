"""A stored history judged again, beside the verdict that was kept with it: the two must be the same, byte for byte."""

import json
from collections.abc import Iterator
from dataclasses import dataclass
from enum import StrEnum
from pathlib import Path
from typing import Any, Final

from harness.history.errors import BadHistory
from harness.history.reader import read
from harness.model.verdicts import Judgement, Verdict
from harness.oracles.judge import judge

VERDICT: Final = "verdict.json"
HISTORY: Final = "history.jsonl"
PACKED: Final = ".gz"
_SHOWN: Final = 60
_ABSENT: Final = object()


class Standing(StrEnum):
    """What the stored verdict is to the new one."""

    SAME = "same"
    DIFFERS = "differs"
    UNKNOWN = "not stored"


@dataclass(frozen=True, slots=True, kw_only=True)
class Rejudged:
    """`differences` are fields with the stored and the new value; `name` is scenario and release, or the path."""

    history: Path
    name: str
    judgement: Judgement
    standing: Standing
    differences: tuple[str, ...] = ()


def keep(judgement: Judgement, folder: Path) -> Path:
    """Writes the verdict of an attempt beside its history."""
    path = folder / VERDICT
    path.write_text(text(judgement), encoding="utf-8")
    return path


def text(judgement: Judgement) -> str:
    return json.dumps(judgement.as_json(), indent=1)


def rejudge(history: Path) -> Rejudged:
    """A file that is no history is infra, with the line; so it is for a run."""
    name, judgement = judged(history)
    stored = stored_beside(history)
    standing, differences = compared(judgement, stored)
    return Rejudged(history=history, name=name, judgement=judgement, standing=standing, differences=differences)


def judged(history: Path) -> tuple[str, Judgement]:
    name = str(history)
    try:
        recording = read(history)
        name = f"{recording.header.scenario.name} {recording.header.argo}"
        return name, judge(recording.header, recording.entries())
    except BadHistory as error:
        return name, Judgement(verdict=Verdict.INFRA, reason=str(error))


def stored_beside(history: Path) -> str | None:
    """`verdict.json` in the folder of a `history.jsonl`; beside `NAME.jsonl.gz` it is `NAME.verdict.json`."""
    plain = history.with_suffix("") if history.suffix == PACKED else history
    path = history.with_name(VERDICT if plain.name == HISTORY else f"{plain.stem}.{VERDICT}")
    try:
        return path.read_text(encoding="utf-8")
    except (OSError, UnicodeDecodeError):
        return None


def compared(judgement: Judgement, stored: str | None) -> tuple[Standing, tuple[str, ...]]:
    if stored is None:
        return Standing.UNKNOWN, ()
    if stored == text(judgement):
        return Standing.SAME, ()
    try:
        found = tuple(differences(json.loads(stored), judgement.as_json()))
    except ValueError as error:
        return Standing.DIFFERS, (f"the stored verdict is not JSON: {error}",)
    return Standing.DIFFERS, found or ("written in another form, with the same content",)


def differences(old: Any, new: Any, where: str = "") -> Iterator[str]:
    """Every place where the two are not the same, from the top down."""
    match old, new:
        case dict(), dict():
            for key in dict.fromkeys((*old, *new)):
                yield from differences(old.get(key, _ABSENT), new.get(key, _ABSENT), f"{where}.{key}".lstrip("."))
        case list(), list():
            if len(old) != len(new):
                yield f"{where}: {len(old)} -> {len(new)}"
            for index, pair in enumerate(zip(old, new, strict=False)):
                yield from differences(*pair, f"{where}[{index}]")
        case _ if old != new:
            yield f"{where}: {shown(old)} -> {shown(new)}"


def shown(value: Any) -> str:
    if value is _ABSENT:
        return "absent"
    written = value if isinstance(value, str) and value else json.dumps(value)
    return written if len(written) <= _SHOWN else f"{written[: _SHOWN - 1]}…"

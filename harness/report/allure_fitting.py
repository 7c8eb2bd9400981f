"""One file is what people send each other, and mail takes 25 MB: what a large run has too much of stays beside it.

The evidence of green cells goes first, and of a cell what is longest and read least. Nothing that is left out is lost:
the result says so, and where the whole files are.
"""

from __future__ import annotations

import json
import shutil
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

LIMIT: Final = 23_000_000
"""Bytes of the finished file that are aimed at; the estimate below is no better than a tenth."""
_PAGE: Final = 3_900_000
"""An empty report."""
_PER_RESULT: Final = 4.0
"""A result is in the report several times: its page, the trees, the search, other releases."""
_PER_ATTACHMENT: Final = 4 / 3
_SPARED: Final = ("pass", "skipped", "known-bug")
"""Verdicts whose evidence is given up, in this order; that of all others comes last."""
_READ_LEAST: Final = ("history.jsonl.gz", "controller log", "log of ", "timeline picture", "timeline")


@dataclass(frozen=True, slots=True, kw_only=True)
class _Extra:
    """An attachment that the report can do without. `holder` is the list that it is in."""

    rank: tuple[int, int, int]
    size: int
    result: dict[str, Any]
    holder: list[dict[str, Any]]
    attachment: dict[str, Any]


def fitted(results: Path, work: Path, limit: int = LIMIT) -> Path:
    """The folder to make the report of: `results` where all of it fits, or a thinner copy of it at `work`."""
    told = {path.name: result for path in sorted(results.glob("*-result.json")) if (result := _read(path))}
    over = _estimate(results) - limit
    dropped: set[str] = set()
    for extra in sorted(_extras(results, told), key=lambda extra: extra.rank):
        if over <= 0:
            break
        over -= extra.size * _PER_ATTACHMENT
        extra.holder.remove(extra.attachment)
        extra.result.setdefault("left out", []).append(extra.attachment["name"])
        dropped.add(extra.attachment["source"])
    if not dropped:
        return results
    _copy(results, work, told, dropped)
    return work


def _read(path: Path) -> dict[str, Any]:
    """Nothing where the file is broken: then Allure says what it thinks of it."""
    try:
        result = json.loads(path.read_bytes())
    except ValueError:
        return {}
    return result if isinstance(result, dict) else {}


def _estimate(results: Path) -> float:
    def weight(path: Path) -> float:
        return path.stat().st_size * (_PER_RESULT if path.name.endswith("-result.json") else _PER_ATTACHMENT)

    return _PAGE + sum(weight(path) for path in results.iterdir())


def _extras(results: Path, told: dict[str, Any]) -> Iterator[_Extra]:
    for result in told.values():
        verdict = next((label["value"] for label in result.get("labels", []) if label["name"] == "verdict"), "")
        spared = _SPARED.index(verdict) if verdict in _SPARED else len(_SPARED)
        for holder in _holders(result):
            for attachment in holder:
                read = next((i for i, name in enumerate(_READ_LEAST) if attachment["name"].startswith(name)), None)
                path = results / attachment["source"]
                if read is not None and path.is_file():
                    size = path.stat().st_size
                    rank = (spared, read, -size)
                    yield _Extra(rank=rank, size=size, result=result, holder=holder, attachment=attachment)


def _holders(part: dict[str, Any]) -> Iterator[list[dict[str, Any]]]:
    yield part.get("attachments", [])
    for step in part.get("steps", []):
        yield from _holders(step)


def _copy(results: Path, work: Path, told: dict[str, Any], dropped: set[str]) -> None:
    work.mkdir(parents=True)
    for path in results.iterdir():
        if path.name not in told and path.name not in dropped:
            shutil.copyfile(path, work / path.name)
    for name, result in told.items():
        if left_out := result.pop("left out", None):
            said = f"Left out here, so that this report stays one small file: {', '.join(left_out)}."
            result["description"] = f"{result.get('description', '')}\n\n{said}".strip()
        (work / name).write_text(json.dumps(result, ensure_ascii=False), encoding="utf-8")

"""What a disk, an editor or a transfer does to a file. All of it must be `infra` with the number of the line."""

import gzip
import json
import re
import tempfile
from collections.abc import Callable, Iterator, Mapping
from pathlib import Path
from typing import Final

from harness.model.verdicts import Judgement, Verdict
from harness.mutation.corpus import judged
from harness.mutation.general import spread

Lines = list[str]
VERSION: Final = ('"version":1', '"version":2', 1)
Damage = Callable[[Lines, int], Lines]
_WITH_LINE: Final = re.compile(r"history\S*:\d+: |^history:\d+: ")


def _retyped(line: str) -> str:
    """The kind of the entry, or of the file, is no string any more."""
    fields = json.loads(line)
    fields["kind" if "kind" in fields else "format"] = 7
    return f"{json.dumps(fields)}\n"


DAMAGES: Final[Mapping[str, Damage]] = {
    "a line is lost": lambda lines, at: lines[:at] + lines[at + 1 :],
    "a line is there twice": lambda lines, at: [*lines[: at + 1], *lines[at:]],
    "two lines change places": lambda lines, at: [*lines[: at - 1], lines[at], lines[at - 1], *lines[at + 1 :]],
    "the file stops between lines": lambda lines, at: lines[:at],
    "the file stops within a line": lambda lines, at: [*lines[:at], lines[at][: len(lines[at]) // 2]],
    "a line is garbage": lambda lines, at: [*lines[:at], "\x00garbage\n", *lines[at + 1 :]],
    "a line is no object": lambda lines, at: [*lines[:at], "[1]\n", *lines[at + 1 :]],
    "a line is empty": lambda lines, at: [*lines[:at], "\n", *lines[at:]],
    "a field has the wrong type": lambda lines, at: [*lines[:at], _retyped(lines[at]), *lines[at + 1 :]],
    "the header is of another version": lambda lines, at: [lines[0].replace(*VERSION), *lines[1:]],
}


def damaged(path: Path) -> Iterator[tuple[str, Lines]]:
    lines = gzip.decompress(path.read_bytes()).decode().splitlines(keepends=True)
    for kind, damage in DAMAGES.items():
        for at in list(spread(range(1, len(lines))))[:2]:
            yield kind, damage(lines, at)


def noticed(lines: Lines) -> bool:
    with tempfile.TemporaryDirectory(prefix="shakedown-mutation-") as folder:
        path = Path(folder) / "history.jsonl"
        path.write_text("".join(lines), encoding="utf-8", newline="\n")
        return refused(judged(path))


def refused(judgement: Judgement) -> bool:
    return judgement.verdict is Verdict.INFRA and _WITH_LINE.search(judgement.reason) is not None

"""What is wrong with a file is said in the form every editor and CI log can follow: file:line:col: message."""

from __future__ import annotations

import difflib
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

SHOWN = 60
LISTED = 20


class Severity(StrEnum):
    ERROR = "error"
    WARNING = "warning"


@dataclass(frozen=True, slots=True, kw_only=True)
class Problem:
    """One thing wrong at one place; line and column count from 1. A warning does not stop a run."""

    path: Path
    line: int = 1
    column: int = 1
    message: str
    severity: Severity = Severity.ERROR

    def __str__(self) -> str:
        label = "warning: " if self.severity is Severity.WARNING else ""
        return f"{self.path}:{self.line}:{self.column}: {label}{self.message}"

    @property
    def place(self) -> tuple[str, int, int, str]:
        return str(self.path), self.line, self.column, self.message


class ScenarioErrors(UsageError):
    """Everything that is wrong with one or several scenario files."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        self.problems = tuple(sorted(problems, key=lambda problem: problem.place))
        super().__init__("\n".join(str(problem) for problem in self.problems))

    def __reduce__(self) -> tuple[object, ...]:
        return ScenarioErrors, (self.problems,)


def show(value: object) -> str:
    """The value as the file has it, short enough for one line and without control characters."""
    match value:
        case bool():
            text = str(value).lower()
        case dict():
            text = "a mapping"
        case list() | tuple():
            text = "a list"
        case None:
            text = "nothing"
        case str():
            text = repr(value)
        case _:
            text = str(value)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def nearest(name: str, known: Iterable[str], *, cutoff: float = 0.6) -> str:
    """`, did you mean 'x'?`, or nothing where no name is near; one that differs in its capitals alone is."""
    small = {one.casefold(): one for one in known}
    close = difflib.get_close_matches(name[:SHOWN].casefold(), list(small), n=1, cutoff=cutoff)
    return f", did you mean {small[close[0]]!r}?" if close else ""


def listed(names: Iterable[str]) -> str:
    known = list(names)
    more = f", {len(known) - LISTED} more" if len(known) > LISTED else ""
    return ", ".join(known[:LISTED]) + more or "none"

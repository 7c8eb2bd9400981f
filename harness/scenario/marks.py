"""Where every key and value of a file stood, because an error without a line costs minutes."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from harness.scenario.problems import Problem, ScenarioErrors

if TYPE_CHECKING:
    from pathlib import Path

Where = tuple[str | int, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Mark:
    """A place in a file; line and column count from 1."""

    path: Path
    line: int = 1
    column: int = 1

    def problem(self, message: str) -> Problem:
        return Problem(path=self.path, line=self.line, column=self.column, message=message)

    def refusal(self, message: str) -> ScenarioErrors:
        return ScenarioErrors([self.problem(message)])


@dataclass(slots=True)
class Marks:
    """Places of keys and values by their path in the data; `raw` is the text of a value that is no string."""

    path: Path
    keys: dict[Where, Mark] = field(default_factory=dict)
    values: dict[Where, Mark] = field(default_factory=dict)
    raw: dict[Where, str] = field(default_factory=dict)

    def copy(self) -> Marks:
        return Marks(self.path, dict(self.keys), dict(self.values), dict(self.raw))

    def key(self, where: Where) -> Mark:
        """Place of the key, or of the list item, or of the nearest parent that there is."""
        return self.keys.get(where) or self.value(where)

    def value(self, where: Where) -> Mark:
        for length in range(len(where), -1, -1):
            if mark := self.values.get(where[:length]):
                return mark
        return Mark(path=self.path)

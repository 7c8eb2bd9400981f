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

    def lines(self, *roots: str) -> dict[str, int]:
        """The lines of what stands in this file below the roots, as `expect.nodes.0` to line.

        What stands on the line of the path above it is left out.
        """
        places = {*self.keys, *self.values}
        mine = sorted(where for where in places if where and where[0] in roots and self.key(where).path == self.path)
        return {_dotted(where): line for where in mine if (line := self.key(where).line) != self._above(where)}

    def _above(self, where: Where) -> int:
        return self.key(where[:-1]).line if len(where) > 1 else 0

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


def _dotted(where: Where) -> str:
    return ".".join(map(str, where))

"""Where in the scenario file an expectation stands, so that a verdict points at it without the file at hand."""

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, field, replace

from harness.model.verdicts import Check


@dataclass(frozen=True, slots=True)
class Places:
    """The lines below `root`, by their paths as the header of a history has them."""

    lines: Mapping[str, int] = field(default_factory=dict)
    root: tuple[str | int, ...] = ()

    def below(self, *where: str | int) -> "Places":
        return Places(self.lines, (*self.root, *where))

    def line(self, *where: str | int) -> int:
        """Of the path, or of the nearest one above it; 0 where nothing is known."""
        path = (*self.root, *where)
        above = (".".join(map(str, path[:length])) for length in range(len(path), 0, -1))
        return next((self.lines[key] for key in above if key in self.lines), 0)

    def mark(self, checks: Iterable[Check], *where: str | int) -> Iterator[Check]:
        """The checks of one item of an outcome. The name of a check ends with the key that it is about."""
        for check in checks:
            yield replace(check, line=self.line(*where, check.name.rpartition(".")[2])) if self.lines else check


NOWHERE = Places()

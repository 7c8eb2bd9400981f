"""Where a square of the grid leads: only to what is there, since a dead link costs more trust than a missing one."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final
from urllib.parse import quote

from harness.report import links

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from harness.model.column import Column
    from harness.report.grid import Square

ALLURE: Final = "index.html"
BUNDLES: Final = "bundles"
TIMELINE: Final = "timeline.html"


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """`about` is what a screen reader says more than the word that is shown."""

    word: str
    href: str
    about: str


@dataclass(frozen=True, slots=True, kw_only=True)
class Targets:
    """`pages` are those of the Allure report; none if it could not be made."""

    folder: Path
    pages: Mapping[tuple[str, Column], str]

    def of(self, square: Square) -> tuple[Target, ...]:
        """The evidence of a square, the most readable first."""
        if square.cell is None:
            return ()
        name = f"{square.cell.scenario} on {square.column}"
        page = self.pages.get((square.cell.scenario, square.column))
        allure = [("Allure", f"{ALLURE}{page}", f"Allure page of {name}")] if page else []
        files = [
            (word, self._address(path), f"{word} of {name}") for word, path in self._files(square) if path.is_file()
        ]
        return tuple(Target(word=word, href=href, about=about) for word, href, about in [*allure, *files])

    def _files(self, square: Square) -> list[tuple[str, Path]]:
        assert square.cell is not None
        bundle = self.folder / BUNDLES / f"{square.cell.scenario}-{square.column.id}.zip"
        if square.history is None:
            return [("bundle", bundle)]
        timeline = square.history.parent / TIMELINE
        return [("timeline", timeline), ("history", square.history), ("bundle", bundle)]

    def _address(self, path: Path) -> str:
        return quote(links.relative(path, self.folder))

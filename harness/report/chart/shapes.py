"""What is on the paper, with its place: whether labels overlap can be asked before anything is drawn."""

from __future__ import annotations

from dataclasses import dataclass, field

from harness.report.chart.measure import Box, width

SMALL, NORMAL, LARGE, HUGE = 11.0, 12.0, 14.0, 19.0
"""Sizes of letters; nothing is smaller than 11 pixels."""


@dataclass(frozen=True, slots=True)
class Rect:
    x: float
    y: float
    width: float
    height: float
    kind: str
    round: float = 0.0


@dataclass(frozen=True, slots=True)
class Path:
    """`d` as SVG has it."""

    d: str
    kind: str


@dataclass(frozen=True, slots=True)
class Text:
    """`y` is the base line."""

    x: float
    y: float
    text: str
    size: float = NORMAL
    kind: str = "ink"
    bold: bool = False
    middle: bool = False

    @property
    def box(self) -> Box:
        wide = width(self.text, self.size, bold=self.bold)
        left = self.x - wide / 2 if self.middle else self.x
        return Box(left, self.y - 0.8 * self.size, left + wide, self.y + 0.25 * self.size)


Shape = Rect | Path | Text


@dataclass(frozen=True, slots=True)
class Item:
    """Shapes that are one thing to a reader; `detail` is what it says on hovering, `stop` makes it a stop of Tab."""

    shapes: tuple[Shape, ...]
    detail: str = ""
    stop: bool = False
    kind: str = "about"


@dataclass(slots=True)
class Drawing:
    """Layers from the back to the front."""

    width: float
    height: float = 0.0
    title: str = ""
    description: str = ""
    ground: list[Item] = field(default_factory=list)
    bars: list[Item] = field(default_factory=list)
    moments: list[Item] = field(default_factory=list)
    points: list[Item] = field(default_factory=list)
    words: list[Item] = field(default_factory=list)
    names: list[Item] = field(default_factory=list)

    @property
    def items(self) -> list[Item]:
        return [*self.ground, *self.bars, *self.moments, *self.points, *self.words, *self.names]

    @property
    def texts(self) -> list[Text]:
        return [shape for item in self.items for shape in item.shapes if isinstance(shape, Text) and shape.text]

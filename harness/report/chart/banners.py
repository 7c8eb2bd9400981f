"""The flags above the lanes, and their poles through them: a label lies neither on another nor on a later pole."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.report.chart.measure import fit, width
from harness.report.chart.model import Style
from harness.report.chart.shapes import NORMAL, SMALL, Drawing, Item, Path, Rect, Text

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.report.chart.model import Flag
    from harness.report.chart.place import Place

ROW: Final = 36.0
WIDEST: Final = 400.0
_NEAR: Final = 11.0
"""Pixels below which the head of a stage would hide that of the next."""
_PAD: Final = 5.0
_HEADS: Final = {
    Style.TRIGGERED: "M{x:.1f} {y:g}l-5 -8h10z",
    Style.ACCEPTED: "M{x:.1f} {y:g}m-4 -4a4 4 0 1 0 8 0a4 4 0 1 0 -8 0",
    Style.LANDED: "M{x:.1f} {y:g}l-5 -8h10z",
    Style.WRONG: "M{x:.1f} {y:g}m-4 -8l8 8m0 -8l-8 8",
    Style.NUDGE: "M{x:.1f} {y:g}v-8",
    Style.KERNEL: "M{x:.1f} {y:g}l-4 -4l4 -4l4 4z",
    Style.VIOLATION: "M{x:.1f} {y:g}m-4 -8l8 8m0 -8l-8 8",
    Style.QUIET: "M{x:.1f} {y:g}v-8",
}


@dataclass(frozen=True, slots=True)
class Banner:
    """A flag with its place: `row` counts from the lanes upwards."""

    flag: Flag
    title: str
    text: str
    pole: float
    left: float
    right: float
    row: int = 0


def arranged(flags: Sequence[Flag], place: Place) -> list[Banner]:
    """From the right to the left: each above what it would cover, so that its pole passes on the left of that."""
    found: list[Banner] = []
    for flag in sorted(flags, key=lambda flag: flag.t, reverse=True):
        made = _banner(flag, place)
        rows = [other.row for other in found if _in_the_way(made, other)]
        found.append(
            Banner(made.flag, made.title, made.text, made.pole, made.left, made.right, max(rows, default=-1) + 1)
        )
    return found


def _banner(flag: Flag, place: Place) -> Banner:
    """Near the right edge a label is moved to the left, across its own pole."""
    title, text = fit(flag.title, WIDEST, NORMAL, bold=True), fit(flag.text, WIDEST, SMALL)
    wide = max(width(title, NORMAL, bold=True), width(text, SMALL)) + 2 * _PAD
    pole = place.x(flag.t)
    left = min(pole, place.edge - wide)
    return Banner(flag, title, text, pole, left, left + wide)


def _in_the_way(made: Banner, other: Banner) -> bool:
    covers = made.left < other.right + _PAD and other.left < made.right + _PAD
    return covers or made.left - 1 <= other.pole <= made.right + 1


def height(banners: Sequence[Banner]) -> float:
    return ROW * (1 + max((banner.row for banner in banners), default=-1)) + 12


def draw(banners: Sequence[Banner], place: Place, drawing: Drawing, base: float, bottom: float) -> None:
    """`base` is where the lowest labels end, `bottom` where the lanes do."""
    for banner in sorted(banners, key=lambda banner: banner.flag.t):
        top = base - ROW * (banner.row + 1)
        shapes = tuple(_poles(banner, place, top, base, bottom))
        drawing.moments.append(Item(shapes, banner.flag.detail, kind="pole"))
        plate = Rect(banner.left, top, banner.right - banner.left, ROW - 4, "plate", 3.0)
        edge = Path(f"M{banner.pole:.1f} {top:g}v{ROW - 4:g}", f"edge {banner.flag.moments[0].style}")
        title = Text(banner.left + _PAD, top + 14, banner.title, NORMAL, bold=True)
        text = Text(banner.left + _PAD, top + 27, banner.text, SMALL, "faint")
        drawing.names.append(Item((plate, edge, title, text), banner.flag.detail, stop=True, kind="flag"))


def _poles(banner: Banner, place: Place, top: float, base: float, bottom: float) -> Iterator[Path]:
    moments = banner.flag.moments
    places = [place.x(moment.t) for moment in moments]
    for number, (moment, x) in enumerate(zip(moments, places, strict=True)):
        start = top if number == 0 else base + 2
        kind = moment.style
        yield Path(f"M{x:.1f} {start:g}V{bottom:g}", "halo")
        yield Path(f"M{x:.1f} {start:g}V{bottom:g}", f"pole {kind}")
        if number + 1 == len(moments) or places[number + 1] - x >= _NEAR:
            yield Path(_HEADS[moment.style].format(x=x, y=base + 10), f"head {kind}")
    if places[-1] - places[0] > _NEAR:
        yield Path(f"M{places[0]:.1f} {base + 2:g}H{places[-1]:.1f}", "way")

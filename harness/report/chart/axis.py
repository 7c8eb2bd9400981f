"""The ruler above the lanes, and what it says about time through them: ticks, breaks, the end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.report.chart.measure import Box, fit, width
from harness.report.chart.scale import steps, ticks
from harness.report.chart.shapes import SMALL, Drawing, Item, Path, Rect, Text
from harness.report.chart.words import seconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from harness.report.chart.place import Place

HEIGHT: Final = 24.0
APART: Final = 56.0
"""Pixels from one tick to the next, at least."""
_TOOTH: Final = 6.0


def draw(place: Place, drawing: Drawing, top: float, bottom: float, poles: Iterable[float]) -> None:
    """From `top`, where the ruler is, to `bottom`, where the lanes end; no label stands where a pole goes through."""
    base = top + HEIGHT
    labels: list[Text] = []
    drawing.ground.append(Item((Path(f"M{place.left:g} {base:g}H{place.edge:g}", "axis"),)))
    _left_over(place, drawing, labels, base, bottom)
    _breaks(place, drawing, labels, base, bottom)
    _ticks(place, drawing, labels, base, bottom, tuple(poles))
    drawing.names.extend(Item((label,)) for label in labels)


def _left_over(place: Place, drawing: Drawing, labels: list[Text], base: float, bottom: float) -> None:
    strip = Rect(place.right, base, place.edge - place.right, bottom - base, "after")
    line = Path(f"M{place.right:g} {base - 6:g}V{bottom:g}", "end")
    drawing.ground.append(Item((strip, line), "the recording ended here; to the right: how everything was left"))
    labels.append(Text(place.right + 6, base - 8, "as it was left", SMALL, "faint"))


def _breaks(place: Place, drawing: Drawing, labels: list[Text], base: float, bottom: float) -> None:
    """A break is a band, with a tear through everything and the time that it stands for."""
    for section in place.scale.breaks:
        left, wide, lasts = section.left, section.right - section.left, seconds(section.end - section.start)
        told = f"axis broken: {lasts} made short"
        drawing.ground.append(Item((Rect(left, base - HEIGHT, wide, bottom - base + HEIGHT, "break"),), told))
        middle = left + wide / 2
        drawing.moments.append(Item((Path(_tear(middle, base - 3, bottom), "tear"),)))
        words = f"⋯ {lasts} ⋯" if width(f"⋯ {lasts} ⋯", SMALL) < wide else fit(lasts, wide, SMALL)
        labels.append(Text(middle, base - 8, words, SMALL, "faint", middle=True))


def _tear(x: float, top: float, bottom: float) -> str:
    teeth = int((bottom - top) / (2 * _TOOTH))
    return f"M{x - _TOOTH / 2:.1f} {top:.1f}" + f"l{_TOOTH:g} {_TOOTH:g}l{-_TOOTH:g} {_TOOTH:g}" * teeth


def _ticks(
    place: Place, drawing: Drawing, labels: list[Text], base: float, bottom: float, poles: Sequence[float]
) -> None:
    """Every section says at least once what time it is, if there is room at all."""
    for section in place.scale.sections:
        for step in () if section.broken else steps(section, APART):
            made = [_tick(place, t, step, base) for t in ticks(section, step)]
            free = list(_free(made, labels, poles))
            if free:
                labels.extend(free)
                drawing.ground.extend(Item((Path(f"M{tick.x:.1f} {base - 5:g}V{bottom:g}", "grid"),)) for tick in made)
                break


def _tick(place: Place, t: float, step: float, base: float) -> Text:
    return Text(place.x(t), base - 8, _clock(t, step), SMALL, "faint", middle=True)


def _free(made: Iterable[Text], labels: Iterable[Text], poles: Sequence[float]) -> Iterator[Text]:
    """Those that meet no other label and no pole."""
    taken = [label.box for label in labels]
    for label in made:
        box = label.box
        near = Box(box.left - 5, box.top, box.right + 5, box.bottom)
        if not any(near.meets(other) for other in taken) and not any(box.left - 5 < x < box.right + 5 for x in poles):
            taken.append(box)
            yield label


def _clock(t: float, step: float) -> str:
    digits = 0 if step >= 1 else 1 if step >= 0.1 else 2
    if t < 120:
        return f"{t:.{digits}f} s"
    minutes, rest = divmod(t, 60)
    return f"{minutes:.0f}:{rest:0{2 if not digits else 3 + digits}.{digits}f}"

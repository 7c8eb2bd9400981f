"""A drawing as SVG that needs nothing beside it. Every word in it is escaped: names and messages are hostile input."""

from __future__ import annotations

from html import escape
from typing import TYPE_CHECKING

from harness.report.chart import assembly, frame, style
from harness.report.chart.shapes import Drawing, Item, Path, Rect, Shape, Text
from harness.report.chart.words import detail, harmless

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.history.reader import Recording
    from harness.model.verdicts import Judgement


def picture(recording: Recording, judgement: Judgement | None = None) -> str:
    """The SVG of a history."""
    return render(frame.drawn(assembly.of_recording(recording, judgement)))


def render(drawing: Drawing, *, alive: bool = False, name: str = "timeline") -> str:
    """`alive` is for a page: what has details tells them and can be reached with Tab. An image cannot do either.

    `name` begins the ids, for a page with several pictures.
    """
    return "\n".join(_lines(drawing, alive=alive, name=name)) + "\n"


def _lines(drawing: Drawing, *, alive: bool, name: str) -> Iterator[str]:
    wide, high = f"{drawing.width:g}", f"{drawing.height:g}"
    yield (
        f'<svg xmlns="http://www.w3.org/2000/svg" class="shakedown" role="{"group" if alive else "img"}" '
        f'aria-labelledby="{name}-title {name}-about" width="{wide}" height="{high}" viewBox="0 0 {wide} {high}">'
    )
    yield f'<title id="{name}-title">{_safe(drawing.title)}</title>'
    yield f'<desc id="{name}-about">{_safe(drawing.description)}</desc>'
    yield f"<style>{style.CSS}</style>"
    yield f"<defs>{style.HATCHES}</defs>"
    for layer in ("ground", "bars", "moments", "points", "words", "names"):
        yield f'<g class="{layer}">'
        yield from (_item(item, alive=alive) for item in getattr(drawing, layer))
        yield "</g>"
    yield "</svg>"


def _item(item: Item, *, alive: bool) -> str:
    shapes = "".join(_shape(shape) for shape in item.shapes)
    if not (alive and item.detail):
        return shapes
    stop = ' tabindex="0" role="img"' if item.stop else ""
    kind = f' class="{item.kind}"'
    return f"<g{kind}{stop}><title>{_safe(item.detail)}</title>{shapes}</g>"


def _shape(shape: Shape) -> str:
    match shape:
        case Rect(x, y, wide, high, kind, corner):
            bend = f' rx="{corner:g}"' if corner else ""
            return f'<rect class="{kind}" x="{_n(x)}" y="{_n(y)}" width="{_n(wide)}" height="{_n(high)}"{bend}/>'
        case Path(d, kind):
            return f'<path class="{kind}" d="{d}"/>'
        case Text():
            return _text(shape)


def _text(text: Text) -> str:
    bold = ' font-weight="600"' if text.bold else ""
    middle = ' text-anchor="middle"' if text.middle else ""
    place = f'x="{_n(text.x)}" y="{_n(text.y)}" font-size="{text.size:g}"'
    return f'<text class="{text.kind}" {place}{bold}{middle}>{_safe(text.text)}</text>'


def _n(value: float) -> str:
    return f"{round(value, 1):.8g}"


def _safe(text: str) -> str:
    return escape(harmless(detail(text)))

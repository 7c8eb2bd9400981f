"""The picture of a cell beside its history, drawn once: whoever shows it takes the file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.history import reader
from harness.history.errors import BadHistory
from harness.report import results
from harness.report.chart import assembly, frame, page, svg

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from harness.model.cells import CellResult

PICTURE: Final = "timeline.svg"
PAGE: Final = "timeline.html"


def draw_all(cells: Iterable[CellResult], *, again: bool = False) -> None:
    for cell in cells:
        draw(cell, again=again)


def draw(cell: CellResult, *, again: bool = False) -> Path | None:
    """`timeline.svg` and `timeline.html` of a cell; None where there is no history of which anything can be read.

    What is there already stays, unless `again`. Raises MachineUnfit where it cannot be written.
    """
    history = cell.artefacts.history if cell.artefacts else None
    if history is None:
        return None
    picture, shown = history.with_name(PICTURE), history.with_name(PAGE)
    if not again and picture.is_file() and shown.is_file():
        return picture
    try:
        recording = reader.read(history)
    except BadHistory:
        return None
    # the verdict of a cell that was repeated is not about this one history
    chart = assembly.of_recording(recording, None if cell.repetition else cell.judgement)
    drawing = frame.drawn(chart)
    results.write_whole(shown, page.render(drawing))
    return results.write_whole(picture, svg.render(drawing))

from __future__ import annotations

import json
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest

from harness.model.column import Column
from harness.report import badge, grid
from harness.report.plan import Plan

if TYPE_CHECKING:
    from harness.model.cells import CellResult, RunInfo


@pytest.mark.parametrize(
    ("which", "message", "colour"),
    [
        (slice(0, 2), "2 pass", "#1a7431"),
        (slice(0, 4), "1 known bug, 3 pass", "#1a7431"),
        (slice(4, 5), "1 fail", "#b3261e"),
        (slice(4, 9), "1 fail, 1 fixed?, 1 infra, 1 inconclusive", "#b3261e"),
        (slice(5, 6), "1 inconclusive", "#9a5b00"),
        (slice(6, 7), "1 skipped", "#57606a"),
        (slice(0, 0), "no cells", "#57606a"),
    ],
)
def test_the_worst_is_named_first(
    run: RunInfo, cells: tuple[CellResult, ...], which: slice, message: str, colour: str
) -> None:
    told = json.loads(badge.endpoint(grid.arrange(cells[which], run.argo)))
    assert told == {"schemaVersion": 1, "label": "argo shakedown", "message": message, "color": colour}


def test_what_did_not_run_is_not_green(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    table = grid.arrange(cells[:2], run.argo, Plan(cells=(("late", Column("v3.7.15")),)))
    assert badge.message(table) == "1 not run, 2 pass"
    assert badge.colour(table) == "#9a5b00"


def test_the_picture_says_the_same_to_those_who_do_not_see_it(run: RunInfo, cells: tuple[CellResult, ...]) -> None:
    picture = ElementTree.fromstring(badge.svg(grid.arrange(cells[:2], run.argo)))
    assert picture.get("aria-label") == "argo shakedown: 2 pass"
    texts = [text.text for text in picture.iter("{http://www.w3.org/2000/svg}text")]
    assert texts == ["argo shakedown", "2 pass"]

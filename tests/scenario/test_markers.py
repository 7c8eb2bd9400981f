"""`markers:` names templates and containers that can exist."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.scenario.writing import changed, messages, write

if TYPE_CHECKING:
    from pathlib import Path


@pytest.mark.parametrize(
    ("marker", "message"),
    [
        ("{template: main, text: all done}", ""),
        ("{template: main, name: helper, text: all done}", ""),
        ("{template: mian, text: all done}", "no 'mian' in the workflow"),
        ("{template: steps, text: all done}", "which has no pod"),
        ("{template: main, name: other, text: all done}", "no 'other' in template 'main'"),
        ("{template: main}", "text"),
    ],
)
def test_a_marker(tmp_path: Path, marker: str, message: str) -> None:
    found = messages(write(tmp_path, changed(more=f"markers: [{marker}]\n")))
    assert [problem for problem in found if message in problem] == found
    assert bool(found) is bool(message)

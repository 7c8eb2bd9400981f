"""A long wait must not make the second that decides too small to be seen, and must not be hidden either."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from hypothesis import given
from hypothesis import strategies as st

from harness.report.chart import frame
from harness.report.chart.model import Bar, Chart, Flag, Group, Headline, Lane, Moment, Style, Tone
from harness.report.chart.scale import Paper, fitted

if TYPE_CHECKING:
    from collections.abc import Callable

PAPER = Paper(left=270.0, right=1140.0)
HEAD = Headline(title="t", verdict="pass", mark="✓", tone=Tone.GOOD, reason="r", about="a")


def with_changes(*times: float, end: float) -> Chart:
    bars = tuple(Bar(start=t, end=end, tone=Tone.RUNNING, text="Running") for t in times)
    flags = tuple(Flag(moments=(Moment(t=t, style=Style.LANDED),), title="f") for t in times[:1])
    return Chart(headline=HEAD, end=end, lanes=(Lane(group=Group.NODES, key="k", name="n", bars=bars),), flags=flags)


def test_a_short_history_is_drawn_evenly() -> None:
    scale = fitted(with_changes(3.0, end=30.0), PAPER)
    assert not list(scale.breaks)
    assert scale.x(15.0) == (PAPER.left + PAPER.right) / 2


def test_a_long_wait_is_broken_and_the_seconds_that_decide_keep_their_width() -> None:
    scale = fitted(with_changes(2.0, 300.0, 301.0, end=302.0), PAPER)
    assert len(list(scale.breaks)) == 1
    assert scale.x(301.0) - scale.x(300.0) >= PAPER.enough
    assert scale.x(200.0) - scale.x(100.0) < PAPER.gap


def test_where_everything_changes_all_the_time_a_fault_still_has_its_width() -> None:
    times = [400.0, *(float(t) for t in range(0, 1200, 2))]
    scale = fitted(with_changes(*times, end=1200.0), PAPER)
    assert scale.x(400.5) - scale.x(399.5) >= PAPER.enough


def test_the_faults_of_long_recordings_can_be_seen(chart: Callable[[str], Chart]) -> None:
    drawn = chart("node-power-off-v3.7.15-1")
    scale = fitted(drawn, PAPER)
    for flag in drawn.flags:
        assert scale.x(flag.t + 0.5) - scale.x(flag.t - 0.5) >= PAPER.enough


def test_a_break_is_declared_with_the_time_it_stands_for(chart: Callable[[str], Chart]) -> None:
    drawing = frame.drawn(chart("node-power-off-v3.7.15-1"))
    said = [text.text for text in drawing.texts]
    assert "⋯ 44.3 s ⋯" in said
    assert "axis broken: a stretch of time made short" in said


@given(
    st.lists(st.floats(0, 5000, allow_nan=False), min_size=1, max_size=60),
    st.floats(0.001, 5000),
    st.lists(st.floats(0, 5000), min_size=2, max_size=20),
)
def test_time_never_runs_backwards_nor_off_the_paper(times: list[float], end: float, asked: list[float]) -> None:
    scale = fitted(with_changes(*(min(t, end) for t in times), end=end), PAPER)
    places = [scale.x(t) for t in sorted(asked)]
    assert places == sorted(places)
    assert all(PAPER.left - 0.01 <= place <= PAPER.right + 0.01 for place in places)
    assert abs(scale.x(0.0) - PAPER.left) < 0.01
    assert abs(scale.x(end) - PAPER.right) < 0.01
    assert scale.sections[0].start == 0.0
    assert all(a.end == b.start for a, b in zip(scale.sections, scale.sections[1:], strict=False))


def test_every_part_of_a_broken_axis_says_what_time_it_is(chart: Callable[[str], Chart]) -> None:
    """Unless a fault stands where the time would."""
    drawn = replace(chart("node-power-off-v3.7.15-1"), flags=())
    drawing = frame.drawn(drawn)
    scale = fitted(drawn, PAPER)
    labels = [text.x for text in drawing.texts if text.text.endswith(" s") and text.middle and "⋯" not in text.text]
    for section in scale.sections:
        if not section.broken and section.right - section.left > 40:
            assert any(section.left - 1 <= x <= section.right + 1 for x in labels), section

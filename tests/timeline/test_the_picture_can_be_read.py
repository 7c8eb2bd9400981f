"""Whoever looks at a picture can read it: no label on another, none too small, and colours that everybody can tell."""

from __future__ import annotations

import re
from itertools import combinations
from typing import TYPE_CHECKING

import pytest

from harness.bench import drawing as bench
from harness.model.verdicts import Judgement, Verdict
from harness.mutation.corpus import CORPUS
from harness.report.chart import assembly, characters, frame, legend, palette, svg
from harness.report.chart.model import Bar, Chart, Flag, Group, Headline, Lane, Moment, Style, Tone
from harness.report.chart.palette import DARK, HATCHED, LIGHT, Theme

if TYPE_CHECKING:
    from collections.abc import Callable

    from harness.report.chart.shapes import Drawing

THEMES = [pytest.param(LIGHT, id="light"), pytest.param(DARK, id="dark")]


def check(drawing: Drawing) -> None:
    for text in drawing.texts:
        box = text.box
        assert text.size >= 11, text
        assert box.left >= 0, text
        assert box.right <= drawing.width, text
        assert 0 <= box.top < box.bottom <= drawing.height, text
    for one, other in combinations(drawing.texts, 2):
        assert not one.box.meets(other.box), f"{one.text!r} lies on {other.text!r}"


def test_no_two_labels_of_a_recorded_history_overlap(every: Chart) -> None:
    check(frame.drawn(every))


def test_many_flags_at_almost_the_same_moment_are_staggered() -> None:
    times = [1.0, 1.01, 1.02, 5.0, 29.6, 29.8, 29.9, 30.0]
    flags = tuple(
        Flag(moments=(Moment(t=t, style=Style.LANDED),), title=f"① drain {'x' * 30}", text="word " * 40) for t in times
    )
    bars = (Bar(start=0, end=30, tone=Tone.RUNNING, text="Running " * 50),)
    lanes = (Lane(group=Group.NODES, key="k", name="a name of a node that is far too long " * 5, bars=bars),)
    drawing = frame.drawn(Chart(headline=_headline("reason " * 200), end=30.0, lanes=lanes, flags=flags))
    check(drawing)
    assert len({text.y for text in drawing.texts if text.text.startswith("① drain")}) >= 4


def _headline(reason: str) -> Headline:
    return Headline(title="t " * 200, verdict="fail", mark="✗", tone=Tone.FAILED, reason=reason, about="a " * 500)


def luminance(colour: str) -> float:
    parts = (int(colour[i : i + 2], 16) / 255 for i in (1, 3, 5))
    red, green, blue = (part / 12.92 if part <= 0.04045 else ((part + 0.055) / 1.055) ** 2.4 for part in parts)
    return 0.2126 * red + 0.7152 * green + 0.0722 * blue


def contrast(one: str, other: str) -> float:
    dark, light = sorted((luminance(one), luminance(other)))
    return (light + 0.05) / (dark + 0.05)


@pytest.mark.parametrize("theme", THEMES)
def test_text_has_a_contrast_of_four_and_a_half(theme: Theme) -> None:
    for ground in (theme.paper, theme.stripe):
        assert contrast(theme.ink, ground) >= 4.5
        assert contrast(theme.faint, ground) >= 4.5
    for tone, colour in theme.tones.items():
        assert contrast(theme.on, colour) >= 4.5, tone


@pytest.mark.parametrize("theme", THEMES)
def test_bars_have_a_contrast_of_three_on_every_ground(theme: Theme) -> None:
    for tone, colour in theme.tones.items():
        assert contrast(colour, theme.paper) >= 3, tone
        assert contrast(colour, theme.stripe) >= 3, tone


@pytest.mark.parametrize("theme", THEMES)
def test_each_tone_has_a_colour_in_each_theme(theme: Theme) -> None:
    assert set(theme.tones) == set(Tone)
    assert len(set(theme.tones.values())) == len(Tone)


def test_no_tone_is_told_by_its_colour_alone() -> None:
    """A hatch of its own, or plain: of the two plain ones one is a bar and the other a thin line."""
    plain = set(Tone) - set(HATCHED)
    assert plain == {Tone.RUNNING, Tone.GOOD}
    assert len(set(HATCHED.values())) == len(HATCHED)
    assert set(characters.LETTERS) == set(legend.TONES) == set(Tone)
    assert len(set(characters.LETTERS.values())) == len(Tone)


def test_what_is_good_is_always_a_thin_line_in_the_end(every: Chart) -> None:
    assert all(bar.settled for lane in every.lanes for bar in lane.bars if bar.tone is Tone.GOOD and lane.key != "rest")


def test_every_colour_of_a_picture_is_one_of_both_themes(chart: Callable[[str], Chart]) -> None:
    """What the contrast is asked of is what is drawn."""
    drawn = svg.render(frame.drawn(chart("node-power-off-v3.7.15-1")))
    known = {
        colour
        for theme in (LIGHT, DARK)
        for colour in (theme.paper, theme.ink, theme.faint, theme.rule, theme.stripe, theme.on, *theme.tones.values())
    }
    assert set(re.findall(r"#[0-9a-f]{6}\b", drawn)) <= known
    assert "prefers-color-scheme:dark" in drawn
    assert palette.DARK.paper in drawn


def crowd(nodes: int, most: int = assembly.MOST_LANES) -> Chart:
    header = bench.header(CORPUS)
    judgement = Judgement(verdict=Verdict.PASS, reason="Succeeded")
    return assembly.assemble(header, bench.crowd(nodes), judgement, most)


def test_a_crowd_is_counted_and_nothing_is_left_out_in_silence() -> None:
    drawn = crowd(120)
    nodes = drawn.group(Group.NODES)
    assert (len(nodes), nodes[-1].name, nodes[-1].bars[0].text) == (41, "and 80 more nodes", "Succeeded")
    assert drawn.group(Group.RESULTS)[-1].name == "and 80 more task results"
    pods = [pod for pod in drawn.group(Group.PODS) if pod.depth == 0]
    assert pods[-1].name == f"and {120 - len(pods) + 1} more pods"
    check(frame.drawn(drawn))


def test_who_needs_a_look_stays_when_there_is_no_room() -> None:
    drawn = crowd(120, most=5)
    assert [lane.name for lane in drawn.group(Group.NODES)][-1] == "and 115 more nodes"
    unfinished = assembly.assemble(
        bench.header(CORPUS),
        list(bench.crowd(30))[:-10],
        Judgement(verdict=Verdict.FAIL, reason="not done"),
        5,
    )
    kept = [lane.bars[-1].text for lane in unfinished.group(Group.NODES)[:-1]]
    assert "Running" in kept

"""Names and messages come from a cluster: whatever is in them, a picture shows it and does not obey it."""

from __future__ import annotations

import re
from dataclasses import replace
from typing import TYPE_CHECKING
from xml.etree import ElementTree

import pytest
from hypothesis import given
from hypothesis import strategies as st

from harness.model.events import Resource, Seen, Stage, StepChanged, Verb
from harness.model.phases import Phase
from harness.model.pods import Container, ContainerState, Pod
from harness.model.workflow import Node, Workflow
from harness.report.chart import characters, frame, page, svg
from harness.report.chart.measure import fit, fit_middle, width, wrap
from harness.report.chart.model import Chart, Headline, Tone

if TYPE_CHECKING:
    from collections.abc import Callable

HOSTILE = [
    "<script>alert(1)</script>",
    "</title></svg><img src=x onerror=alert(1)>",
    '"><g onload="alert(1)">',
    "]]>&lt;&amp;&#x3c;script&#x3e;",
    "url(javascript:alert(1))",
    "\x00\x01\x1b[31m\ud800\uffff",
    "\u202egnp.exe\u2066",
    "e" + "\u0301" * 2000,
    "漢字かな交じり文" * 50,
    "👩‍👩‍👧‍👦🏳️‍🌈" * 30,
    "w" * 100_000,
    "a.b(1)[2]" * 2000,
    "9" * 5000,
    "\n\n\t  \r\n",
    "",
]
SVG = "{http://www.w3.org/2000/svg}"


def history(word: str) -> tuple[Seen | StepChanged, ...]:
    nodes = {
        word: Node(
            id=word, name=word, display_name=word, type=word, template=word, phase=Phase.FAILED, message=word
        ),
        "root": Node(id="root", name="w", display_name=word, type="Pod", template="", phase=Phase.RUNNING),
        "n(1)": Node(id="n(1)", name=f"w({word})", display_name="", type="Pod", template="", phase=Phase.RUNNING),
    }  # fmt: skip
    workflow = Workflow(
        name="w", namespace="n", uid="w", phase=Phase.FAILED, message=word, nodes=nodes, fingerprint="1"
    )
    container = Container(name=word, state=ContainerState.TERMINATED, exit_code=1, reason=word)
    pod = Pod(
        name=word, namespace="n", uid=word, phase=word, reason=word, workflow="w", host=word, containers=(container,)
    )
    return (
        Seen(seq=1, t=1, wall=1, resource=Resource.WORKFLOW, verb=Verb.ADDED, version="1", object=workflow),
        Seen(seq=2, t=2, wall=2, resource=Resource.POD, verb=Verb.ADDED, version="1", object=pod),
        StepChanged(seq=3, t=3, wall=3, step=0, verb=word, stage=Stage.TRIGGERED, detail=word),
        StepChanged(seq=4, t=4, wall=4, step=0, verb=word, stage=Stage.MISSED, detail=word),
    )


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_a_picture_of_hostile_words_is_sound_and_does_nothing(word: str, made_up: Callable[..., Chart]) -> None:
    chart = made_up(*history(word), reason=word)
    drawing = frame.drawn(replace(chart, headline=replace(chart.headline, title=word, about=word)))
    for alive in (False, True):
        root = ElementTree.fromstring(svg.render(drawing, alive=alive).encode())
        assert {element.tag.removeprefix(SVG) for element in root.iter()} <= {
            "svg", "title", "desc", "style", "defs", "pattern", "path", "g", "rect", "text"
        }  # fmt: skip
        named = {name for element in root.iter() for name in element.attrib}
        assert not [name for name in named if name.startswith("on") or "href" in name]
    boxes = [text.box for text in drawing.texts]
    assert all(box.left >= 0 and box.right <= drawing.width for box in boxes)


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_a_page_of_hostile_words_has_one_script_and_it_is_ours(word: str, made_up: Callable[..., Chart]) -> None:
    shown = page.render(frame.drawn(made_up(*history(word), reason=word)))
    assert len(re.findall(r"<script", shown)) == 1
    assert shown.count("</svg>") == 1
    assert not re.search(r"<(img|iframe|object|a|form)\b", shown)
    assert "default-src 'none'" in shown
    assert len(shown) < 200_000


@pytest.mark.parametrize("word", HOSTILE, ids=range(len(HOSTILE)))
def test_the_text_of_hostile_words_has_no_endless_line_and_no_controls(
    word: str, made_up: Callable[..., Chart]
) -> None:
    told = characters.render(made_up(*history(word), reason=word))
    assert max(map(len, told.splitlines())) <= characters.WIDEST
    assert "\x1b" not in told
    assert "\u202e" not in told
    told.encode()


def test_what_was_written_can_be_read_again(made_up: Callable[..., Chart]) -> None:
    root = ElementTree.fromstring(svg.render(frame.drawn(made_up(*history("<b>&amp;"), reason="<b>&amp;"))).encode())
    assert "<b>&amp;" in [text.text for text in root.iter(f"{SVG}text")]


@given(st.text(max_size=80), st.floats(0, 400), st.sampled_from([11.0, 12.0, 19.0]))
def test_what_is_cut_fits(text: str, room: float, size: float) -> None:
    assert width(fit(text, room, size), size) <= room + 0.01 or not fit(text, room, size)
    if room > 40:
        assert width(fit_middle(text, room, size), size) <= room + 0.01
        assert all(width(line, size) <= room + 0.01 for line in wrap(text, room, size, 2))


@given(st.text())
def test_any_headline_is_sound_xml(text: str) -> None:
    headline = Headline(title=text, verdict="pass", mark="✓", tone=Tone.GOOD, reason=text, about=text)
    made = svg.render(frame.drawn(Chart(headline=headline, end=1.0, lanes=())))
    ElementTree.fromstring(made.encode())

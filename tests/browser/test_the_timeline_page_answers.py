"""The timeline page in a real Chromium: from a file, without a network, by mouse, wheel and keyboard."""

from __future__ import annotations

from itertools import combinations
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.history.reader import read
from harness.report.chart import assembly, frame, page

if TYPE_CHECKING:
    from collections.abc import Iterator

    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
CORPUS = Path(__file__).parents[1] / "corpus"
STATE = """() => {
  const view = document.querySelector("main"), at = document.activeElement;
  return { width: view.querySelector("svg").getBoundingClientRect().width, left: view.scrollLeft, top: view.scrollTop,
    told: document.querySelector("aside").textContent, focus: at.getAttribute("class") || at.tagName };
}"""
BOXES = """() => [...document.querySelectorAll("svg text")].filter((text) => text.textContent.trim()).map((text) => {
  const box = text.getBBox();
  return [text.textContent, box.x, box.y + 2, box.x + box.width, box.y + box.height - 2];
})"""


class Opened:
    """A timeline page with what it asked the network for and what it complained of."""

    def __init__(self, shown: Page) -> None:
        self.page = shown
        self.complaints: list[str] = []
        self.asked: list[str] = []
        shown.on("console", lambda message: self.complaints.append(message.text))
        shown.on("pageerror", lambda error: self.complaints.append(str(error)))
        shown.on("request", lambda request: self.asked.append(request.url))

    @property
    def state(self) -> dict[str, Any]:
        state: dict[str, Any] = self.page.evaluate(STATE)
        return state

    def until(self, condition: str) -> None:
        """Playwright's own waiting evaluates text, which the policy of the page forbids."""
        look = f"const look = () => {condition} ? done() : requestAnimationFrame(look); look();"
        self.page.evaluate(f"() => new Promise((done) => {{ {look} }})")

    def after(self, *keys: str) -> dict[str, Any]:
        for key in keys:
            self.page.keyboard.press(key)
        return self.state


def drawn(name: str, folder: Path) -> Path:
    file = folder / f"{name}.html"
    chart = assembly.of_recording(read(CORPUS / f"{name}.jsonl.gz"))
    file.write_text(page.render(frame.drawn(chart)), encoding="utf-8")
    return file


def opened(browser: Browser, file: Path, wide: int = 1280, high: int = 700) -> Opened:
    found = Opened(browser.new_page(viewport={"width": wide, "height": high}))
    found.page.goto(file.as_uri())
    return found


@pytest.fixture
def timeline(browser: Browser, tmp_path: Path) -> Iterator[Opened]:
    found = opened(browser, drawn("node-power-off-v3.7.15-1", tmp_path))
    yield found
    assert found.complaints == []
    assert [url for url in found.asked if not url.startswith(("file:", "data:"))] == []
    found.page.close()


def test_keys_zoom_and_pan(timeline: Opened) -> None:
    before = timeline.state
    nearer = timeline.after("+", "+")
    assert nearer["width"] > before["width"] * 1.5
    moved = timeline.after("ArrowRight", "ArrowDown")
    assert (moved["left"] > nearer["left"], moved["top"] > nearer["top"]) == (True, True)
    back = timeline.after("ArrowLeft", "ArrowUp")
    assert (back["left"], back["top"]) == (nearer["left"], nearer["top"])
    assert timeline.after("-")["width"] < nearer["width"]
    assert timeline.after("0")["width"] == pytest.approx(before["width"])


def test_buttons_zoom_and_pan(timeline: Opened) -> None:
    before = timeline.state
    timeline.page.get_by_label("Zoom in (+)").click()
    nearer = timeline.state
    assert nearer["width"] > before["width"]
    timeline.page.get_by_label("To the right").click()
    assert timeline.state["left"] > nearer["left"]
    timeline.page.get_by_label("Fit the width (0)").click()
    assert timeline.state["width"] == pytest.approx(before["width"])


def test_the_wheel_zooms_with_ctrl_around_the_pointer_and_pans_alone(timeline: Opened) -> None:
    before = timeline.state
    timeline.page.mouse.move(900, 400)
    timeline.page.keyboard.down("Control")
    timeline.page.mouse.wheel(0, -300)
    timeline.page.keyboard.up("Control")
    timeline.until(f"document.querySelector('svg').getBoundingClientRect().width > {before['width']}")
    nearer = timeline.state
    grown = nearer["width"] / before["width"]
    assert nearer["left"] == pytest.approx(900 * (grown - 1), abs=2)
    timeline.page.mouse.wheel(0, 60)
    timeline.until(f"document.querySelector('main').scrollTop > {nearer['top']}")
    assert timeline.state["width"] == nearer["width"]


def test_tab_reaches_every_bar_and_mark_and_each_tells_what_it_is(timeline: Opened) -> None:
    stops = timeline.page.locator("svg [tabindex='0']").count()
    assert stops == timeline.page.locator("svg g.bar, svg g.point, svg g.flag, svg g.hole").count() > 40
    timeline.page.locator("main").focus()
    told = [timeline.after("Tab") for _ in range(stops)]
    assert {state["focus"] for state in told} == {"bar", "point", "flag"}
    assert "① power-off “node-lost”" in "".join(state["told"] for state in told)
    assert told[0]["told"].startswith("node-power-off\n")
    outline = timeline.page.evaluate("getComputedStyle(document.activeElement).outlineStyle")
    assert outline == "solid"


def test_pointing_at_a_bar_tells_what_it_is(timeline: Opened) -> None:
    timeline.page.locator("svg g.bar", has_text="powered off").first.hover()
    assert timeline.state["told"].startswith("cluster node node-2\npowered off\n")


def test_the_page_is_usable_on_a_telephone(browser: Browser, tmp_path: Path) -> None:
    found = opened(browser, drawn("graceful-drain-v3.7.15-1", tmp_path), wide=400, high=800)
    assert found.page.evaluate("document.documentElement.scrollWidth") == 400
    assert found.state["width"] >= 1280
    found.page.get_by_label("Fit the width (0)").click()
    assert found.state["width"] == pytest.approx(400, abs=20)
    assert found.complaints == []
    found.page.close()


@pytest.mark.parametrize(
    "name", ["task-result-lost-v3.5.10-1", "node-power-off-v3.7.15-1", "exit-handler-retry-v3.5.10-1"]
)
def test_no_label_lies_on_another_with_the_fonts_of_this_machine(browser: Browser, tmp_path: Path, name: str) -> None:
    found = opened(browser, drawn(name, tmp_path))
    boxes = found.page.evaluate(BOXES)
    assert len(boxes) > 30
    for (one, left, top, right, bottom), (other, x, y, far, low) in combinations(boxes, 2):
        assert not (left < far and x < right and top < low and y < bottom), f"{one!r} lies on {other!r}"
    found.page.close()


def test_the_page_follows_the_theme_of_its_reader(browser: Browser, tmp_path: Path) -> None:
    found = opened(browser, drawn("task-result-lost-v3.5.10-1", tmp_path))
    ground = "getComputedStyle(document.querySelector('svg .paper')).fill"
    found.page.emulate_media(color_scheme="light")
    assert found.page.evaluate(ground) == "rgb(255, 255, 255)"
    found.page.emulate_media(color_scheme="dark")
    assert found.page.evaluate(ground) == "rgb(13, 17, 23)"
    found.page.close()

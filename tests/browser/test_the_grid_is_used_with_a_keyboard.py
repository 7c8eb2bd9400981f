from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from tests.browser.conftest import Visit, keep

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
REACHABLE = """() => [...document.querySelectorAll('a, input, select, button, summary, [tabindex="0"]')]
  .filter((each) => each.checkVisibility() && !each.closest('[hidden]')).length"""
FOCUSED = """() => {
  const each = document.activeElement, style = getComputedStyle(each), box = each.getBoundingClientRect();
  const chip = each.closest('fieldset label');
  const outlined = style.outlineStyle !== 'none' || (chip && getComputedStyle(chip).outlineStyle !== 'none');
  each.dataset.visited = 'yes';
  return {tag: each.tagName, outlined, inside: box.bottom > 0 && box.top < innerHeight && box.right > 0
    && box.left < innerWidth, count: document.querySelectorAll('[data-visited]').length};
}"""


def focused(page: Page) -> dict[str, Any]:
    told: dict[str, Any] = page.evaluate(FOCUSED)
    return told


def test_tab_reaches_everything_and_shows_where_it_is(run: Path, visit: Visit) -> None:
    page = visit.open(run / "grid.html")
    reachable = page.evaluate(REACHABLE)
    assert reachable > 60
    for step in range(reachable):
        page.keyboard.press("Tab")
        told = focused(page)
        assert told["outlined"], f"step {step}: nothing shows that {told['tag']} has the focus"
        assert told["inside"], f"step {step}: {told['tag']} is out of sight"
    assert told["count"] == reachable


def test_arrows_go_from_cell_to_cell(run: Path, visit: Visit, width: int) -> None:
    page = visit.open(run / "grid.html")
    rows = page.locator(".grid tbody tr")
    rows.nth(0).locator("td a").first.focus()
    page.keyboard.press("ArrowRight")
    assert place(page) == [0, 2]
    page.keyboard.press("ArrowDown")
    assert place(page) == [1, 2]
    page.keyboard.press("ArrowLeft")
    assert place(page) == [1, 1]
    page.keyboard.press("ArrowLeft")
    assert place(page) == [1, 1]


def place(page: Page) -> list[int]:
    found: list[int] = page.evaluate(
        "[...document.querySelectorAll('td')].filter((td) => td.contains(document.activeElement))"
        ".flatMap((td) => [td.parentElement.rowIndex - 1, td.cellIndex])"
    )
    return found


def test_the_first_tab_offers_to_skip_to_the_grid(run: Path, visit: Visit) -> None:
    page = visit.open(run / "grid.html")
    page.keyboard.press("Tab")
    page.keyboard.press("Enter")
    assert page.evaluate("document.activeElement.id") == "grid"


def shown(page: Page) -> list[str]:
    return [text.split("\n")[0] for text in page.locator(".grid tbody tr:visible th").all_inner_texts()]


def test_rows_are_filtered_by_text_tag_and_verdict(run: Path, visit: Visit, width: int) -> None:
    page = visit.open(run / "grid.html")
    everything = shown(page)
    assert len(everything) == 10
    page.get_by_label("text").fill("oom")
    assert sorted(shown(page)) == ["oom-main", "oom-wait"]
    assert page.locator("output").inner_text() == "2 of 10 scenarios"
    page.get_by_label("text").fill("oom nothing-like-it")
    assert shown(page) == []
    assert page.locator(".empty").is_visible()
    page.get_by_role("button", name="all").click()
    page.wait_for_function("document.querySelectorAll('.grid tbody tr:not([hidden])').length === 10")
    assert shown(page) == everything
    page.get_by_label("tag").select_option("oom")
    assert sorted(shown(page)) == ["oom-main", "oom-wait"]
    page.get_by_label("tag").select_option("")
    page.get_by_role("checkbox", name="known bug").check()
    keep(page, f"filtered-{width}")
    assert 0 < len(shown(page)) < 10
    for row in page.locator(".grid tbody tr:visible").all():
        assert row.locator("td.known-bug").count() > 0


def test_a_square_shows_the_runs_before(run: Path, visit: Visit) -> None:
    past = visit.open(run / "grid.html").locator(".grid td.pass .past").first
    assert past.inner_text() == "●●"
    assert past.get_attribute("aria-label") == "last 2 runs, oldest first: 2 pass"

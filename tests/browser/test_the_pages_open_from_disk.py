"""No network, no complaint of the browser, nothing wider than the window; readable in light and dark."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING, Literal

import pytest

from tests.browser.conftest import NARROW, WIDE, Visit, keep

if TYPE_CHECKING:
    from playwright.sync_api import Browser, Page

pytestmark = pytest.mark.browser
CONTRAST = Path(__file__).with_name("contrast.js").read_text(encoding="utf-8")
ASKED = 4.5
TIMELINE = "cells/oom-wait/v3.5.10/timeline.html"
CELLS = 30


def overflows(page: Page) -> bool:
    return bool(page.evaluate("document.documentElement.scrollWidth > window.innerWidth"))


@pytest.mark.parametrize("name", ["grid.html", "share.html", TIMELINE])
def test_a_page_opens_and_fits_its_window(run: Path, visit: Visit, width: int, name: str) -> None:
    page = visit.open(run / name)
    assert page.title()
    assert not overflows(page)
    keep(page, f"{Path(name).stem}-{width}")


def test_the_allure_report_opens(run: Path, visit: Visit, width: int) -> None:
    """Or what stands in for it where there is no Node."""
    page = visit.open(run / "index.html")
    page.get_by_text("Argo Shakedown").first.wait_for()
    keep(page, f"allure-{width}")


@pytest.mark.parametrize("scheme", ["light", "dark"])
@pytest.mark.parametrize("name", ["grid.html", "share.html", TIMELINE])
def test_text_can_be_read(run: Path, browser: Browser, width: int, scheme: Literal["light", "dark"], name: str) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}, color_scheme=scheme) as context:
        page = context.new_page()
        page.goto(f"file://{run / name}")
        page.evaluate("document.querySelectorAll('details').forEach((each) => { each.open = true; })")
        found = page.evaluate(CONTRAST, ASKED)
        assert found["poor"] == []
        assert found["seen"] > 5
        keep(page, f"{Path(name).stem}-{width}-{scheme}")


@pytest.mark.parametrize("width", [WIDE, NARROW])
def test_without_scripts_the_grid_is_all_there(run: Path, browser: Browser, width: int) -> None:
    with browser.new_context(viewport={"width": width, "height": 900}, java_script_enabled=False) as context:
        page = context.new_page()
        page.goto(f"file://{run / 'grid.html'}")
        assert page.locator(".grid tbody tr:visible").count() == 10
        assert page.locator(".grid td:visible").count() == CELLS
        assert not page.locator(".filters").is_visible()

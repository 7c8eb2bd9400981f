from __future__ import annotations

import re
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from tests.browser.conftest import RELEASES, WIDE, Visit, keep

if TYPE_CHECKING:
    from pathlib import Path

    from playwright.sync_api import Page

pytestmark = [pytest.mark.browser, pytest.mark.parametrize("width", [WIDE])]
HREFS = "links => links.map(link => link.getAttribute('href'))"


def hrefs(page: Page) -> list[str]:
    found: list[str] = page.locator("a").evaluate_all(HREFS)
    return found


@pytest.mark.parametrize("name", ["grid.html", "share.html"])
def test_every_link_has_a_target(run: Path, visit: Visit, name: str) -> None:
    page = visit.open(run / name)
    found = hrefs(page)
    assert len(found) > 3 * len(RELEASES)
    for href in found:
        parts = urlsplit(href)
        if parts.scheme:
            assert (parts.scheme, parts.netloc) == ("https", "github.com"), href
            continue
        target = run / unquote(parts.path) if parts.path else run / name
        assert target.is_file(), href
        if parts.fragment and target.name != "index.html":
            assert page.locator(f"[id='{parts.fragment}']").count() == 1, href


def test_every_allure_link_names_a_page_of_the_report(run: Path, visit: Visit) -> None:
    if not has_allure(run):
        return
    inside = set(re.findall(r'd\("data/test-results/(\w+)\.json"', (run / "index.html").read_text(encoding="utf-8")))
    linked = {
        urlsplit(href).fragment for href in hrefs(visit.open(run / "grid.html")) if href.startswith("index.html#")
    }
    assert linked == inside
    assert len(linked) == 10 * len(RELEASES)


@pytest.mark.parametrize("argo", RELEASES)
@pytest.mark.parametrize("scenario", ["oom-wait", "drain"])
def test_a_click_shows_the_allure_page_of_that_cell(run: Path, visit: Visit, scenario: str, argo: str) -> None:
    if not has_allure(run):
        return
    page = visit.open(run / "grid.html")
    title = page.locator(".grid tbody tr", has=page.get_by_text(scenario, exact=True)).locator("th small").inner_text()
    page.get_by_label(f"Allure page of {scenario} on {argo}", exact=True).last.click()
    page.get_by_text(f"{scenario}#{scenario}").first.wait_for()
    shown = page.inner_text("body")
    assert title in shown
    assert re.search(rf"^argo\s+{re.escape(argo)}$", shown, re.MULTILINE), shown
    keep(page, f"allure-{scenario}-{argo}")


def has_allure(run: Path) -> bool:
    """Where there is no Node the grid stands in, and says so."""
    page = (run / "index.html").read_text(encoding="utf-8")
    return "the Allure report was left out" not in page


def test_a_click_opens_the_timeline(run: Path, visit: Visit) -> None:
    page = visit.open(run / "grid.html")
    page.get_by_label("timeline of oom-wait on v3.5.10", exact=True).last.click()
    page.wait_for_url("**/cells/oom-wait/v3.5.10/timeline.html")
    assert page.locator("svg").first.is_visible()


def test_a_failure_at_the_top_leads_to_its_evidence(run: Path, visit: Visit) -> None:
    page = visit.open(run / "grid.html")
    first = page.locator(".look a").first
    about = first.get_attribute("aria-label") or ""
    first.click()
    page.wait_for_url(re.compile(r"index\.html#|timeline\.html|history\.jsonl"))
    assert re.search(r"of \S+ on v\d", about)

"""A whole run over recorded histories of real clusters, and the Chromium of the system to look at its pages.

A missing browser is an error, not a skip: `make browser` installs it.
"""

from __future__ import annotations

import os
from pathlib import Path
from typing import TYPE_CHECKING

import pytest
from playwright.sync_api import Browser, BrowserContext, ConsoleMessage, Page, Request, sync_playwright

from harness.bench import reporting
from harness.build import chromium, progress

if TYPE_CHECKING:
    from collections.abc import Iterator

ROOT = Path(__file__).parents[2]
SCREENSHOTS = ROOT / "reports" / "screenshots"
SCENARIOS, RELEASES = 10, ("v3.4.17", "v3.5.10", "v3.7.15")
WIDE, NARROW = 1280, 400
PATIENCE = 120_000
"""Milliseconds; a page takes one second on a machine with nothing else to do."""


@pytest.fixture(scope="session")
def run(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of the second of two runs, so that there is a past to show."""
    folder = tmp_path_factory.mktemp("replayed")
    for lap in ("first", "second"):
        _, made = reporting.replay(ROOT / "scenarios" / "seeds", folder, SCENARIOS, RELEASES)
        assert made.is_dir(), lap
    return made


@pytest.fixture(scope="session")
def browser() -> Iterator[Browser]:
    found = chromium.ensure(progress.to())
    sandbox = [] if os.geteuid() else ["--no-sandbox"]
    with sync_playwright() as driver:
        opened = driver.chromium.launch(executable_path=str(found), args=sandbox)
        yield opened
        opened.close()


class Visit:
    """A page, and everything that a reader would not want of it."""

    def __init__(self, page: Page) -> None:
        self.page = page
        self.complaints: list[str] = []
        self.left: list[str] = []
        page.on("console", self._said)
        page.on("pageerror", lambda error: self.complaints.append(str(error)))
        page.on("request", self._asked)

    def open(self, path: Path, fragment: str = "") -> Page:
        self.page.goto(f"file://{path}{fragment}")
        return self.page

    def _said(self, message: ConsoleMessage) -> None:
        if message.type in ("error", "warning"):
            self.complaints.append(message.text)

    def _asked(self, request: Request) -> None:
        if not request.url.startswith(("file:", "data:", "blob:", "about:")):
            self.left.append(request.url)


@pytest.fixture(params=[WIDE, NARROW])
def width(request: pytest.FixtureRequest) -> int:
    return int(request.param)


@pytest.fixture
def context(browser: Browser, width: int) -> Iterator[BrowserContext]:
    with browser.new_context(viewport={"width": width, "height": 900}, reduced_motion="reduce") as opened:
        opened.set_default_timeout(PATIENCE)
        yield opened


@pytest.fixture
def visit(context: BrowserContext) -> Iterator[Visit]:
    """After the test the page must not have complained, nor asked for anything outside."""
    visited = Visit(context.new_page())
    yield visited
    assert visited.complaints == []
    assert visited.left == []


def keep(page: Page, name: str) -> None:
    SCREENSHOTS.mkdir(parents=True, exist_ok=True)
    page.screenshot(path=SCREENSHOTS / f"{name}.png")

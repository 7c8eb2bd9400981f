"""Two jobs that replayed one release each, and a third that never came: one grid and one Allure over all of them."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import unquote, urlsplit

import pytest

from harness.bench import reporting
from tests.browser.conftest import ROOT, WIDE, Visit, keep
from tests.browser.test_links_lead_where_they_say import has_allure, hrefs
from tests.browser.test_the_pages_open_from_disk import overflows

if TYPE_CHECKING:
    from playwright.sync_api import Page

pytestmark = pytest.mark.browser
SCENARIOS, OLD, LOST, NEW = 4, "v3.5.10", "v3.6.10", "v3.7.15"


@pytest.fixture(scope="module")
def merged(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("jobs")
    for argo in (OLD, NEW):
        reporting.replay(ROOT / "scenarios" / "seeds", folder / argo, SCENARIOS, (argo,))
    shakedown = [sys.executable, "-m", "harness.cli"]
    asked = [f"--argo={argo}" for argo in (OLD, LOST, NEW)]
    told = subprocess.run([*shakedown, "matrix", folder / OLD / "scenarios", *asked, "--json"], capture_output=True)
    (folder / "matrix.json").write_bytes(told.stdout)
    command = [*shakedown, "merge", OLD, NEW, "--expect", "matrix.json"]
    assert subprocess.run(command, cwd=folder, capture_output=True).returncode == 4
    return (folder / "reports" / "latest").resolve()


def column(page: Page, argo: str) -> list[str]:
    """The classes of the squares of a release."""
    heads = page.locator(".grid thead th").all_inner_texts()
    found: list[str] = page.locator(f".grid tbody td:nth-child({heads.index(argo) + 1})").evaluate_all(
        "squares => squares.map(square => square.className)"
    )
    return found


@pytest.mark.parametrize("width", [WIDE])
def test_every_release_has_its_column(merged: Path, visit: Visit) -> None:
    page = visit.open(merged / "grid.html")
    assert column(page, LOST) == ["not-run"] * SCENARIOS
    for argo in (OLD, NEW):
        assert len(column(page, argo)) == SCENARIOS
        assert "not-run" not in column(page, argo)
    keep(page, "merged-grid")


@pytest.mark.parametrize("name", ["grid.html", "share.html"])
def test_the_pages_fit_their_window(merged: Path, visit: Visit, width: int, name: str) -> None:
    page = visit.open(merged / name)
    assert not overflows(page)
    keep(page, f"merged-{Path(name).stem}-{width}")


@pytest.mark.parametrize("width", [WIDE])
def test_every_link_leads_to_what_a_job_brought(merged: Path, visit: Visit) -> None:
    found = [urlsplit(href) for href in hrefs(visit.open(merged / "grid.html"))]
    files = [parts.path for parts in found if not parts.scheme and parts.path]
    assert all((merged / unquote(path)).is_file() for path in files), files
    assert sum(path.endswith("history.jsonl") for path in files) >= 2 * SCENARIOS


@pytest.mark.parametrize("width", [WIDE])
def test_allure_has_all_releases_and_what_is_missing(merged: Path, visit: Visit) -> None:
    if not has_allure(merged):
        return
    page = visit.open(merged / "index.html")
    for argo in (OLD, LOST, NEW):
        page.get_by_text(f"Argo {argo}").first.wait_for()
    keep(page, "merged-allure")


def test_each_job_is_kept_as_it_was(merged: Path) -> None:
    stored = [json.loads(path.read_bytes()) for path in merged.glob("runs/*/results.json")]
    cells = json.loads((merged / "results.json").read_bytes())["cells"]
    verdicts = {(cell["scenario"], cell["argo"]): cell["verdict"] for cell in cells}
    assert {(c["scenario"], c["argo"]): c["verdict"] for told in stored for c in told["cells"]} == verdicts

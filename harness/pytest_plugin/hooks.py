"""What pytest calls. Nothing happens unless a release is named with `--argo`."""

from collections.abc import Generator
from pathlib import Path

import pytest

from harness.build import progress
from harness.model.cells import CellResult
from harness.model.errors import HarnessError
from harness.pytest_plugin import options
from harness.pytest_plugin.collector import RELEASES, ScenarioFile
from harness.pytest_plugin.item import RESULTS, RUN, CellItem
from harness.pytest_plugin.session import Session

SESSION = pytest.StashKey[Session]()


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """First, since allure-pytest reads its folder in the same hook."""
    try:
        argo = options.releases(config)
    except HarnessError as error:
        raise pytest.UsageError(str(error)) from error
    config.stash[RELEASES] = argo
    if not argo or config.getoption("collectonly"):
        return
    run = config.stash[RUN] = options.run_info(config, argo)
    if not config.getoption("allure_report_dir"):
        config.option.allure_report_dir = str(run.folder / "allure-results")


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if file_path.suffix not in (".yaml", ".yml") or not parent.config.stash[RELEASES]:
        return None
    return ScenarioFile.from_parent(parent, path=file_path)


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """The cells run in the background from here on; the items wait for them in turn."""
    config = session.config
    plans = [item.plan for item in session.items if isinstance(item, CellItem)]
    if not plans or RUN not in config.stash or session.testsfailed:
        return (yield)
    run = config.stash[RUN]
    running = config.stash[SESSION] = Session(
        plans, run, options.campaign_options(config, run), Path(config.getoption("allure_report_dir")), progress.to()
    )
    config.stash[RESULTS] = running.wait_for
    try:
        running.start()
        return (yield)
    except HarnessError as error:
        pytest.exit(str(error), returncode=int(error.exit_code))
    finally:
        running.finish()


def results(config: pytest.Config) -> tuple[CellResult, ...]:
    return config.stash[SESSION].results if SESSION in config.stash else ()

"""What pytest calls. Nothing is run unless a release is named with `--argo`."""

from collections.abc import Generator, Sequence
from contextlib import suppress
from pathlib import Path
from typing import NoReturn

import pytest

from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.build.progress import Progress
from harness.model.errors import Exit, HarnessError
from harness.model.verdicts import Verdict
from harness.pytest_plugin import hookspecs, options, outcomes
from harness.pytest_plugin.collector import CLAIMED, KUBERNETES, RELEASES, ScenarioFile, WithoutRelease, short
from harness.pytest_plugin.item import RESULTS, RUN, CellItem
from harness.pytest_plugin.session import Session
from harness.report import publish
from harness.report.live.view import Plain, View
from harness.run.campaign import Campaign
from harness.run.happenings import Listener
from harness.run.options import Options
from harness.run.plan import CellPlan
from harness.scenario.discover import is_scenario, looks_like_one

TROUBLE = pytest.StashKey[HarnessError]()
"""Why the session ended before its time."""
SEEN = pytest.StashKey[Path | None]()
"""A scenario that was come by, where no release was named."""


def pytest_addhooks(pluginmanager: pytest.PytestPluginManager) -> None:
    pluginmanager.add_hookspecs(hookspecs)


def pytest_addoption(parser: pytest.Parser) -> None:
    options.add(parser)


@pytest.hookimpl(tryfirst=True)
def pytest_configure(config: pytest.Config) -> None:
    """First, since allure-pytest reads its folder in the same hook."""
    for marker in outcomes.MARKERS:
        config.addinivalue_line("markers", marker)
    try:
        there = config.stash[CLAIMED] = options.claimed(config)
        argo = config.stash[RELEASES] = options.releases(config, there)
        config.stash[KUBERNETES] = options.kubernetes(config, there)
        options.repeat(config)
        if argo and not config.getoption("collectonly"):
            open_reports(config)
    except HarnessError as error:
        give_up(config, error)


def open_reports(config: pytest.Config) -> None:
    options.refuse_workers(config)
    run = options.run_info(config, config.stash[RELEASES], config.stash[KUBERNETES])
    publish.make_folder(run)
    config.stash[RUN] = run
    if not config.getoption("allure_report_dir"):
        config.option.allure_report_dir = str(run.folder / publish.ALLURE_RESULTS)


def give_up(config: pytest.Config, error: HarnessError) -> NoReturn:
    """Ends the session with one line before it has begun."""
    if error.exit_code is Exit.USAGE:
        config.stash[TROUBLE] = error
        raise pytest.UsageError(str(error)) from error
    stop(config, error)


def stop(config: pytest.Config, error: HarnessError) -> NoReturn:
    config.stash[TROUBLE] = error
    pytest.exit(str(error), returncode=int(error.exit_code))


def pytest_unconfigure(config: pytest.Config) -> None:
    """A session that never came to run its cells leaves no empty folders behind."""
    if RUN in config.stash:
        for folder in (config.stash[RUN].folder / publish.ALLURE_RESULTS, config.stash[RUN].folder):
            with suppress(OSError):
                folder.rmdir()


def pytest_collect_file(file_path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if not parent.config.stash[RELEASES]:
        if not looks_like_one(file_path):
            return None
        parent.config.stash.setdefault(SEEN, short(file_path, parent.config.invocation_params.dir))
        return WithoutRelease.from_parent(parent, path=file_path)
    if not is_scenario(file_path, named=parent.session.isinitpath(file_path)):
        return None
    return ScenarioFile.from_parent(parent, path=file_path)


def pytest_collection_finish(session: pytest.Session) -> None:
    """Who has tests to run meant those."""
    if session.items:
        session.config.stash[SEEN] = None


@pytest.hookimpl(trylast=True)
def pytest_shakedown_campaign(
    plans: Sequence[CellPlan], options: Options, progress: Progress, listener: Listener
) -> hookspecs.Runner:
    return Campaign(plans, options, progress, listener)


@pytest.hookimpl(trylast=True)
def pytest_shakedown_view() -> View:
    return Plain(progress.to())


@pytest.hookimpl(wrapper=True)
def pytest_runtestloop(session: pytest.Session) -> Generator[None, object, object]:
    """The cells run in the background from here on; the items wait for them in turn."""
    config = session.config
    plans = [item.plan for item in session.items if isinstance(item, CellItem)]
    broken = session.testsfailed and not config.option.continue_on_collection_errors
    if not plans or broken or RUN not in config.stash:
        return (yield)
    try:
        running = begin(config, plans)
        try:
            running.start()
            return (yield)
        finally:
            running.finish()
    except HarnessError as error:
        stop(config, error)


def begin(config: pytest.Config, plans: list[CellPlan]) -> Session:
    run, view = config.stash[RUN], config.hook.pytest_shakedown_view(plans=plans)
    if why := options.provider(config).why:
        view.say(f"provider {run.provider}: {why}")
    runner = config.hook.pytest_shakedown_campaign(
        plans=plans,
        options=options.campaign_options(config, run, config.stash[CLAIMED]),
        progress=view,
        listener=view.happened,
    )
    running = Session(runner, plans, run, Path(config.getoption("allure_report_dir")), view)
    config.stash[RESULTS] = running.wait_for
    return running


def pytest_report_teststatus(report: pytest.TestReport) -> tuple[str, str, object] | None:
    return outcomes.status(report)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    outcomes.summarize(terminalreporter)
    if seen := terminalreporter.config.stash.get(SEEN, None):
        terminalreporter.write_line("scenarios run on releases of Argo, and none was named; say for example")
        terminalreporter.write_line(f"  pytest {seen} --argo {SEED_RELEASES[-1]}")


def verdicts(session: pytest.Session) -> tuple[Verdict, ...]:
    """Of the items that were run: what a stop cut off says nothing."""
    items = [item for item in session.items if isinstance(item, CellItem)]
    return tuple(item.result.judgement.verdict for item in items if item.result is not None)

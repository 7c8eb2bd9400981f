"""The run says how many real cells it ran: a suite that ran none must not look like one that ran all."""

import pytest

from harness.cluster.kind import requirements
from harness.model.errors import Exit
from tests.real import machine


def pytest_collection_finish(session: pytest.Session) -> None:
    """Tests on real kind that were asked for are run or end the session: to skip them would look like a pass."""
    wanted = [item for item in session.items if item.get_closest_marker("kind")]
    if not wanted or session.config.option.collectonly:
        return
    for lack in requirements.lacks():
        pytest.exit(f"{len(wanted)} tests on kind cannot be run: {lack.what}; {lack.cure}", returncode=Exit.INFRA)


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    for told in terminalreporter.config.stash.get(machine.TOLD, []):
        terminalreporter.write_line(told)

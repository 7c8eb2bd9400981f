"""The run says how many real cells it ran: a suite that ran none must not look like one that ran all."""

import pytest

from tests.real import machine


def pytest_terminal_summary(terminalreporter: pytest.TerminalReporter) -> None:
    told = terminalreporter.config.stash.get(machine.TOLD, "")
    if told:
        terminalreporter.write_line(told)

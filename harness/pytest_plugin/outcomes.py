"""Inconclusive is a word of its own in pytest's output, since it says something about the run and nothing about Argo.

To pytest it is a failure all the same: it never counts as green, and `--lf` takes it up again.
"""

import pytest

INCONCLUSIVE = "inconclusive"
MARKERS = (f"{INCONCLUSIVE}: the fault did not land, or what was seen proves nothing; set by shakedown itself",)


def status(report: pytest.TestReport) -> tuple[str, str, object] | None:
    if report.failed and report.when == "call" and INCONCLUSIVE in report.keywords:
        return INCONCLUSIVE, "?", ("INCONCLUSIVE", {"yellow": True})
    return None


def summarize(reporter: pytest.TerminalReporter) -> None:
    """What pytest's own summary has for failures only: the reasons."""
    found = reporter.getreports(INCONCLUSIVE)
    if found:
        reporter.section("INCONCLUSIVE", yellow=True)
    for report in found:
        reporter.line(report.longreprtext)

"""How a verdict that is not green shows in pytest: product faults fail, the harness's own faults are errors."""

from harness.model.errors import HarnessError
from harness.model.verdicts import Check, Judgement


class VerdictFailed(AssertionError):
    """A cell that ended as fail, fixed or inconclusive, with the lines of the expectation that did not hold."""

    def __init__(self, cell: str, judgement: Judgement, folder: str) -> None:
        super().__init__(describe(cell, judgement, folder))


class CellBroken(HarnessError):
    """The cluster, the install or the harness failed: nothing is said about Argo."""


def describe(cell: str, judgement: Judgement, folder: str) -> str:
    lines = [f"{judgement.verdict}: {cell}: {judgement.reason}"]
    lines += [line(check) for check in judgement.checks if not check.holds]
    lines += [f"  invariant {v.invariant}: {v.message} (entry {v.seq})" for v in judgement.violations]
    lines += [f"  step {landing.name}: {landing.problem}" for landing in judgement.landings if landing.problem]
    if folder:
        lines.append(f"  evidence: {folder}")
    return "\n".join(lines)


def line(check: Check) -> str:
    where = f" (line {check.line})" if check.line else ""
    return f"  {check.name}{where}: expected {check.expected}, seen {check.seen}"

"""How a verdict that is not green shows in pytest: product faults fail, the harness's own faults are errors."""

from harness.model.cells import CellResult
from harness.model.verdicts import Check, Violation


class VerdictFailed(AssertionError):
    """A cell that ended as fail, fixed or inconclusive, with the lines of the expectation that did not hold."""


def describe(cell: str, result: CellResult) -> str:
    judgement = result.judgement
    lines = [f"{judgement.verdict}: {cell}: {judgement.reason}"]
    lines += [line(check) for check in judgement.checks if not check.holds]
    lines += [violated(violation) for violation in judgement.violations]
    lines += [f"  step {landing.name}: {landing.problem}" for landing in judgement.landings if landing.problem]
    if result.artefacts:
        lines.append(f"  evidence: {result.artefacts.folder}")
    return "\n".join(lines)


def violated(violation: Violation) -> str:
    where = f" on line {violation.line}" if violation.line else ""
    waived = f", waived{where}: {violation.waived}" if violation.waived else ""
    return f"  invariant {violation.invariant}: {violation.message} (entry {violation.seq}{waived})"


def line(check: Check) -> str:
    where = f" (line {check.line})" if check.line else ""
    return f"  {check.name}{where}: expected {check.expected}, seen {check.seen}"

"""The one line that stands in a cell of the grid."""

from collections.abc import Collection

from harness.history.state import State
from harness.model.verdicts import Check, Landing, Violation
from harness.oracles.stuck import Stuck, healed_by_nudge

LONGEST = 200


def ending(state: State, stuck: Stuck | None) -> str:
    """How the workflow ended: `Error: wait: Error (exit code 137)`."""
    workflow = state.workflow
    if workflow is None:
        return "the workflow was never seen"
    if stuck is not None:
        return _stuck(stuck, state)
    phase = str(workflow.phase) or "not processed"
    if state.deleted is not None:
        return f"deleted ({phase})"
    text = f"{phase}: {' '.join(workflow.message.split())}" if workflow.message else phase
    if workflow.phase.terminal and not workflow.final:
        text += " (not completed)"
    return text


def _stuck(stuck: Stuck, state: State) -> str:
    landed = [(trace.landed.t, state.step_name(index)) for index, trace in state.steps.items() if trace.landed]
    words = [stuck.node] if stuck.node else []
    if landed:
        t, name = max(landed)
        words.append(f"{state.t - t:.1f} s after {name}")
    return f"stuck: {stuck.cause}" + (f" ({', '.join(words)})" if words else "")


def broken(checks: tuple[Check, ...], violations: tuple[Violation, ...]) -> str:
    """What does not hold, the first in full."""
    words = [f"{check.name}: expected {check.expected}, seen {check.seen}" for check in checks if not check.holds]
    words += [f"{violation.invariant}: {violation.message}" for violation in violations]
    return words[0] + (f" (and {len(words) - 1} more)" if len(words) > 1 else "") if words else ""


def waived(violations: tuple[Violation, ...]) -> str:
    """What a green cell is green in spite of."""
    why = {violation.invariant: violation.waived for violation in violations if violation.waived}
    return "".join(f"; waived {name}: {reason}" for name, reason in why.items())


def not_drawn(landings: tuple[Landing, ...]) -> str:
    """What was not done to the workflow: whatever the verdict, it says nothing about that."""
    names = [landing.name for landing in landings if landing.not_drawn]
    return f"; without {', '.join(names)}, not drawn in this run" if names else ""


def declared(violations: tuple[Violation, ...], names: Collection[str]) -> str:
    """The symptom, where it is a violation that the known bug declares and not the way the workflow ended."""
    shown = next((v for v in violations if v.invariant in names and not v.waived), None)
    return f"; {shown.message}" if shown else ""


def one_line(text: str, state: State) -> str:
    """Shortened to a line; a workflow that went on only because it was nudged says so, whatever the verdict."""
    note = "; healed by nudge: it went on only when it was asked to" if healed_by_nudge(state) else ""
    folded = " ".join(text.split())
    return (folded if len(folded) <= LONGEST else f"{folded[: LONGEST - 3]}...") + note

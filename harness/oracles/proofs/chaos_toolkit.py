"""A foreign action has landed when what the scenario takes for its effect came to hold, be it for a moment, and did not
hold when it was called. Of one that was given a pod, what happens to other workflow nodes is no effect."""

from math import inf

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, command_done, span
from harness.oracles.spans import spans
from harness.scenario.verbs import ChaosToolkit


def prove(verb: ChaosToolkit, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    held = [each for each in spans(verb.proof, state) if not verb.wants_pod or each.node in ("", target.node_id)]
    before = any(each.start <= since < each.end for each in held)
    new = next((each for each in held if each.start > since), None)
    if before or new is None or command_done(trace, state) is None:
        return None
    return Proof(seq=new.start, text=f"newly so after {verb.action}: {new.text}")


def held_before(verb: ChaosToolkit, state: State) -> str | None:
    """What is wrong with a call now: its effect would prove nothing."""
    held = next((each for each in spans(verb.proof, state) if each.end == inf), None)
    return None if held is None else f"its proof held before the call: {held.text}"

"""A deleted Node: it existed when the step was fired, and its deletion was seen."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import hosts
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import DeleteNode


def prove(verb: DeleteNode, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    seen = hosts.turned(target.host, since, state, lambda view: not view.exists)
    return None if seen is None else Proof(seq=seen, text=f"Node {target.host} was deleted")

"""A cordoned host: unschedulable since the call, and not before."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import hosts
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import Cordon


def prove(verb: Cordon, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    seen = hosts.turned(target.host, since, state, lambda view: view.node.unschedulable)
    return None if seen is None else Proof(seq=seen, text=f"{target.host} is unschedulable")

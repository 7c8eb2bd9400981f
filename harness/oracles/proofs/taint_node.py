"""A tainted node: the taint is new, and with NoExecute the target pod was told to go afterwards, while it ran, by who
chases pods away for taints: it leaves its mark on each."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import hosts
from harness.oracles.proofs.disruption import TAINT_MANAGER, told
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import TaintNode


def prove(verb: TaintNode, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    taint = f"{verb.key}:{verb.effect}"
    seen = hosts.turned(target.host, since, state, lambda view: taint in view.node.taints)
    tainted = None if seen is None else Proof(seq=seen, text=f"{target.host} has the taint {taint}")
    return hosts.joined(tainted, _evicted(trace, state)) if verb.effect == "NoExecute" else tainted


def _evicted(trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    seen = told(trace, state, TAINT_MANAGER)
    return None if seen is None else Proof(seq=seen, text=f"pod {target.pod} was told to go for the taint")

"""A tainted node: the taint is new, and with NoExecute the target pod was told to go afterwards, while it ran."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import hosts
from harness.oracles.proofs.proof import Proof, ended_by_itself, span, told_before
from harness.scenario.verbs import TaintNode


def prove(verb: TaintNode, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    taint = f"{verb.key}:{verb.effect}"
    seen = hosts.turned(target.host, since, state, lambda view: taint in view.node.taints)
    tainted = None if seen is None else Proof(seq=seen, text=f"{target.host} has the taint {taint}")
    return hosts.joined(tainted, _evicted(trace, state)) if verb.effect == "NoExecute" else tainted


def _evicted(trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    if pod is None or pod.deleting is None or pod.deleting.seq <= since or ended_by_itself(pod):
        return None
    if told_before(pod, trace):
        return None
    return Proof(seq=pod.deleting.seq, text=f"pod {target.pod} was told to go")

"""A node that is short of memory: it newly says MemoryPressure and carries its taint, and the kubelet has evicted the
target pod for that, which was at work until then.

Whom else of the workflow it evicted by then is told, and in what words. That the settings of a kubelet were changed
proves nothing.
"""

from collections.abc import Iterator
from typing import Final

from harness.history.state import State
from harness.history.traces import At, HostView, PodTrace, StepTrace
from harness.model.objects import MEMORY_PRESSURE
from harness.model.pods import Pod
from harness.oracles.proofs import hosts
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import StarveMemory

EVICTED: Final = "Evicted"
WHY: Final = ("The node was low on resource: memory", "The node had condition: [MemoryPressure]")
"""What the kubelet says of a pod that it evicts, and of one that it turns away, as it does with those without memory
requests when it is started anew."""


def prove(verb: StarveMemory, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    seen = hosts.turned(target.host, since, state, short_of_memory)
    evicted = dict(_evicted(target.host, since, state))
    if seen is None or target.pod_uid not in evicted:
        return None
    told = "; ".join(f"{state.pods[uid].pod.name}: {' '.join(_why(state.pods[uid]).split())}" for uid in evicted)
    text = f"{target.host} says MemoryPressure and has its taint, and the kubelet evicted {told}"
    return Proof(seq=max(seen, evicted[target.pod_uid].seq), text=text)


def short_of_memory(view: HostView) -> bool:
    tainted = any(taint.partition(":")[0] == MEMORY_PRESSURE for taint in view.node.taints)
    return view.exists and view.node.memory_pressure == "True" and tainted


def _evicted(host: str, since: int, state: State) -> Iterator[tuple[str, At]]:
    """By UID, those that it took off this node since then."""
    for uid, trace in state.pods.items():
        at = _end(trace) if trace.pod.host == host else None
        if at is not None and at.seq > since:
            yield uid, at


def _end(trace: PodTrace) -> At | None:
    """When the pod was seen evicted; None where it had ended in another way before."""
    at = next((v.at for v in trace.versions if _for_memory(v.value)), None)
    return None if at is None or trace.finished is None or trace.finished.seq < at.seq else at


def _for_memory(pod: Pod) -> bool:
    return pod.reason == EVICTED and any(why in pod.message for why in WHY)


def _why(trace: PodTrace) -> str:
    return next((v.value.message for v in trace.versions if _for_memory(v.value)), "")

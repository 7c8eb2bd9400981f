"""A node that is cut off: what was read back shows the cable, the kubelet, the runtime, or all of the node stopped, and
the cluster took the node for lost, where it can notice that within a moment."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import hosts
from harness.oracles.proofs.proof import Proof, read_back, span
from harness.scenario.verbs import CutNetwork, FreezeNode, StopKubelet, StopRuntime

ENDS = {"freeze": "stopped", "kill": "gone"}


def prove_cut(verb: CutNetwork, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    return _and_lost(_read(f"network of {target.host}", "connected", "cut", trace, state), trace, state)


def prove_frozen(verb: FreezeNode, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    return _and_lost(_read(f"node {target.host}", "running", "frozen", trace, state), trace, state)


def prove_kubelet(verb: StopKubelet, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    return _and_lost(_read(f"kubelet of {target.host}", "running", ENDS[verb.how], trace, state), trace, state)


def prove_runtime(verb: StopRuntime, trace: StepTrace, state: State) -> Proof | None:
    """The kubelet says so only after half a minute, so the kernel's word has to do."""
    _, target = span(trace)
    return _read(f"containerd of {target.host}", "running", ENDS[verb.how], trace, state)


def _read(subject: str, before: str, after: str, trace: StepTrace, state: State) -> Proof | None:
    read = read_back(trace, state, subject)
    if read is None or (read.before, read.after) != (before, after):
        return None
    return Proof(seq=read.seq, text=f"{subject} is {after}")


def _and_lost(read: Proof | None, trace: StepTrace, state: State) -> Proof | None:
    """Lost after it was read back: what the node was before the call took hold is not its doing."""
    _, target = span(trace)
    seen = hosts.turned(target.host, read.seq, state, hosts.lost) if read else None
    lost = None if seen is None else Proof(seq=seen, text=f"{target.host} is not Ready any more")
    return hosts.joined(read, lost)

"""OOM: the kernel's own record of the kill of this container, and the container ended by it, with 137 and at once.

The fault is in the workload and the step only demands its proof, so an entry from before the trigger counts too: the
kernel is quicker than the watch that shows the container running. It is quicker by little, and a kill of long before is
of another moment; one of long after is not, since the workload takes its time. That the runtime says OOMKilled proves
nothing: it says so of every container that lost any process, also where that was a child and the container lived on.
But where it does not say so, for it heard of the exit before it heard of the kill (containerd on a busy machine), Argo
cannot know, and nothing that it does is about an OOM.
"""

from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace, Version
from harness.model.events import KernelKill
from harness.model.pods import Container
from harness.oracles.proofs.kernel_kills import PROMPT, ended_by
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import Oom

_SAID: Final = "OOMKilled"


def prove(verb: Oom, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    end = pod.ends.get(target.container) if pod else None
    if end is None or (target.container_id and end.value.id != target.container_id):
        return None
    found = _last_kill(end, trace, state)
    if found is None or end.value.exit_code != 137 or end.value.reason != _SAID:
        return None
    kill = found.value
    text = (
        f"the kernel killed {kill.task} (pid {kill.pid}) of container {target.container}, "
        f"which ended {end.value.reason} with exit {end.value.exit_code}"
    )
    return Proof(seq=max(end.at.seq, found.at.seq), text=text)


def _last_kill(end: Version[Container], trace: StepTrace, state: State) -> Version[KernelKill] | None:
    assert trace.triggered is not None
    since = trace.triggered.t - PROMPT
    kills = [kill for kill in state.kernel_kills.get(end.value.id, []) if kill.at.t >= since and ended_by(kill, end)]
    return kills[-1] if kills else None

"""OOM: the kernel's own record of the kill of this container, and the container ended by it.

The fault is in the workload and the step only demands its proof, so an entry from before the trigger counts too: the
kernel is quicker than the watch that shows the container running.
"""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, span


def prove(trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    end = pod.ends.get(target.container) if pod else None
    if end is None or (target.container_id and end.value.id != target.container_id):
        return None
    kills = state.kernel_kills.get(end.value.id, [])
    if not kills or not (end.value.reason == "OOMKilled" or end.value.exit_code == 137):
        return None
    kill = kills[0].value
    text = (
        f"the kernel killed {kill.task} (pid {kill.pid}) of container {target.container}, "
        f"which ended {end.value.reason or 'killed'} with exit {end.value.exit_code}"
    )
    return Proof(seq=max(end.at.seq, kills[0].at.seq), text=text)

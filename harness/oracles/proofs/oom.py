"""OOM: the kernel's own record of the kill of this container, and the container ended by it, with 137 and at once.

The fault is in the workload and the step only demands its proof, so an entry from before the trigger counts too: the
kernel is quicker than the watch that shows the container running. That the runtime says OOMKilled proves nothing: it
says so of every container that lost any process, also where that was a child and the container lived on.
"""

from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace, Version
from harness.model.events import KernelKill
from harness.model.pods import Container
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import Oom

PROMPT: Final = 5.0
"""Seconds from the kill to the end of the container, as far as it ended by it."""


def prove(verb: Oom, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    end = pod.ends.get(target.container) if pod else None
    if end is None or (target.container_id and end.value.id != target.container_id):
        return None
    found = _last_kill(end, state)
    if found is None or end.value.exit_code != 137:
        return None
    kill = found.value
    text = (
        f"the kernel killed {kill.task} (pid {kill.pid}) of container {target.container}, "
        f"which ended {end.value.reason or 'killed'} with exit {end.value.exit_code}"
    )
    return Proof(seq=max(end.at.seq, found.at.seq), text=text)


def _last_kill(end: Version[Container], state: State) -> Version[KernelKill] | None:
    """The kill that ended the container; one that it outlived for longer was of a child."""
    ended = end.at.wall if end.value.finished_at is None else end.value.finished_at
    kills = state.kernel_kills.get(end.value.id, [])
    return kills[-1] if kills and kills[-1].at.wall >= ended - PROMPT else None

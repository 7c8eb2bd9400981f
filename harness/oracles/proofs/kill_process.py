"""A killed process: this very container of this very pod ended after the call, with an exit code that fits the signal.

SIGKILL leaves exactly 137; a container that ends by itself in the same second does not, and proves nothing. The other
signals can be caught: 128 + signal proves them at any time, another code only at once. Never do 137, which is somebody
else's SIGKILL, and 0: the first process of a container does not get what it does not catch, so it may just be done.
"""

from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace, Version
from harness.model.pods import Container
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import KillProcess

SIGNALS: Final = {"HUP": 1, "INT": 2, "QUIT": 3, "KILL": 9, "TERM": 15}
PROMPT: Final = 5.0
"""Seconds in which a process that catches a signal ends because of it."""


def prove(verb: KillProcess, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    end = pod.ends.get(target.container) if pod else None
    if end is None or end.at.seq <= since or end.value.id != target.container_id:
        return None
    if end.value.reason == "OOMKilled" or not _fits(verb.signal, end, trace):
        return None
    how = f"ended with exit {end.value.exit_code} after SIG{verb.signal}"
    text = f"container {target.container} of pod {target.pod} {how}"
    return Proof(seq=end.at.seq, text=text)


def _fits(signal: str, end: Version[Container], trace: StepTrace) -> bool:
    if end.value.exit_code == 128 + SIGNALS[signal]:
        return True
    if signal == "KILL" or end.value.exit_code in (None, 0, 137) or trace.accepted is None:
        return False
    return end.at.t - trace.accepted.t <= PROMPT

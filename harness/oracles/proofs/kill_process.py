"""A killed process: this very container of this very pod ended after the call, with an exit code that fits the signal.

SIGKILL leaves exactly 137; a container that ends by itself in the same second does not, and proves nothing. The other
signals can be caught: 128 + signal proves them at any time, unless the pod was told to go meanwhile, for then the
kubelet sends SIGTERM, too. Another code does only at once, and only where the kernel showed before the call that the
process catches the signal, and its child as well: else it may just be done. argoexec catches every signal and passes it
on, so that of a step's `main` the child tells. Never does 137, which is somebody else's SIGKILL.

Of a process that is not the container's first no watch tells: there the kernel showed that it took the signal as a
process that neither ignores nor blocks it, and then that it was gone.
"""

import signal as signals
from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace, Version
from harness.model.pods import Container
from harness.oracles.proofs.proof import Proof, read_back, span
from harness.scenario.verbs import KillProcess

PROMPT: Final = 5.0
"""Seconds in which a process that catches a signal ends because of it."""
_TAKEN: Final = ("default", "caught")


def prove(verb: KillProcess, trace: StepTrace, state: State) -> Proof | None:
    return _first(verb, trace, state) if verb.process == "first" else _other(verb, trace, state)


def _first(verb: KillProcess, trace: StepTrace, state: State) -> Proof | None:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    end = pod.ends.get(target.container) if pod else None
    if end is None or end.at.seq <= since or end.value.id != target.container_id:
        return None
    if end.value.reason == "OOMKilled" or not _fits(verb, end, trace, state):
        return None
    how = f"ended with exit {end.value.exit_code} after SIG{verb.signal}"
    text = f"container {target.container} of pod {target.pod} {how}"
    return Proof(seq=end.at.seq, text=text)


def _fits(verb: KillProcess, end: Version[Container], trace: StepTrace, state: State) -> bool:
    if end.value.exit_code == 128 + signals.Signals[f"SIG{verb.signal}"]:
        return verb.signal != "TERM" or not _told_meanwhile(end, trace, state)
    if verb.signal == "KILL" or end.value.exit_code in (None, 137) or trace.accepted is None:
        return False
    prompt = end.at.t - trace.accepted.t <= PROMPT
    return prompt and _disposition(verb, trace, state) == "caught" and _child(trace, state) in ("", "caught")


def _told_meanwhile(end: Version[Container], trace: StepTrace, state: State) -> bool:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    return pod is not None and pod.deleting is not None and since < pod.deleting.seq < end.at.seq


def _child(trace: StepTrace, state: State) -> str:
    """What the child of the first process does with the signal, "" if there is none."""
    _, target = span(trace)
    seen = read_back(trace, state, f"child of container {target.container}")
    return seen.before.partition(" ")[2] if seen else ""


def _other(verb: KillProcess, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    seen = read_back(trace, state, _subject(verb, trace))
    if seen is None or seen.after != "gone":
        return None
    if verb.signal != "KILL" and _disposition(verb, trace, state) not in _TAKEN:
        return None
    pid = seen.before.partition(" ")[0]
    where = f"of container {target.container} of pod {target.pod}"
    return Proof(seq=seen.seq, text=f"process {pid} ({verb.process}) {where} was gone after SIG{verb.signal}")


def _disposition(verb: KillProcess, trace: StepTrace, state: State) -> str:
    seen = read_back(trace, state, _subject(verb, trace))
    return seen.before.partition(" ")[2] if seen else ""


def _subject(verb: KillProcess, trace: StepTrace) -> str:
    _, target = span(trace)
    return f"process {verb.process} of container {target.container}"

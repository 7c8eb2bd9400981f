"""An OOM kill that was brought about: the kernel's own record names the pid that was chosen, in this container, and no
bystander, when it was made to choose.

Where that was the container's first process, the kubelet must have told its end, with 137 and at once, too. With
`group` the record must name every process of the container; with version 2 of cgroups the kernel writes one record for
the lot, so there it must name one, and none may be left.
"""

import re
from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace, Version
from harness.model.events import KernelKill, ReadBack
from harness.model.header import Cgroup
from harness.model.pods import Container
from harness.oracles.proofs.kernel_kills import PROMPT, ended_by
from harness.oracles.proofs.proof import Proof, read_back, span
from harness.scenario.verbs import OomKill

_PID: Final = re.compile(r"(\d+) \w+")
_NUMBER: Final = re.compile(r"\d+")


def prove(verb: OomKill, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    seen = read_back(trace, state, f"memory victims of container {target.container}")
    if seen is None or not seen.after.startswith("alive none; ours "):
        return None
    kills = _kills(seen, trace, state)
    if not kills or (verb.kill == "group" and not _whole(kills, seen, state)):
        return None
    told = _end(kills, trace, state)
    if told is None and (verb.process == "first" or verb.kill == "group"):
        return None
    seq = max(*(kill.at.seq for kill in kills), seen.seq, told.at.seq if told else 0)
    return Proof(seq=seq, text=_text(verb, kills, target.container, told))


def _kills(seen: ReadBack, trace: StepTrace, state: State) -> list[Version[KernelKill]]:
    """Of what was chosen; none at all where the kernel took somebody else besides."""
    since, target = span(trace)
    chosen, ours = _chosen(seen), {int(pid) for pid in _NUMBER.findall(seen.after)}
    mine = [kill for kill in state.kernel_kills.get(target.container_id, []) if kill.at.seq > since]
    if any(kill.value.pid not in chosen | ours for kill in mine):
        return []
    return [kill for kill in mine if kill.value.pid in chosen and _made_to(kill, seen, trace)]


def _made_to(kill: Version[KernelKill], seen: ReadBack, trace: StepTrace) -> bool:
    """Between the call and what was read back after it, or as good as."""
    assert trace.accepted is not None
    return trace.accepted.t - PROMPT <= kill.at.t <= seen.t + PROMPT


def _chosen(seen: ReadBack) -> set[int]:
    return {int(pid) for pid in _PID.findall(seen.before)}


def _whole(kills: list[Version[KernelKill]], seen: ReadBack, state: State) -> bool:
    if state.header is not None and state.header.cgroup is Cgroup.V2:
        return True
    return {kill.value.pid for kill in kills} == _chosen(seen)


def _end(kills: list[Version[KernelKill]], trace: StepTrace, state: State) -> Version[Container] | None:
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    end = pod.ends.get(target.container) if pod else None
    if end is None or end.value.id != target.container_id or end.at.seq <= since or end.value.exit_code != 137:
        return None
    return end if any(ended_by(kill, end) for kill in kills) else None


def _text(verb: OomKill, kills: list[Version[KernelKill]], container: str, end: Version[Container] | None) -> str:
    named = ", ".join(f"{kill.value.task} (pid {kill.value.pid})" for kill in kills)
    what = "every process" if verb.kill == "group" else f"process {verb.process}"
    how = end.value.reason or "killed" if end else ""
    after = f"which ended {how} with exit 137" if end else "which had not ended by then"
    return f"the kernel killed {what}, {named}, of container {container}, {after}"

"""What a proof is, and the questions that several of them ask."""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Final

from harness.history.state import State
from harness.history.traces import PodTrace, StepTrace
from harness.model.events import Command, ReadBack, Target

SKEW: Final = 5.0
"""Seconds by which the clock of the API server may differ from ours, its cut to seconds included."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Proof:
    """`seq` is the entry that completes the proof."""

    seq: int
    text: str


def span(trace: StepTrace) -> tuple[int, Target]:
    """The entry before which nothing can be the work of this step, and its target."""
    assert trace.triggered is not None
    return trace.triggered.seq, trace.target or Target()


def ended_by_itself(pod: PodTrace) -> bool:
    """Whether the pod had ended before it was told to go."""
    return pod.finished is not None and (pod.deleting is None or pod.finished.seq < pod.deleting.seq)


def told_before(pod: PodTrace, trace: StepTrace) -> bool:
    """Whether it was told to go before the call by the API server's own stamp, however late the watch showed it."""
    assert trace.triggered is not None
    first = next((version.value.told_at for version in pod.versions if version.value.deleting), None)
    return first is not None and first < trace.triggered.wall - SKEW


def told_to_go(trace: StepTrace, state: State) -> tuple[PodTrace, int] | None:
    """The pod that the step aims at, and the entry in which it is told to go; None where that was not after the call,
    or the pod had ended by itself."""
    since, target = span(trace)
    pod = state.pods.get(target.pod_uid)
    if pod is None or pod.deleting is None or pod.deleting.seq <= since:
        return None
    return None if ended_by_itself(pod) or told_before(pod, trace) else (pod, pod.deleting.seq)


def command_done(trace: StepTrace, state: State) -> Command | None:
    """The tool that the step ran, if it ended well."""
    return next(_ended_well(trace, state), None)


def argo_done(trace: StepTrace, state: State) -> Command | None:
    """The command of Argo's that the step is named after, if it ended well; no other one of the step does that."""
    return next((each for each in _ended_well(trace, state) if each.argv[1:2] == (trace.verb,)), None)


def _ended_well(trace: StepTrace, state: State) -> Iterator[Command]:
    since, _ = span(trace)
    return (c for c in state.commands if c.step == trace.step and c.seq > since and c.exit_code == 0)


def read_back(trace: StepTrace, state: State, subject: str) -> ReadBack | None:
    """What the step last read back of that subject, after it was triggered."""
    since, _ = span(trace)
    mine = (each for each in reversed(state.read_backs) if each.step == trace.step and each.seq > since)
    return next((each for each in mine if each.subject == subject), None)

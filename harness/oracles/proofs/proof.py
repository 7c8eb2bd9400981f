"""What a proof is, and the questions that several of them ask."""

from dataclasses import dataclass

from harness.history.state import State
from harness.history.traces import PodTrace, StepTrace
from harness.model.events import Command, Target


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


def command_done(trace: StepTrace, state: State) -> Command | None:
    """The tool that the step ran, if it ended well."""
    since, _ = span(trace)
    return next((c for c in state.commands if c.step == trace.step and c.seq > since and c.exit_code == 0), None)

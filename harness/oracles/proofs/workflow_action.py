"""stop, terminate, suspend, resume: the command ended well, and the workflow carries what it asked for, newly."""

from collections.abc import Callable

from harness.history.state import State
from harness.history.traces import Course, StepTrace
from harness.oracles.proofs.proof import Proof, argo_done, span
from harness.scenario.verbs import Resume, Stop, Suspend, Terminate


def prove(verb: Stop | Terminate | Suspend | Resume, trace: StepTrace, state: State) -> Proof | None:
    since, _ = span(trace)
    done = argo_done(trace, state)
    if done is None:
        return None
    match verb:
        case Stop(node_field_selector=str(wanted)):
            seen, text = _node_ended(since, state, verb.message or ""), f"a suspended node of {wanted} has ended"
        case Stop():
            seen, text = _newly(lambda course: course.shutdown == "Stop", since, state), "spec.shutdown is Stop"
        case Terminate():
            seen = _newly(lambda course: course.shutdown == "Terminate", since, state)
            text = "spec.shutdown is Terminate"
        case Suspend():
            seen, text = _newly(lambda course: course.suspended, since, state), "spec.suspend is set"
        case Resume(node_field_selector=str(wanted)):
            seen, text = _node_ended(since, state), f"a suspended node of {wanted} has ended"
        case Resume():
            seen = _newly(lambda course: not course.suspended, since, state) or _node_ended(since, state)
            text = "nothing that was suspended is so any more"
    return None if seen is None else Proof(seq=max(seen, done.seq), text=f"argo {trace.verb} succeeded and {text}")


def _newly(wanted: Callable[[Course], bool], since: int, state: State) -> int | None:
    before = next((v.value for v in reversed(state.course) if v.at.seq <= since), None)
    if before is not None and wanted(before):
        return None
    return next((v.at.seq for v in state.course if v.at.seq > since and wanted(v.value)), None)


def _node_ended(since: int, state: State, message: str = "") -> int | None:
    """The entry in which a node that was suspended when the call was made is no longer, with these words."""
    for trace in state.nodes.values():
        before = trace.before(since + 1)
        if before is None or before.type != "Suspend" or before.phase.terminal:
            continue
        for version in trace.since(since):
            now = version.value
            if now is not None and now.phase.terminal and message in now.message:
                return version.at.seq
    return None

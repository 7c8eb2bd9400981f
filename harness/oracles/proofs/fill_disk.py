"""A full volume: the kernel refused to write there with ENOSPC, and shows no byte free."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, read_back, span
from harness.scenario.verbs import FillDisk


def prove(verb: FillDisk, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    seen = read_back(trace, state, f"volume {verb.path} of container {target.container}")
    if seen is None or not seen.after.startswith("ENOSPC, 0 of "):
        return None
    return Proof(seq=seen.seq, text=f"{verb.path} of container {target.container} is full: {seen.after}")

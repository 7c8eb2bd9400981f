"""A swapped release: every controller of before is gone, and the one that leads runs the image of the other release,
which none of before did."""

from harness.history import controller
from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.image import Image
from harness.model.pods import Pod
from harness.oracles.proofs import controllers
from harness.oracles.proofs.proof import Proof, span
from harness.oracles.proofs.restart_controller import rolled
from harness.scenario.verbs import SwapArgo


def prove(verb: SwapArgo, trace: StepTrace, state: State) -> Proof | None:
    since, _ = span(trace)
    replaced, new = rolled(trace, state), controllers.successor(state, since)
    if replaced is None or new is None or _tag(new.value) != verb.to:
        return None
    if any(_tag(controllers.seen(each, since)) == verb.to for each in controllers.there(state, since)):
        return None
    return Proof(seq=replaced.seq, text=f"{replaced.text}, which runs {verb.to}")


def _tag(pod: Pod) -> str:
    program = controller.program(pod)
    return Image.parse(program.image).tag if program else ""

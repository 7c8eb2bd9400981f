"""A scaled controller: there were more or fewer before, and now just as many run as were asked for."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import controllers
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import ScaleController


def prove(verb: ScaleController, trace: StepTrace, state: State) -> Proof | None:
    since, _ = span(trace)
    before = len(list(controllers.there(state, since)))
    left = [each for each in state.controllers.values() if each.gone is None]
    running = [each for each in left if controllers.runs(each.pod) and each.deleting is None]
    if before == verb.replicas or len(left) != verb.replicas or len(running) != verb.replicas:
        return None
    changes = [at.seq for each in state.controllers.values() for at in (each.gone, each.born) if at is not None]
    changes += [each.versions[-1].at.seq for each in running]
    text = f"{before} controllers ran before, {len(running)} now"
    return Proof(seq=max(changes), text=text) if max(changes) > since else None

"""A restarted controller: every one of before was told to go after the call and is gone, and a new pod leads."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import controllers
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import RestartController


def prove(verb: RestartController, trace: StepTrace, state: State) -> Proof | None:
    return rolled(trace, state)


def rolled(trace: StepTrace, state: State) -> Proof | None:
    since, _ = span(trace)
    old = list(controllers.there(state, since))
    gone = [each.gone.seq for each in old if each.gone is not None]
    new = controllers.successor(state, since)
    if not old or len(gone) != len(old) or new is None:
        return None
    names = ", ".join(each.pod.name for each in old)
    return Proof(seq=max(*gone, new.at.seq), text=f"controller {names} is gone, and {new.value.name} leads")

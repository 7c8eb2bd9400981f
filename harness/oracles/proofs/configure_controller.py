"""A changed configuration: the config map was read before and after and has the new values; a changed environment shows
in controllers that are all new."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, read_back
from harness.oracles.proofs.restart_controller import rolled
from harness.scenario.verbs import ConfigureController


def prove(verb: ConfigureController, trace: StepTrace, state: State) -> Proof | None:
    parts: list[Proof | None] = [_key(key, value, trace, state) for key, value in verb.config.items()]
    if verb.env:
        parts.append(rolled(trace, state))
    proofs = [part for part in parts if part is not None]
    if len(proofs) != len(parts):
        return None
    return Proof(seq=max(proof.seq for proof in proofs), text="; ".join(proof.text for proof in proofs))


def _key(key: str, wanted: str, trace: StepTrace, state: State) -> Proof | None:
    read = read_back(trace, state, f"config {key}")
    if read is None or read.before == read.after or read.after != wanted:
        return None
    return Proof(seq=read.seq, text=f"{key} is {read.after or 'gone'} and was {read.before or 'not there'}")

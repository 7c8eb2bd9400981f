"""What no watch shows, and the API server was asked for before and after the call: a permission, a quota, a limit."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.signs import QUOTA
from harness.oracles.proofs.proof import Proof, read_back
from harness.scenario.verbs import ChangeSemaphore, DeleteSemaphore, ExhaustQuota, Revoke


def prove_revoked(verb: Revoke, trace: StepTrace, state: State) -> Proof | None:
    read = read_back(trace, state, verb.permission)
    if read is None or (read.before, read.after) != ("allowed", "denied"):
        return None
    return Proof(seq=read.seq, text=f"the API server now denies {verb.permission} to the pods of workflows")


def prove_exhausted(verb: ExhaustQuota, trace: StepTrace, state: State) -> Proof | None:
    read = read_back(trace, state, "the next pod")
    refusal = f"exceeded quota: {QUOTA}"
    if read is None or read.after != refusal or read.before == refusal:
        return None
    return Proof(seq=read.seq, text=f"the API server refuses another pod: {refusal}")


def prove_semaphore(verb: ChangeSemaphore | DeleteSemaphore, trace: StepTrace, state: State) -> Proof | None:
    wanted = verb.limit if isinstance(verb, ChangeSemaphore) else ""
    read = read_back(trace, state, f"{verb.config_map}/{verb.key}")
    if read is None or read.after != wanted or read.before == wanted:
        return None
    return Proof(seq=read.seq, text=f"{verb.config_map}/{verb.key} is {read.after or 'gone'} and was {read.before}")

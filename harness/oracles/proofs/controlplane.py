"""Faults of the control plane: the kernel showed the process stopped, or another one in its place, after the call."""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs import hosts
from harness.oracles.proofs.proof import Proof, read_back
from harness.scenario.verbs import FreezeApiserver, FreezeEtcd, RestartApiserver

APISERVER = "kube-apiserver"


def prove_restart(verb: RestartApiserver, trace: StepTrace, state: State) -> Proof | None:
    anew = read_back(trace, state, f"{APISERVER} process")
    if anew is None or anew.before == anew.after or "None" in anew.before + anew.after:
        return None
    text = f"{APISERVER} was {anew.before} and is {anew.after}"
    return hosts.joined(_stopped(APISERVER, "gone", trace, state), Proof(seq=anew.seq, text=text))


def prove_freeze(verb: FreezeApiserver | FreezeEtcd, trace: StepTrace, state: State) -> Proof | None:
    return _stopped("etcd" if isinstance(verb, FreezeEtcd) else APISERVER, "stopped", trace, state)


def _stopped(name: str, after: str, trace: StepTrace, state: State) -> Proof | None:
    read = read_back(trace, state, name)
    if read is None or (read.before, read.after) != ("running", after):
        return None
    return Proof(seq=read.seq, text=f"{name} was {after}")

"""An evicted pod: it carries the API server's own mark of an eviction, newly, and was told to go while it ran.

A pod that is merely deleted, or preempted, or chased away by a taint, has no such mark or another reason in it.
"""

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.disruption import EVICTION_API, told
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import EvictPod


def prove(verb: EvictPod, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    seen = told(trace, state, EVICTION_API)
    text = f"pod {target.pod} ({target.pod_uid}) was told to go by the Eviction API"
    return None if seen is None else Proof(seq=seen, text=text)

"""A frozen process: the kernel showed every one that was to be stopped as stopped (T), and at least one was not before.

No watch shows it: the pod stays Running, which is the point of it.
"""

import re
from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, read_back, span
from harness.scenario.verbs import FreezeProcess

_PROCESS: Final = re.compile(r"(\d+) (\w+)")


def prove(verb: FreezeProcess, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    seen = read_back(trace, state, f"process {verb.process} of container {target.container}")
    if seen is None:
        return None
    before, after = dict(_PROCESS.findall(seen.before)), dict(_PROCESS.findall(seen.after))
    if not after or set(after.values()) != {"T"} or all(before.get(pid) == "T" for pid in after):
        return None
    pids = ", ".join(after)
    return Proof(seq=seen.seq, text=f"pid {pids} of container {target.container} of pod {target.pod} is stopped (T)")

"""A starved container: the kernel shows the small quota, which was another before, and has held the container back."""

import re
from typing import Final

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.oracles.proofs.proof import Proof, read_back, span
from harness.scenario.verbs import StarveCpu

_SHARE: Final = re.compile(r"quota (\w+) of (\d+), held back (\d+)")


def prove(verb: StarveCpu, trace: StepTrace, state: State) -> Proof | None:
    _, target = span(trace)
    seen = read_back(trace, state, f"processor time of container {target.container}")
    before, after = (_SHARE.fullmatch(text) for text in (seen.before, seen.after)) if seen else (None, None)
    if seen is None or before is None or after is None or not after[1].isdecimal():
        return None
    small = int(after[1]) * 100 <= int(after[2]) * verb.percent
    if not small or before.group(1, 2) == after.group(1, 2) or int(after[3]) <= int(before[3]):
        return None
    times = int(after[3]) - int(before[3])
    text = f"container {target.container} has {verb.percent} % of a processor and was held back {times} times"
    return Proof(seq=seen.seq, text=text)

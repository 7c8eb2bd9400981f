"""markers-tell-the-truth: a node is Succeeded only if its container really reached its last line, and that exactly
once; for scenarios that declare `markers`.

Why: everything else is what Argo says of itself; a marker is what the container did. Broken by #15150 (lost work counts
as done), #15163 and #13986 (work done twice).

Lawful: a container writes its marker to its termination message (`echo marker > /dev/termination-log`), which
Kubernetes shows with its end; of a pod that went without a last status nothing is known, so such a node is not judged.
Attempts of a Retry node are nodes of their own: a marker in each of two attempts is what a retry may do.
"""

from collections.abc import Iterator
from typing import Any, ClassVar

from pydantic import ValidationError

from harness.history.state import State
from harness.history.traces import PodTrace
from harness.model.events import AnyEntry
from harness.model.phases import Phase
from harness.model.verdicts import Violation
from harness.model.workflow import Node
from harness.oracles import selectors
from harness.oracles.invariants.invariant import EachEntry, Wake
from harness.scenario.expectation import Marker


class MarkersTellTheTruth(EachEntry):
    name: ClassVar[str] = "markers-tell-the-truth"
    wakes: ClassVar[frozenset[Wake]] = frozenset()

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        yield from ()

    def finish(self, state: State) -> Iterator[Violation]:
        for marker in _declared(state):
            for node in selectors.nodes(marker, state):
                if node.phase is Phase.SUCCEEDED and node.type == "Pod":
                    yield from self._judge(node, marker, state)

    def _judge(self, node: Node, marker: Marker, state: State) -> Iterator[Violation]:
        counts = [_count(trace, marker) for trace in state.pods_of(node.id)]
        known = sum(count for count in counts if count is not None)
        what = f"{node.display_name} is Succeeded and {marker.name} wrote {marker.text!r}"
        if known > 1:
            yield self.violated(state, f"{what} {known} times, expected once", node.id)
        elif known == 0 and counts and None not in counts:
            yield self.violated(state, f"{what} never, expected once", node.id)


def _declared(state: State) -> Iterator[Marker]:
    spec: Any = state.header.scenario.spec.get("markers") if state.header else None
    for raw in spec if isinstance(spec, list) else ():
        try:
            yield Marker.model_validate(raw)
        except ValidationError:
            # A header that cannot be read is refused before any oracle is asked.
            continue


def _count(trace: PodTrace, marker: Marker) -> int | None:
    """How often the marker stands in the termination message; None where no end of the container was seen."""
    end = trace.ends.get(marker.name)
    if end is None:
        return None
    return sum(line.strip() == marker.text for line in end.value.message.splitlines())

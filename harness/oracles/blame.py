"""Which violations an outcome accounts for: those that it declares, by the nodes that it is about.

A bug that was declared of one node must not hide that another one has it, too. An outcome is about the workflow nodes
under `nodes`; where it has none, about those whose containers, task results or pods it speaks of. Where it names no
node at all, or where no single node is to blame, the name of the invariant is all that it can say.
"""

from harness.history.state import State
from harness.model.verdicts import Violation
from harness.model.workflow import Node
from harness.oracles import selectors
from harness.scenario.conditions import NodeSelector
from harness.scenario.expectation import Outcome


def accounted(violation: Violation, outcome: Outcome, state: State) -> bool:
    """Whether the outcome says that this would happen."""
    if violation.invariant not in outcome.violations:
        return False
    about = _about(outcome)
    if not about or not violation.node:
        return True
    culprit = _culprit(violation.node, state)
    return culprit is not None and any(selectors.matches(selector, culprit) for selector in about)


def _about(outcome: Outcome) -> tuple[NodeSelector, ...]:
    return outcome.nodes or (*outcome.containers, *outcome.task_results, *outcome.pods)


def _culprit(key: str, state: State) -> Node | None:
    """The node by its id, also one of a workflow that made way for this one, and one that only its pods tell of."""
    shown = next((trace.last for id_, trace in state.seen_nodes() if id_ == key), None)
    return shown or next((selectors.foretold(each.pod) for each in state.pods_of(key)), None)

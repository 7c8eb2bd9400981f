"""What must hold for every workflow all the way through, whatever the scenario expects. One module per invariant.

Names are what a scenario waives (`waive`) or declares broken (`violations`).
"""

from collections.abc import Callable, Mapping
from typing import Final

from harness.oracles.invariants.attempts import RetriesWithinLimit
from harness.oracles.invariants.completion import CompletionAgrees
from harness.oracles.invariants.finished_at import FinishedAtConsistent
from harness.oracles.invariants.invariant import Invariant
from harness.oracles.invariants.late_pods import NoPodAfterCompletion
from harness.oracles.invariants.live_pods import OneLivePodPerAttempt
from harness.oracles.invariants.open_nodes import CompletedWorkflowHasNoOpenNode
from harness.oracles.invariants.terminal_nodes import TerminalNodesStay

INVARIANTS: Final[Mapping[str, Callable[[], Invariant]]] = {
    "terminal-nodes-stay": TerminalNodesStay,
    "finished-at-consistent": FinishedAtConsistent,
    "completed-workflow-has-no-open-node": CompletedWorkflowHasNoOpenNode,
    "completion-agrees": CompletionAgrees,
    "no-pod-after-completion": NoPodAfterCompletion,
    "one-live-pod-per-attempt": OneLivePodPerAttempt,
    "retries-within-limit": RetriesWithinLimit,
}

__all__ = ["INVARIANTS", "Invariant"]

"""What must hold for every workflow all the way through, whatever the scenario expects. One module per invariant.

Names are what a scenario waives (`waive`) or declares broken (`violations`).
"""

from collections.abc import Callable, Mapping
from typing import Final

from harness.oracles.invariants.attempts import RetriesWithinLimit
from harness.oracles.invariants.backoff import RetriesRespectBackoff
from harness.oracles.invariants.completion import CompletionAgrees
from harness.oracles.invariants.controller_log import ControllerLogClean
from harness.oracles.invariants.deadlines import DeadlinesHonoured
from harness.oracles.invariants.depends import DagTaskWaitsForDepends
from harness.oracles.invariants.exit_handler import ExitHandlerRunsOnce
from harness.oracles.invariants.finished_at import FinishedAtConsistent
from harness.oracles.invariants.goes_on_by_itself import GoesOnByItself
from harness.oracles.invariants.held_locks import NothingCompletedHoldsALock
from harness.oracles.invariants.hooks import HooksRunOnce
from harness.oracles.invariants.invariant import Invariant
from harness.oracles.invariants.late_pods import NoPodAfterCompletion
from harness.oracles.invariants.leftovers import NothingLeftOver
from harness.oracles.invariants.live_pods import OneLivePodPerAttempt
from harness.oracles.invariants.locks import LocksWithinLimit
from harness.oracles.invariants.markers import MarkersTellTheTruth
from harness.oracles.invariants.open_nodes import CompletedWorkflowHasNoOpenNode
from harness.oracles.invariants.outcome import SuccessHidesNoFailure
from harness.oracles.invariants.panics import ControllerDoesNotPanic
from harness.oracles.invariants.shutdown import ShutdownHonoured
from harness.oracles.invariants.terminal_nodes import TerminalNodesStay

INVARIANTS: Final[Mapping[str, Callable[[], Invariant]]] = {
    "terminal-nodes-stay": TerminalNodesStay,
    "finished-at-consistent": FinishedAtConsistent,
    "completed-workflow-has-no-open-node": CompletedWorkflowHasNoOpenNode,
    "completion-agrees": CompletionAgrees,
    "no-pod-after-completion": NoPodAfterCompletion,
    "one-live-pod-per-attempt": OneLivePodPerAttempt,
    "retries-within-limit": RetriesWithinLimit,
    "retries-respect-backoff": RetriesRespectBackoff,
    "exit-handler-runs-once": ExitHandlerRunsOnce,
    "hooks-run-once": HooksRunOnce,
    "locks-within-limit": LocksWithinLimit,
    "nothing-completed-holds-a-lock": NothingCompletedHoldsALock,
    "dag-task-waits-for-depends": DagTaskWaitsForDepends,
    "deadlines-honoured": DeadlinesHonoured,
    "shutdown-honoured": ShutdownHonoured,
    "success-hides-no-failure": SuccessHidesNoFailure,
    "markers-tell-the-truth": MarkersTellTheTruth,
    "nothing-left-over": NothingLeftOver,
    "goes-on-by-itself": GoesOnByItself,
    "controller-log-clean": ControllerLogClean,
    "controller-does-not-panic": ControllerDoesNotPanic,
}

__all__ = ["INVARIANTS", "Invariant"]

"""For every invariant the ways to break it. Each must be caught by that very invariant on every history it fits."""

from collections.abc import Mapping
from typing import Final

from harness.mutation.mutant import Mutator
from harness.mutation.targeted import bounds, dags, handlers, locks, nodes, nudges, outcomes, pods, retries

TARGETED: Final[Mapping[str, tuple[Mutator, ...]]] = {
    "terminal-nodes-stay": nodes.STAY,
    "finished-at-consistent": nodes.FINISHED_AT,
    "completed-workflow-has-no-open-node": nodes.OPEN,
    "completion-agrees": nodes.COMPLETION,
    "no-pod-after-completion": pods.LATE,
    "one-live-pod-per-attempt": pods.TWICE,
    "retries-within-limit": retries.LIMIT,
    "retries-respect-backoff": retries.BACKOFF,
    "exit-handler-runs-once": handlers.HANDLER,
    "hooks-run-once": handlers.HOOKS,
    "locks-within-limit": locks.LIMIT,
    "nothing-completed-holds-a-lock": locks.COMPLETED,
    "dag-task-waits-for-depends": dags.WAITS,
    "deadlines-honoured": bounds.DEADLINES,
    "shutdown-honoured": bounds.SHUTDOWN,
    "success-hides-no-failure": outcomes.OUTCOME + dags.OUTCOME,
    "markers-tell-the-truth": outcomes.MARKERS,
    "nothing-left-over": pods.LEFT,
    "controller-log-clean": outcomes.LOG,
    "controller-does-not-panic": outcomes.PANICS,
    "goes-on-by-itself": nudges.NUDGED,
}

__all__ = ["TARGETED"]

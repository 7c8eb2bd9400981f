"""locks-within-limit: at no time do more hold a mutex than one, or a semaphore than its limit; also not across a
restart of the controller.

Why: a lock protects a database, a licence, a cluster; two holders are what it is there to prevent. Broken by #11098 and
#10286 (a restart drops the first holder), #16567, #15239.

Lawful: a lock is handed on before the version of the workflow that gave it back is seen, so holders of different
workflows may overlap for a moment; a limit that is lowered takes nothing away. The limit of a semaphore is known only
from Argo's own announcement ("Lock status: 0/2"); without one nothing is judged.
"""

from collections.abc import Iterable, Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.model.workflow import Workflow
from harness.oracles import locks
from harness.oracles.invariants.invariant import NOTHING, EachEntry, Wake

HANDED_ON: Final = 5.0
"""Seconds in which the version that gives a lock back may come after the one that takes it."""


class LocksWithinLimit(EachEntry):
    name: ClassVar[str] = "locks-within-limit"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.WORKFLOW, Wake.RIVAL})

    def __init__(self) -> None:
        self._limits: dict[str, int] = {}
        self._over: dict[str, tuple[float, str]] = {}
        self._told: set[str] = set()

    def observe(self, entry: AnyEntry, state: State) -> Iterable[Violation]:
        workflow = state.workflow
        if not self._limits and not state.rivals and (workflow is None or not _locks(workflow)):
            return NOTHING
        return self._judge(state)

    def finish(self, state: State) -> Iterator[Violation]:
        yield from self._judge(state)

    def _judge(self, state: State) -> Iterator[Violation]:
        for lock, holders, workflows in self._held(state):
            limit = self._limits.get(lock)
            if limit is None or len(holders) <= limit or lock in self._told:
                self._over.pop(lock, None)
                continue
            since, _ = self._over.setdefault(lock, (state.t, ""))
            if workflows == 1 or state.t - since > HANDED_ON:
                self._told.add(lock)
                who = ", ".join(sorted(holders))
                text = f"{lock} has {len(holders)} holders, its limit is {limit}: {who}"
                yield self.violated(state, text) if workflows == 1 else self.overdue(state, text)

    def _held(self, state: State) -> Iterator[tuple[str, set[str], int]]:
        held: dict[str, set[str]] = {}
        owners: dict[str, set[str]] = {}
        for workflow in locks.living(state):
            self._learn(workflow)
            for hold in workflow.holds:
                if hold.mutex:
                    self._limits[hold.lock] = 1
                held.setdefault(hold.lock, set()).update(hold.holders)
                owners.setdefault(hold.lock, set()).add(workflow.name)
        yield from ((lock, holders, len(owners[lock])) for lock, holders in held.items())

    def _learn(self, workflow: Workflow) -> None:
        for message in (workflow.message, *(node.message for node in workflow.nodes.values() if node.message)):
            if wait := locks.announced(message):
                self._limits[wait.lock] = max(wait.limit, self._limits.get(wait.lock, 0))


def _locks(workflow: Workflow) -> bool:
    return bool(workflow.holds) or "lock" in workflow.message

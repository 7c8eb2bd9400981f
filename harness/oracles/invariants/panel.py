"""All invariants over one history. Each is shown only what it wakes for; the rest costs it nothing."""

from collections.abc import Iterator
from typing import Final

from harness.history.state import State
from harness.model.events import AnyEntry, ControllerLog, Seen
from harness.model.pods import Pod
from harness.model.verdicts import Violation
from harness.model.workflow import Workflow
from harness.oracles.invariants.invariant import Invariant, Wake

_NOBODY: Final[tuple[Invariant, ...]] = ()


class Panel:
    """`busy` is the invariant at work, for the message of a crash."""

    def __init__(self, watchers: Iterator[Invariant]) -> None:
        self._watchers = tuple(watchers)
        self._workflow = self._of(Wake.WORKFLOW)
        self._nodes = self._of(Wake.WORKFLOW, Wake.NODES)
        self._rival = self._of(Wake.RIVAL)
        self._pod = self._of(Wake.POD)
        self._new_pod = self._of(Wake.POD, Wake.NEW_POD)
        self._log = self._of(Wake.CONTROLLER_LOG)
        self._judged: Workflow | None = None
        self.busy = ""

    def observe(self, entry: AnyEntry, state: State, found: list[Violation]) -> None:
        """Adds what is violated to `found`."""
        for watcher in self._concerned(entry, state):
            self.busy = watcher.name
            found.extend(watcher.observe(entry, state))

    def finish(self, state: State, found: list[Violation]) -> None:
        for watcher in self._watchers:
            self.busy = watcher.name
            found.extend(watcher.finish(state))

    def _of(self, *wakes: Wake) -> tuple[Invariant, ...]:
        return tuple(watcher for watcher in self._watchers if not watcher.wakes.isdisjoint(wakes))

    def _concerned(self, entry: AnyEntry, state: State) -> tuple[Invariant, ...]:
        if state.workflow is not self._judged:
            self._judged = state.workflow
            return self._nodes if state.changes else self._workflow
        if isinstance(entry, Seen):
            seen = entry.object
            if isinstance(seen, Pod):
                trace = state.pods.get(seen.uid)
                return self._new_pod if trace is not None and trace.born.seq == entry.seq else self._pod
            if isinstance(seen, Workflow) and seen.name != state.name:
                return self._rival
        elif isinstance(entry, ControllerLog):
            return self._log
        return _NOBODY

"""controller-does-not-panic: the controller's log tells of no panic, be it recovered from or its end.

Why: a controller that panics over one workflow stops working for all, and one that recovers has left something half
done, even where the end looks right. It is declared by itself: neither a known bug nor a waiver that is about what the
log says otherwise (controller-log-clean) excuses it.

Lawful: nothing. Only lines of the namespace of this cell, or of no namespace at all, are recorded; where the log could
not be read, or only in part, what is not in it proves nothing.
"""

from collections.abc import Iterator
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry, ControllerLog
from harness.model.verdicts import Violation
from harness.oracles.invariants import log_lines
from harness.oracles.invariants.invariant import EachEntry, Wake


class ControllerDoesNotPanic(EachEntry):
    name: ClassVar[str] = "controller-does-not-panic"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.CONTROLLER_LOG})

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        if isinstance(entry, ControllerLog):
            for line in filter(log_lines.PANIC.search, entry.lines):
                yield self.violated(state, f"the controller's log says: {log_lines.message(line)}")

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
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.oracles.invariants import log_lines
from harness.oracles.invariants.invariant import EachEntry, Wake


class ControllerDoesNotPanic(EachEntry):
    name: ClassVar[str] = "controller-does-not-panic"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.CONTROLLER_LOG})

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        yield from (self.violated(state, text) for _, text in log_lines.told(entry, log_lines.PANIC))

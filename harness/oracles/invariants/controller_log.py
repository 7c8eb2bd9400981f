"""controller-log-clean: the controller's log has none of the messages by which Argo says that it has caught itself in a
contradiction.

Why: a phase written over another one is a bug even where the end looks right. Shown by #12162 ("Maximum recursion depth
exceeded"), #13986 and #15090 ("already fulfilled"), #14641.

Lawful: nothing. Only lines of the namespace of this cell, or of no namespace at all, are recorded; where the log could
not be read, or only in part, what is not in it proves nothing. Panics are a matter of controller-does-not-panic.
"""

from collections.abc import Iterator
from typing import ClassVar

from harness.history.state import State
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.oracles.invariants import log_lines
from harness.oracles.invariants.invariant import EachEntry, Wake


class ControllerLogClean(EachEntry):
    name: ClassVar[str] = "controller-log-clean"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.CONTROLLER_LOG})

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        for line, text in log_lines.told(entry, log_lines.CONTRADICTION):
            yield self.violated(state, text, log_lines.culprit(line, state))

"""controller-log-clean: the controller's log has no recovered panic and none of the messages by which Argo says that
it has caught itself in a contradiction.

Why: a panic that was recovered from, or a phase written over another one, is a bug even where the end looks right.
Shown by #12162 ("Maximum recursion depth exceeded"), #13986 and #15090 ("already fulfilled"), #14641.

Lawful: nothing. Only lines of the namespace of this cell, or of no namespace at all, are recorded; where the log could
not be read, or only in part, what is not in it proves nothing.
"""

import re
from collections.abc import Iterator
from typing import ClassVar, Final

from harness.history.state import State
from harness.model.events import AnyEntry, ControllerLog
from harness.model.verdicts import Violation
from harness.oracles.invariants.invariant import EachEntry, Wake

SHOWN: Final = 160
SUSPICIOUS: Final = re.compile(
    r"recovered from panic|workflow is already fulfilled|node is already fulfilled|maximum recursion depth"
    r"|(?:^|\s)panic: |fatal error: ",
    re.IGNORECASE,
)

_NODE: Final = re.compile(r'nodeName=(?:"((?:[^"\\]|\\.)*)"|(\S+))')


class ControllerLogClean(EachEntry):
    name: ClassVar[str] = "controller-log-clean"
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.CONTROLLER_LOG})

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]:
        if isinstance(entry, ControllerLog):
            for line in filter(SUSPICIOUS.search, entry.lines):
                yield self.violated(state, f"the controller's log says: {_message(line)}", _node(line, state))


def _node(line: str, state: State) -> str:
    """The id of the node that the line is about, where it names one that was seen."""
    named = _NODE.search(line)
    name = (named[1] or named[2]) if named else ""
    return next((key for key, trace in state.nodes.items() if name and trace.last.name == name), "")


def _message(line: str) -> str:
    message = re.search(r'msg="((?:[^"\\]|\\.)*)"', line)
    node = _NODE.search(line)
    text = " ".join(part for part in (message[1] if message else line, node[0] if node else "") if part)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."

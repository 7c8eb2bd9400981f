"""Lines of the controller's log that it should never write, and what they say.

Two kinds, since each is declared and waived by itself: whoever knows of a contradiction has not said that the
controller may panic.
"""

import re
from typing import Final

from harness.history.state import State

SHOWN: Final = 160
PANIC: Final = re.compile(
    r"recovered from panic|observed a panic|(?:^|\s)panic: |fatal error: ",
    re.IGNORECASE,
)
CONTRADICTION: Final = re.compile(
    r"workflow is already fulfilled|node is already fulfilled|maximum recursion depth",
    re.IGNORECASE,
)
_NODE: Final = re.compile(r'nodeName=(?:"((?:[^"\\]|\\.)*)"|(\S+))')


def message(line: str) -> str:
    """Its message with the node that it names, or all of it where it is not in Argo's format."""
    own = re.search(r'msg="((?:[^"\\]|\\.)*)"', line)
    node = _NODE.search(line)
    text = " ".join(part for part in (own[1] if own else line, node[0] if node else "") if part)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def culprit(line: str, state: State) -> str:
    """The id of the node that the line is about, "" where it names none that was seen."""
    named = _NODE.search(line)
    name = (named[1] or named[2]) if named else ""
    return next((key for key, trace in state.nodes.items() if name and trace.last.name == name), "")

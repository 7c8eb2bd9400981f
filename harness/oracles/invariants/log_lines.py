"""Lines of the controller's log that it should never write, and what they say.

Two kinds, since each is declared and waived by itself: whoever knows of a contradiction has not said that the
controller may panic.
"""

import re
from collections.abc import Iterator
from typing import Final

from harness.history.state import State
from harness.model.events import AnyEntry, ControllerLog

SHOWN: Final = 160
PANIC: Final = re.compile(
    r"recovered from panic|observed a panic|panic serving |(?:^|\s|\bmsg\"?[=:]\s*\")panic: |fatal error: "
    r"|\blevel\"?[=:]\s*\"?panic\b",
    re.IGNORECASE,
)
CONTRADICTION: Final = re.compile(
    r"workflow is already fulfilled|node is already fulfilled|maximum recursion depth",
    re.IGNORECASE,
)
_NODE: Final = re.compile(r'\bnodeName"?[=:]\s*(?:"((?:[^"\\]|\\.)*)"|([^\s,}]+))')
_MESSAGE: Final = re.compile(r'\bmsg"?[=:]\s*"((?:[^"\\]|\\.)*)"')
"""Both also in JSON, as a controller with `--log-format json` writes it."""


def told(entry: AnyEntry, pattern: re.Pattern[str]) -> Iterator[tuple[str, str]]:
    """Each line of the log that the pattern finds, and how a violation tells it."""
    if isinstance(entry, ControllerLog):
        for line in filter(pattern.search, entry.lines):
            yield line, f"the controller's log says: {message(line)}"


def message(line: str) -> str:
    """Its message with the node that it names, or all of it where it is not in Argo's format."""
    own = _MESSAGE.search(line)
    node = _NODE.search(line)
    text = " ".join(part for part in (own[1] if own else line, node[0] if node else "") if part)
    return text if len(text) <= SHOWN else f"{text[: SHOWN - 3]}..."


def culprit(line: str, state: State) -> str:
    """The id of the node that the line is about, also of one that made way for this workflow's; the name itself where
    that is of no node that was seen: it is none of those that are declared. "" where the line names none."""
    named = _NODE.search(line)
    name = (named[1] or named[2]) if named else ""
    known = (key for key, trace in state.seen_nodes() if trace.last.name == name)
    return next(known, name) if name else ""

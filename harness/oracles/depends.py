"""Argo's `depends` expressions over the phases of a DAG's tasks, as the controller evaluates them."""

import re
from collections.abc import Callable, Mapping
from functools import lru_cache
from typing import Final

from harness.model.phases import Phase
from harness.model.workflow import Node, Task, Workflow

_TOKEN: Final = re.compile(r"\s*(&&|\|\||!|\(|\)|[A-Za-z0-9_][-\w]*(?:\.[A-Z][A-Za-z]+)?)")
_PHASES: Final[Mapping[str, Phase]] = {
    "Succeeded": Phase.SUCCEEDED,
    "Failed": Phase.FAILED,
    "Errored": Phase.ERROR,
    "Skipped": Phase.SKIPPED,
    "Omitted": Phase.OMITTED,
}
_PLAIN: Final = ("Succeeded", "Skipped", "Daemoned")

Lookup = Callable[[str, str], bool]
"""Whether the task of that name has that result; the result is "" where the expression names the task alone."""


class NotUnderstood(ValueError):
    """The expression is none of ours; nothing can be said."""


@lru_cache(maxsize=1024)
def tokens(expression: str) -> tuple[str, ...]:
    """Raises NotUnderstood."""
    found, at, text = [], 0, expression.strip()
    while at < len(text):
        match = _TOKEN.match(text, at)
        if match is None:
            raise NotUnderstood(expression)
        found.append(match[1])
        at = match.end()
    return tuple(found)


def names(expression: str) -> frozenset[str]:
    """The tasks that it speaks of: all of them must have ended before it is evaluated."""
    return frozenset(token.partition(".")[0] for token in tokens(expression) if token[0] not in "&|!()")


def holds(expression: str, has: Lookup) -> bool:
    """Raises NotUnderstood."""
    return _Reader(tokens(expression), has).whole()


class _Reader:
    """Or binds weaker than and, and weaker than not."""

    def __init__(self, words: tuple[str, ...], has: Lookup) -> None:
        self._words = words
        self._at = 0
        self._has = has

    def whole(self) -> bool:
        value = self._any()
        if self._at != len(self._words):
            raise NotUnderstood(" ".join(self._words))
        return value

    def _next(self) -> str:
        return self._words[self._at] if self._at < len(self._words) else ""

    def _take(self) -> str:
        word = self._next()
        self._at += 1
        return word

    def _any(self) -> bool:
        value = self._all()
        while self._next() == "||":
            self._take()
            # Both sides are always read, or the place in the text would be lost.
            value = self._all() or value
        return value

    def _all(self) -> bool:
        value = self._one()
        while self._next() == "&&":
            self._take()
            value = self._one() and value
        return value

    def _one(self) -> bool:
        word = self._take()
        if word == "!":
            return not self._one()
        if word == "(":
            value = self._any()
            if self._take() != ")":
                raise NotUnderstood(" ".join(self._words))
            return value
        if not word or word[0] in "&|)":
            raise NotUnderstood(" ".join(self._words))
        name, _, result = word.partition(".")
        return self._has(name, result)


def has_result(node: Node, task: Task | None, result: str, workflow: Workflow) -> bool:
    """Whether a task's node has a result by the names that `depends` uses. Raises NotUnderstood."""
    match result:
        case "":
            excused = task.continue_on if task else frozenset()
            return node.phase in excused or any(has_result(node, task, plain, workflow) for plain in _PLAIN)
        case "Daemoned":
            return node.daemoned and node.phase is not Phase.PENDING
        case "AnySucceeded" | "AllFailed":
            return _of_items(node, result, workflow)
        case known if known in _PHASES:
            return node.phase is _PHASES[known]
    raise NotUnderstood(result)


def _of_items(node: Node, result: str, workflow: Workflow) -> bool:
    """Of tasks that `withItems` expands; for any other task neither is ever true."""
    phases = [item.phase for key in node.children if (item := workflow.nodes.get(key)) is not None]
    if node.type != "TaskGroup":
        return False
    if result == "AnySucceeded":
        return Phase.SUCCEEDED in phases
    return bool(phases) and all(phase is Phase.FAILED for phase in phases)

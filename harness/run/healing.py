"""Every fault of a cell with its way back: noted before it is injected, undone once, and read back."""

from __future__ import annotations

import threading
import time
from concurrent.futures import Future
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING

import tenacity

from harness.cluster.api import ApiUnavailable
from harness.faults.registry import fault_of
from harness.model.errors import HarnessError
from harness.run import undo

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from pathlib import Path

    from harness.faults.context import Context
    from harness.scenario.verbs import Verb


# A heal may be called again; a connection that breaks, as on a machine that is hard at work, must not leave a fault.
_persistent = tenacity.Retrying(
    retry=tenacity.retry_if_exception_type(ApiUnavailable),
    stop=tenacity.stop_after_attempt(5),
    wait=tenacity.wait_fixed(0.5),
    reraise=True,
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Healed:
    """The undoing of step `step` came back at `at` (`time.monotonic()`); `problem` where it did not work."""

    step: int
    at: float
    detail: str = ""
    problem: HarnessError | None = None


@dataclass(slots=True, kw_only=True)
class Open:
    """A fault that stands, or may: `once` makes sure that one thread alone undoes it."""

    name: str
    action: Verb
    context: Context
    path: Path
    once: threading.Lock = field(default_factory=threading.Lock)
    over: bool = False


class Healing:
    """`prepare` from the cell's thread, `about_to` from that of a step, before its call; the rest from anywhere."""

    def __init__(self, cell: str) -> None:
        self._cell = cell
        self._open: dict[int, Open] = {}
        self._early: dict[int, Future[Open]] = {}

    def prepare(self, index: int, name: str, action: Verb, context: Context) -> None:
        """Notes the way back of a step that is armed, in a thread of its own, so that its call loses no time with it.

        Not where a fault stands: its undoing would change what is noted.
        """
        if not action.early or any(not known.over for known in self._open.values()):
            return
        early: Future[Open] = Future()
        self._early[index] = early

        def note() -> None:
            try:
                early.set_result(self._note(index, name, action, context))
            except Exception as error:
                early.set_exception(error)

        threading.Thread(target=note, name=f"prepare-{index}", daemon=True).start()

    def about_to(self, index: int, name: str, action: Verb, context: Context) -> Context:
        """Notes the way back, and gives what to inject with, which knows what was remembered.

        Raises HarnessError, and nothing may be injected, where that cannot be done.
        """
        if fault_of(action).heal is None:
            return context
        known = self._noted_early(index, context) or self._note(index, name, action, context)
        self._open[index] = known
        return known.context

    def _noted_early(self, index: int, context: Context) -> Open | None:
        """None where it was not noted, or not for this target: then it is noted now."""
        early = self._early.pop(index, None)
        if early is None or early.exception() is not None or early.result().context.target != context.target:
            return None
        return early.result()

    def _note(self, index: int, name: str, action: Verb, context: Context) -> Open:
        remember = fault_of(action).remember
        remembered = dict(remember(context, action)) if remember else {}
        known = replace(context, remembered=remembered)
        path = undo.write(_undo(name, action, known, remembered), f"{self._cell}-{index}")
        return Open(name=name, action=action, context=known, path=path)

    def stands(self, index: int) -> bool:
        """Whether there is something to undo, as far as is known here."""
        known = self._open.get(index)
        return known is not None and not known.over

    def heal(self, index: int) -> str:
        """Raises HarnessError where it could not be undone; the journal keeps it then."""
        known = self._open.get(index)
        if known is None:
            return "nothing to undo"
        with known.once:
            if known.over:
                return "undone before"
            heal = fault_of(known.action).heal
            assert heal is not None
            detail = _persistent(heal, known.context, known.action)
            known.over = True
        undo.drop(known.path)
        return detail

    def heal_soon(self, index: int, tell: Callable[[Healed], None]) -> None:
        threading.Thread(target=self._heal_and_tell, args=(index, tell), name=f"heal-{index}", daemon=True).start()

    def heal_all(self) -> tuple[str, ...]:
        """Last first; what could not be undone stops nothing else and is returned."""
        for early in self._early.values():
            if early.exception() is None:
                undo.drop(early.result().path)  # it never fired
        problems = []
        for index, known in sorted(self._open.items(), reverse=True):
            try:
                self.heal(index)
            except HarnessError as error:
                problems.append(f"{known.name} could not be undone: {error}")
            except Exception as error:
                # a mistake in one heal must not leave what others would heal
                problems.append(f"{known.name} could not be undone, its heal failed in the harness itself: {error!r}")
        return tuple(problems)

    def _heal_and_tell(self, index: int, tell: Callable[[Healed], None]) -> None:
        try:
            detail = self.heal(index)
        except HarnessError as problem:
            tell(Healed(step=index, at=time.monotonic(), problem=problem))
        else:
            tell(Healed(step=index, at=time.monotonic(), detail=detail))


def _undo(name: str, action: Verb, context: Context, remembered: Mapping[str, str]) -> undo.Undo:
    return undo.Undo(
        cluster=context.cluster.name,
        provider=context.cluster.provider,
        namespace=context.namespace,
        workflow=context.workflow,
        verb=name,
        parameters=action.model_dump(mode="json", by_alias=True, exclude_none=True),
        target=context.target,
        owner=undo.me(),
        argo_namespace=context.argo_namespace,
        remembered=remembered,
    )

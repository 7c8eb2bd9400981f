"""Every fault of a cell with its way back: noted before it is injected, undone once, and read back."""

from __future__ import annotations

import threading
import time
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
    """`about_to` from the thread of a step, before its call; the rest from anywhere."""

    def __init__(self, cell: str) -> None:
        self._cell = cell
        self._open: dict[int, Open] = {}

    def about_to(self, index: int, name: str, action: Verb, context: Context) -> Context:
        """Notes the way back, and gives what to inject with, which knows what was remembered.

        Raises HarnessError, and nothing may be injected, where that cannot be done.
        """
        fault = fault_of(action)
        if fault.heal is None:
            return context
        remembered = dict(fault.remember(context, action)) if fault.remember else {}
        known = replace(context, remembered=remembered)
        path = undo.write(_undo(name, action, known, remembered), f"{self._cell}-{index}")
        self._open[index] = Open(name=name, action=action, context=known, path=path)
        return known

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
        remembered=remembered,
    )

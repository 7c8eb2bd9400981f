"""Finishes what a dead harness left undone, from another process: the last half of `shakedown clean`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from harness.cluster.providers import provider
from harness.faults.context import Context
from harness.faults.registry import fault_of
from harness.model.errors import HarnessError
from harness.run import undo
from harness.run.undo import BadUndo

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from harness.cluster.apifaults import ApiTouch
    from harness.cluster.protocol import Cluster
    from harness.run.undo import Undo


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    """What became of one entry of the journal; `problem` where it still stands."""

    what: str
    detail: str = ""
    problem: str = ""

    def __str__(self) -> str:
        return f"{self.what}: {f'NOT UNDONE, {self.problem}' if self.problem else self.detail}"


@dataclass(frozen=True, slots=True)
class Silence:
    """A heal in `clean` has no history to report to."""

    def command(self, argv: tuple[str, ...], exit_code: int, output: str, seconds: float) -> None: ...

    def read_back(self, subject: str, *, before: str = "", after: str) -> None: ...

    def accepted(self, detail: str) -> None: ...

    def api_touched(self, touch: ApiTouch) -> None: ...

    def node_power(self, host: str, *, on: bool, processes: int) -> None: ...


def orphaned() -> tuple[Undo | BadUndo, ...]:
    """What has lost its harness, or cannot be read, so that nobody knows."""
    return tuple(each for _, each in undo.noted() if each.orphaned)


def finish(wanted: Callable[[Undo], bool] = lambda each: each.orphaned) -> Iterator[Undone]:
    """Undoes all that has lost its harness, or is wanted, the newest first; one that fails stops no other."""
    for path, each in list(undo.noted()):
        if isinstance(each, BadUndo):
            if each.orphaned:
                yield Undone(what=path.name, problem=str(each))
        elif wanted(each):
            done = _finish(each)
            if not done.problem:
                undo.drop(path)
            yield done


def _finish(each: Undo) -> Undone:
    try:
        return Undone(what=str(each), detail=_heal(each))
    except HarnessError as error:
        return Undone(what=str(each), problem=str(error))
    except Exception as error:
        # a mistake in one heal must not leave what others would heal
        return Undone(what=str(each), problem=f"its heal failed in the harness itself: {error!r}")


def _heal(each: Undo) -> str:
    heal = fault_of(each.action).heal
    cluster = provider(each.provider).attach(each.cluster)
    if heal is None or cluster is None:
        return "nothing to undo, its cluster is gone"
    try:
        return heal(_context(each, cluster), each.action)
    finally:
        cluster.leave()


def _context(each: Undo, cluster: Cluster) -> Context:
    return Context(
        cluster=cluster,
        namespace=each.namespace,
        workflow=each.workflow,
        target=each.target,
        journal=Silence(),
        cli=None,
        controller_hosts=frozenset,
        argo_namespace=each.argo_namespace,
        remembered=each.remembered,
    )

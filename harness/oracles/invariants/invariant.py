"""The shape of an invariant, and the lawful exceptions that several share."""

from collections.abc import Iterable
from typing import ClassVar, Final, Protocol

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.history.wake import Wake
from harness.model.events import AnyEntry, Resource
from harness.model.verdicts import Overdue, Violation
from harness.oracles.timers import timers_now

NOTHING: Final[tuple[Violation, ...]] = ()
GRACE: Final = 30.0
"""Seconds that a pod has to end after it was told to (Kubernetes' default)."""


class Invariant(Protocol):
    """Fed with the entries that it wakes for, after the state has taken them in; `finish` once after the last.

    An entry that is seen at a glance to break nothing is best answered with `NOTHING`: a generator costs more.
    """

    name: ClassVar[str]
    wakes: ClassVar[frozenset[Wake]]

    def observe(self, entry: AnyEntry, state: State) -> Iterable[Violation]: ...

    def finish(self, state: State) -> Iterable[Violation]: ...


class EachEntry:
    """An invariant that looks at versions of the workflow and has nothing to say at the end."""

    name: ClassVar[str]
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.WORKFLOW})

    def finish(self, state: State) -> Iterable[Violation]:
        return NOTHING

    def violated(self, state: State, message: str, node: str = "") -> Violation:
        return Violation(invariant=self.name, message=message, seq=state.seq, node=node)

    def overdue(self, state: State, message: str, node: str = "") -> Violation:
        return Overdue(invariant=self.name, message=message, seq=state.seq, node=node)


def manual_retries(state: State) -> list[StepTrace]:
    """Steps that run `argo retry` and have been fired."""
    return state.retries


def retrying(state: State) -> StepTrace | None:
    """The manual retry that is under way: fired, not landed yet."""
    return next((trace for trace in state.retries if trace.landed is None), None) if state.retries else None


def unnoticed(state: State) -> float:
    """Seconds for which something may go unnoticed: reconciliations, and the longest time without a controller."""
    timers, silence = timers_now(state), state.lease.silence if state.lease else 0.0
    return timers.quiet + timers.requeue + silence


def hosts_failed(state: State) -> bool:
    """Whether a cluster node was ever away, so that what ran there could neither be stopped nor reported."""
    return bool(state.power) or any(v.value.node.ready != "True" for h in state.hosts.values() for v in h.versions)


def after_gap(state: State, resource: Resource, since: int) -> bool:
    """Whether the watch lost its place after the entry `since`, so that what lies between two versions is unknown."""
    for gap in reversed(state.gaps):
        if gap.seq <= since:
            return False
        if gap.resource is resource:
            return True
    return False


__all__ = [
    "GRACE",
    "NOTHING",
    "EachEntry",
    "Invariant",
    "Wake",
    "after_gap",
    "hosts_failed",
    "manual_retries",
    "retrying",
    "unnoticed",
]

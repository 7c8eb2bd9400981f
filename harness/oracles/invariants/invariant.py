"""The shape of an invariant, and the lawful exceptions that several share."""

from collections.abc import Iterator
from enum import StrEnum, auto
from typing import ClassVar, Final, Protocol

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.events import AnyEntry, Resource
from harness.model.verdicts import Violation
from harness.oracles.timers import timers_of


class Wake(StrEnum):
    """What an invariant wants to be shown: a million entries are judged in seconds only if most wake nobody.

    `workflow` is a new version of the workflow under test, `nodes` one in which nodes changed, `rival` any version of
    another workflow, `new_pod` the first one of a pod.
    """

    WORKFLOW = auto()
    NODES = auto()
    RIVAL = auto()
    POD = auto()
    NEW_POD = auto()
    CONTROLLER_LOG = auto()


GRACE: Final = 30.0
"""Seconds that a pod has to end after it was told to (Kubernetes' default)."""


class Invariant(Protocol):
    """Fed with the entries that it wakes for, after the state has taken them in; `finish` once after the last."""

    name: ClassVar[str]
    wakes: ClassVar[frozenset[Wake]]

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]: ...

    def finish(self, state: State) -> Iterator[Violation]: ...


class EachEntry:
    """An invariant that looks at versions of the workflow and has nothing to say at the end."""

    name: ClassVar[str]
    wakes: ClassVar[frozenset[Wake]] = frozenset({Wake.WORKFLOW})

    def finish(self, state: State) -> Iterator[Violation]:
        yield from ()

    def violated(self, state: State, message: str, node: str = "") -> Violation:
        return Violation(invariant=self.name, message=message, seq=state.seq, node=node)


def manual_retries(state: State) -> list[StepTrace]:
    """Steps that run `argo retry` and have been fired."""
    return [trace for trace in state.steps.values() if trace.verb == "retry" and trace.triggered is not None]


def retrying(state: State) -> StepTrace | None:
    """The manual retry that is under way: fired, not landed yet."""
    return next((trace for trace in manual_retries(state) if trace.landed is None), None)


def unnoticed(state: State) -> float:
    """Seconds for which something may go unnoticed: reconciliations, and the longest time without a controller."""
    timers, silence = timers_of(state.header), state.lease.silence if state.lease else 0.0
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

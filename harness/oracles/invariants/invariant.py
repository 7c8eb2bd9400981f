"""The shape of an invariant, and the lawful exception that several share: a manual retry."""

from collections.abc import Iterator
from typing import ClassVar, Protocol

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.events import AnyEntry, Gap, Resource
from harness.model.verdicts import Violation


class Invariant(Protocol):
    """Fed with every entry after the state has taken it in; `finish` once after the last."""

    name: ClassVar[str]

    def observe(self, entry: AnyEntry, state: State) -> Iterator[Violation]: ...

    def finish(self, state: State) -> Iterator[Violation]: ...


class EachEntry:
    """An invariant with nothing to say at the end."""

    name: ClassVar[str]

    def finish(self, state: State) -> Iterator[Violation]:
        yield from ()

    def violated(self, state: State, message: str) -> Violation:
        return Violation(invariant=self.name, message=message, seq=state.seq)


def manual_retries(state: State) -> list[StepTrace]:
    """Steps that run `argo retry` and have been fired."""
    return [trace for trace in state.steps.values() if trace.verb == "retry" and trace.triggered is not None]


def retrying(state: State) -> StepTrace | None:
    """The manual retry that is under way: fired, not landed yet."""
    return next((trace for trace in manual_retries(state) if trace.landed is None), None)


def after_gap(state: State, resource: Resource, since: int) -> bool:
    """Whether the watch lost its place after the entry `since`, so that what lies between two versions is unknown."""
    return bool(state.gaps) and any(_voids(gap, resource, since) for gap in reversed(state.gaps))


def _voids(gap: Gap, resource: Resource, since: int) -> bool:
    return gap.resource is resource and gap.seq > since

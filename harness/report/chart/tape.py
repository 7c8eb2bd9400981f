"""One pass over a history, as far as it can be read: the fold that the judges use, and what only a picture asks for."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final, TypeVar

from harness.history.errors import BadHistory
from harness.history.state import CONTROLLER_LEASE, State
from harness.model.events import AnyEntry, Gap, Resource, Seen, Stage, StepChanged, Verb
from harness.model.objects import Lease, TaskResult
from harness.model.workflow import Workflow

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable

    from harness.model.header import Header

T = TypeVar("T")
GONE: Final = "gone"
WRONG: Final = frozenset({Stage.MISSED, Stage.REFUSED, Stage.UNPROVEN, Stage.HEAL_FAILED})


@dataclass(frozen=True, slots=True)
class Renewal:
    """What is known of the lease from `t` on; `stamp` is the controller's own."""

    t: float
    holder: str
    stamp: str


@dataclass(slots=True)
class Lost:
    """A watch lost its place at `gap`: nothing is known from the entry before it to the one after it."""

    gap: Gap
    since: float
    until: float | None = None


class Tape:
    """`times` are those of the entries in `wanted`; `problem` is why the history could not be read to its end."""

    def __init__(self, header: Header, wanted: Collection[int] = ()) -> None:
        self._wanted = frozenset(wanted)
        self.header = header
        self.state = State.of(header)
        self.problem = ""
        self.times: dict[int, float] = {}
        self.completed: list[tuple[float, bool | None]] = []
        self.finished: list[tuple[float, float]] = []
        self.results: dict[str, list[tuple[float, bool | str | None]]] = defaultdict(list)
        self.renewals: list[Renewal] = []
        self.said: dict[tuple[int, Stage], str] = {}
        self.problems: dict[int, float] = {}
        self.lost: list[Lost] = []
        self._last: dict[Resource, float] = {}

    @property
    def end(self) -> float:
        return max(self.state.t, 0.001)

    def play(self, entries: Iterable[AnyEntry]) -> None:
        try:
            for entry in entries:
                self.state.apply(entry)
                self._note(entry)
        except BadHistory as error:
            self.problem = f"line {error.line}: {error.what}"

    def _note(self, entry: AnyEntry) -> None:
        if entry.seq in self._wanted:
            self.times[entry.seq] = entry.t
        match entry:
            case Seen():
                self._see(entry)
            case StepChanged(step=step, stage=stage, detail=detail):
                self.said[step, stage] = detail
                if stage in WRONG:
                    self.problems[step] = entry.t
            case Gap(resource=resource):
                self.lost.append(Lost(entry, self._last.get(resource, 0.0)))

    def _see(self, entry: Seen) -> None:
        for lost in self.lost:
            if lost.until is None and lost.gap.resource is entry.resource:
                lost.until = entry.t
        self._last[entry.resource] = entry.t
        match entry.object:
            case Workflow() as workflow if workflow.name == self.state.name:
                self._see_workflow(entry.t, workflow)
            case TaskResult(name=name, completed=completed) if name in self.state.task_results:
                _add(self.results[name], entry.t, GONE if entry.verb is Verb.DELETED else completed)
            case Lease(name=name, holder=holder, renewed=renewed) if name == CONTROLLER_LEASE:
                if not self.renewals or (self.renewals[-1].holder, self.renewals[-1].stamp) != (holder, renewed):
                    self.renewals.append(Renewal(entry.t, holder, renewed))

    def _see_workflow(self, t: float, workflow: Workflow) -> None:
        _add(self.completed, t, workflow.completed)
        stamp = workflow.finished_at
        if stamp is not None and (not self.finished or self.finished[-1][1] != stamp):
            self.finished.append((t, stamp))


def _add(states: list[tuple[float, T]], t: float, state: T) -> None:
    if not states or states[-1][1] != state:
        states.append((t, state))

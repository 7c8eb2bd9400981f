"""What a campaign tells while it runs, for whoever wants to show it: the run itself knows no screen.

A listener is called in the threads of clusters and cells, on the way from a watch event to a fault, so it must return
at once: it puts what it is given into a queue of its own, and everything else happens in its own time.
"""

from collections.abc import Callable
from dataclasses import dataclass

from harness.model.column import Column
from harness.model.events import AnyEntry
from harness.model.header import Header
from harness.scenario.types import Scenario


@dataclass(frozen=True, slots=True, kw_only=True)
class Opening:
    """A cluster is about to be started for cells of one column of the grid."""

    cluster: str
    column: Column


@dataclass(frozen=True, slots=True, kw_only=True)
class Began:
    """An attempt at a cell. `id` is its namespace, `began` is `time.monotonic()` at t = 0 of its history."""

    id: str
    cell: str
    column: Column
    scenario: Scenario
    header: Header
    attempt: int
    began: float


@dataclass(frozen=True, slots=True, kw_only=True)
class Entered:
    """The history of the attempt `id` has one more entry."""

    id: str
    entry: AnyEntry


@dataclass(frozen=True, slots=True, kw_only=True)
class Left:
    """The attempt `id` is over, and what it left in the cluster is taken away."""

    id: str


Happening = Opening | Began | Entered | Left
Listener = Callable[[Happening], None]


class Teller:
    """Hands on to a listener; one that fails is not asked again, and `trouble` says why: it must not end a cell."""

    def __init__(self, listener: Listener | None = None) -> None:
        self._listener = listener
        self.trouble = ""

    def __call__(self, happening: Happening) -> None:
        if self._listener is None:
            return
        try:
            self._listener(happening)
        except Exception as error:
            self._listener = None
            self.trouble = f"whoever followed the run has failed: {error!r}"

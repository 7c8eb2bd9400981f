"""The outcome of one cell of the grid (a scenario on a release): what every report is a view of."""

from dataclasses import dataclass, field
from pathlib import Path

from harness.model.column import Column
from harness.model.repetition import Repetition
from harness.model.verdicts import Judgement


@dataclass(frozen=True, slots=True, kw_only=True)
class Artefacts:
    """Files of one attempt, all below `folder`; None or empty where there was nothing to keep.

    `logs` are whole container logs, named `<pod>.<container>.log`; `controller_log` is the slice since the cell began.
    """

    folder: Path
    history: Path | None = None
    workflow: Path | None = None
    controller_log: Path | None = None
    logs: tuple[Path, ...] = ()


@dataclass(frozen=True, slots=True, kw_only=True)
class CellResult:
    """`started` and `finished` are seconds since the epoch; `earlier` are attempts that were inconclusive."""

    scenario: str
    title: str
    source: Path
    line: int
    tags: tuple[str, ...]
    links: tuple[str, ...]
    verbs: tuple[str, ...]
    argo: str
    kubernetes: str
    provider: str
    namespace: str
    judgement: Judgement
    started: float
    finished: float
    artefacts: Artefacts | None
    earlier: tuple[Judgement, ...] = field(default=())
    verdict_delay: float = 0.0
    """Seconds from the receipt of the last watch event to the verdict."""
    repetition: Repetition | None = None
    """Figures of all runs, where the cell was repeated on purpose."""
    several: bool = False
    """Whether its run is on several releases of Kubernetes, so that its name tells which."""

    @property
    def column(self) -> Column:
        return Column.of(self.argo, self.kubernetes, several=self.several)

    @property
    def id(self) -> str:
        """As pytest names it: `oom-main[v3.7.15]`."""
        return f"{self.scenario}[{self.column.id}]"

    @property
    def seconds(self) -> float:
        return self.finished - self.started


@dataclass(frozen=True, slots=True, kw_only=True)
class RunInfo:
    """One run of the harness: `name` is its folder below `reports/`."""

    name: str
    folder: Path
    started: float
    harness: str
    provider: str
    kubernetes: tuple[str, ...]
    argo: tuple[str, ...]
    settings: str

    @property
    def on(self) -> str:
        """Its Kubernetes as a reader wants it: `v1.33.13`, or `v1.33.13, v1.34.4`."""
        return ", ".join(self.kubernetes)

    @property
    def columns(self) -> tuple[Column, ...]:
        several = len(self.kubernetes) > 1
        return tuple(Column.of(argo, on, several=several) for argo in self.argo for on in self.kubernetes)

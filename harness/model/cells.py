"""The outcome of one cell of the grid (a scenario on a release): what every report is a view of."""

from dataclasses import dataclass, field
from pathlib import Path

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
    kubernetes: str
    argo: tuple[str, ...]
    settings: str

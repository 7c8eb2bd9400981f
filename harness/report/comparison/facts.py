"""What the histories say about where the cells ran: as recorded, never as this machine is now."""

from __future__ import annotations

from contextlib import suppress
from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING, Final

from harness.history import reader
from harness.model.errors import HarnessError
from harness.model.events import KernelKill
from harness.model.verdicts import Verdict

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.history.reader import Recording
    from harness.model.cells import CellResult
    from harness.model.header import Cgroup

OOM: Final = frozenset({"oom", "oom-kill", "starve-memory"})
"""Verbs after which the kernel's log is worth reading."""
_ADDRESS: Final = "KUBERNETES_SERVICE_"
SILENT: Final = frozenset({Verdict.INCONCLUSIVE, Verdict.INFRA, Verdict.SKIPPED})
"""Verdicts that say nothing about Argo."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Facts:
    """`cgroups` are the versions of the nodes' memory hierarchy, `killed` how many processes the kernel's log names in
    each history with an out-of-memory kill; `settings` are those of the controller, None where no history tells;
    `pod_start` is how many seconds a pod that does nothing takes to run, the
    median, None where that was not measured."""

    cgroups: tuple[Cgroup, ...] = ()
    killed: tuple[int, ...] = ()
    settings: frozenset[str] | None = None
    pod_start: float | None = None


NOTHING: Final = Facts()


def of(cells: Sequence[CellResult]) -> Facts:
    """Of a history that cannot be read there are none."""
    recordings = [found for cell in cells for found in _recordings(cell)]
    starts = [start for each in recordings if (start := each.header.calibration.pod_start) is not None]
    wanted = any(OOM & set(cell.verbs) for cell in cells)
    return Facts(
        cgroups=tuple(dict.fromkeys(each.header.cgroup for each in recordings)),
        killed=tuple(sorted(set(_killed(recordings)))) if wanted else (),
        settings=frozenset(found for each in recordings for found in _settings(each)) if recordings else None,
        pod_start=round(median(starts), 2) if starts else None,
    )


def _recordings(cell: CellResult) -> Iterable[Recording]:
    path = cell.artefacts.history if cell.artefacts else None
    if path is not None:
        with suppress(HarnessError, OSError):
            yield reader.read(path)


def _settings(recording: Recording) -> Iterable[str]:
    """Each as a word; where the API is found is not what the controller was told to do."""
    given = recording.header.settings
    yield from (f"{name}={value}" for name, value in given.env.items() if not name.startswith(_ADDRESS))
    yield from given.args
    yield from (f"{name}: {' '.join(value.split())}" for name, value in given.config.items())


def _killed(recordings: Iterable[Recording]) -> Iterable[int]:
    for each in recordings:
        with suppress(HarnessError, OSError):
            if number := len({entry.pid for entry in each.entries() if isinstance(entry, KernelKill)}):
                yield number

"""Turns what comes in into the entries of one history, in one order, on disk and in memory at once."""

import time
from collections.abc import Callable
from dataclasses import asdict
from pathlib import Path
from typing import Any, TypeVar

from harness.cluster.apifaults import ApiTouch
from harness.history.parse import parse, strip
from harness.history.state import State
from harness.history.writer import Writer
from harness.model.events import (
    AnyEntry,
    ApiTouched,
    Command,
    ControllerLog,
    Ended,
    EndReason,
    Gap,
    KernelKill,
    MachineLoad,
    NodePower,
    Noted,
    Nudged,
    ReadBack,
    Seen,
    Stage,
    StepChanged,
    Target,
)
from harness.model.header import Header
from harness.run.machine import Load
from harness.run.watching import Line, Lost

E = TypeVar("E", bound=AnyEntry)


class Recording:
    """The history of one cell while it grows. Used from the cell's own thread only."""

    def __init__(self, path: Path, header: Header, *, began: float, wall: float) -> None:
        self.path = path
        self.header = header
        self.state = State.of(header)
        self.entries: list[AnyEntry] = []
        self._writer = Writer(path, header)
        self._began = began
        self._wall = wall
        self._told: Callable[[AnyEntry], None] | None = None

    @property
    def began(self) -> float:
        """`time.monotonic()` at t = 0."""
        return self._began

    def follow(self, told: Callable[[AnyEntry], None]) -> None:
        """From now on `told` gets every entry, once it is written; it must return at once."""
        self._told = told

    def clock(self, monotonic: float | None = None) -> float:
        """Seconds since the history began; never before the entry written last, so that the order in the file holds."""
        now = (time.monotonic() if monotonic is None else monotonic) - self._began
        return max(now, self.entries[-1].t if self.entries else 0.0)

    @property
    def latest(self) -> float:
        """`time.monotonic()` of the entry written last: for a watch event, of its receipt."""
        return self._began + (self.entries[-1].t if self.entries else 0.0)

    def seen(self, line: Line) -> Seen:
        meta = line.object["metadata"]
        entry = Seen(
            **self._stamp(line.received),
            resource=line.resource,
            verb=line.verb,
            version=str(meta.get("resourceVersion", "")),
            object=parse(line.resource, line.object),
        )
        return self._add(entry, strip(line.object))

    def gap(self, lost: Lost) -> Gap:
        return self._add(Gap(**self._stamp(lost.received), resource=lost.resource, why=lost.why))

    def step(
        self,
        step: int,
        verb: str,
        stage: Stage,
        *,
        at: float | None = None,
        target: Target | None = None,
        cause: int | None = None,
        detail: str = "",
    ) -> StepChanged:
        return self._add(
            StepChanged(**self._stamp(at), step=step, verb=verb, stage=stage, target=target, cause=cause, detail=detail)
        )

    def command(self, step: int, argv: tuple[str, ...], exit_code: int, output: str, seconds: float) -> Command:
        return self._add(
            Command(**self._stamp(), step=step, argv=argv, exit_code=exit_code, output=output, seconds=seconds)
        )

    def node_power(self, host: str, *, on: bool, processes: int) -> NodePower:
        return self._add(NodePower(**self._stamp(), host=host, on=on, processes=processes))

    def read_back(self, step: int, subject: str, before: str, after: str) -> ReadBack:
        return self._add(ReadBack(**self._stamp(), step=step, subject=subject, before=before, after=after))

    def api_touched(self, step: int, touch: ApiTouch) -> ApiTouched:
        said = {name: value for name, value in asdict(touch).items() if name not in ("fault", "at")}
        return self._add(ApiTouched(**self._stamp(touch.at), step=step, **said))

    def kernel_kill(self, at: float, container_id: str, pid: int, task: str, line: str) -> KernelKill:
        return self._add(KernelKill(**self._stamp(at), container_id=container_id, pid=pid, task=task, line=line))

    def nudged(self, *, accepted: bool, detail: str) -> Nudged:
        return self._add(Nudged(**self._stamp(), accepted=accepted, detail=detail))

    def controller_log(self, lines: tuple[str, ...], *, asked: bool) -> ControllerLog:
        return self._add(ControllerLog(**self._stamp(), lines=lines, asked=asked))

    def machine(self, load: Load) -> MachineLoad:
        return self._add(MachineLoad(**self._stamp(), **asdict(load)))

    def noted(self, text: str) -> Noted:
        return self._add(Noted(**self._stamp(), text=text))

    def ended(self, reason: EndReason, detail: str) -> Ended:
        entry = self._add(Ended(**self._stamp(), reason=reason, detail=detail))
        self._writer.close()
        return entry

    def _stamp(self, monotonic: float | None = None) -> dict[str, Any]:
        t = round(self.clock(monotonic), 6)
        return {"seq": len(self.entries) + 1, "t": t, "wall": round(self._wall + t, 6)}

    def _add(self, entry: E, raw: dict[str, Any] | None = None) -> E:
        self.entries.append(entry)
        self._writer.write(entry, raw)
        self.state.apply(entry)
        if self._told is not None:
            self._told(entry)
        return entry

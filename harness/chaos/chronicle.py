"""What is seen of one workflow while an experiment is at it: one history, in one order, as a cell of a run has it."""

import contextlib
import os
import time
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, TypeVar

from harness import __version__
from harness.chaos import stock
from harness.chaos.place import Place
from harness.history.state import State
from harness.model import header as headers
from harness.model.errors import HarnessError
from harness.model.events import Target
from harness.oracles.conditions import holds_now
from harness.oracles.subjects import Subject
from harness.run import evidence
from harness.run.headers import cgroup_version
from harness.run.healing import Healed, Healing
from harness.run.inbox import Cancelled, Inbound, Inbox
from harness.run.method import Accepted, Fired
from harness.run.recording import Recording
from harness.run.site import Site
from harness.run.transcript import Transcript
from harness.run.watching import Away, Line
from harness.scenario.conditions import Condition, NodeSelector
from harness.scenario.types import Step

TICK: Final = 0.25
"""Seconds between two looks at what time alone can change."""
T = TypeVar("T")


@dataclass(frozen=True, slots=True, kw_only=True)
class Moment:
    """What a wait has found: the next action is about it. `seq` is the entry that showed it."""

    when: Condition
    target: NodeSelector | None
    name: str
    subject: Subject | None
    seq: int
    text: str


class Chronicle:
    """Used from one thread. `spec` becomes the scenario of the header: what is put into it later is in it, too."""

    def __init__(self, where: Place, site: Site, folder: Path, spec: dict[str, Any]) -> None:
        self.spec: dict[str, Any] = {"method": [], **spec}
        self.place = where
        self.site = site
        self.inbox = Inbox()
        self.healing = Healing(f"{where.cluster}-{os.getpid()}-{time.monotonic_ns()}")
        self.recording = Recording(
            folder / "history.jsonl", _header(where, site, self.spec), began=time.monotonic(), wall=time.time()
        )
        self._folder = folder
        self._transcript = Transcript(self.recording)
        self._stock = stock.Stock()

    @property
    def state(self) -> State:
        return self.recording.state

    @contextlib.contextmanager
    def listening(self) -> Iterator[None]:
        """For as long as one activity takes; what is there already is recorded first."""
        self.site.listen(self.place.namespace, self.inbox)
        try:
            self._stock = stock.take(self.site.api, self.place, self.recording)
            self.catch_up()
            yield
        finally:
            self.site.leave(self.place.namespace)

    def catch_up(self) -> None:
        """Takes in what has arrived, so that the target is judged by its latest state."""
        while (message := self.inbox.get(0)) is not None:
            self._take(message)

    def number(self, step: Step | None) -> int:
        """Of a new step, which a scenario would write as it is put into the method here."""
        written = step.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True) if step else {}
        method: list[dict[str, Any]] = self.spec["method"]
        method.append(written)
        return len(method) - 1

    def look_for(self, found: Callable[[], T | None], within: float) -> T | None:
        """The first that is found, asked again after everything that arrives; None after `within` seconds."""
        deadline = time.monotonic() + within
        while (seen := found()) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                return None
            self._take(self.inbox.get(min(left, TICK)))
        return seen

    def moment(self, when: Condition, within: float, target: NodeSelector | None, name: str) -> Moment | None:
        """None where it does not come in time. `after` counts from when the rest first held, as in a scenario."""
        self.catch_up()
        first: list[tuple[float, Moment]] = []

        def come() -> Moment | None:
            now = self.recording.clock()
            if not first and (held := holds_now(when, self.state, now)) is not None:
                text = "; ".join(held.texts)
                seen = Moment(when=when, target=target, name=name, subject=held.subject, seq=held.seq, text=text)
                first.append((now, seen))
            return first[0][1] if first and now >= first[0][0] + (when.after or 0.0) else None

        return self.look_for(come, within)

    def log_tail(self) -> str:
        lines: list[str] = []
        with contextlib.suppress(HarnessError):
            since = self.recording.clock() + 1
            log = evidence.controller_log(self.site, self.place.namespace, since, self._folder)
            lines = log.read_text(encoding="utf-8").splitlines() if log else []
        about = [line for line in lines if self.place.workflow in line][-3:]
        return f"the controller's log on it ends: {' | '.join(about) or '-'}"

    def _take(self, message: Inbound | None) -> None:
        match message:
            case None | Accepted() | Fired() | Healed() | Cancelled():
                return
            case Away():
                raise HarnessError(message.why, cure="see whether the cluster still runs: shakedown cluster status")
            case Line() if self._stock.holds(message):
                return
            case _:
                self._transcript.take(message)


def shown(target: Target) -> dict[str, str]:
    """For the journal of Chaos Toolkit."""
    return {name: value for name in target.__slots__ if (value := getattr(target, name))}


def _header(where: Place, site: Site, spec: dict[str, Any]) -> headers.Header:
    cluster, settings = site.cluster, site.settings
    return headers.Header(
        harness=__version__,
        scenario=headers.ScenarioRecord(name=str(spec.get("name", "")), sha256="", spec=spec),
        argo=str(site.build.release),
        kubernetes=cluster.kubernetes,
        provider=cluster.provider,
        cgroup=cgroup_version(),
        settings=headers.ControllerSettings(env=settings.env, args=settings.args),
        namespace=where.namespace,
        workflow=where.workflow,
        started=time.time(),
        nodes=cluster.nodes(),
    )

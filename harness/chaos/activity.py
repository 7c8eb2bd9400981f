"""One fault outside a scenario: the same calls, the same proofs, read from the same watches.

Chaos Toolkit takes an action that returns for one that worked, so this returns only what is proven.
"""

import tempfile
import time
from collections.abc import Callable
from contextlib import suppress
from dataclasses import asdict
from pathlib import Path
from typing import Any

from chaoslib.exceptions import ActivityFailed

from harness import __version__
from harness.chaos import stock
from harness.chaos.deeds import Deed
from harness.chaos.last_seen import last_seen
from harness.chaos.place import Place, Settings, opened, place
from harness.faults.context import Missed
from harness.model import header as headers
from harness.model.errors import GaveUpWaiting, HarnessError
from harness.model.events import Stage, Target
from harness.run import evidence
from harness.run.headers import cgroup_version
from harness.run.inbox import Cancelled, Inbound, Inbox, StepJournal
from harness.run.method import Fired
from harness.run.recording import Recording
from harness.run.site import Site
from harness.run.transcript import Transcript
from harness.run.watching import Away, Line

Answer = dict[str, Any]
"""`verb`, `did` (what was called), `proof` (what the cluster showed of it) and `target`; JSON-able, for the journal."""


def carry_out(deed: Callable[[], Deed], configuration: Settings, **named: str) -> Answer:
    """Raises ActivityFailed when nothing was done, or nothing proves that it was."""
    try:
        where = place(configuration, **named)
        chosen = deed()
        with opened(where) as site, tempfile.TemporaryDirectory() as folder:
            return Activity(chosen, where, site, Path(folder)).run()
    except HarnessError as error:
        # the journal keeps the whole chain, and the line says it all
        raise ActivityFailed(str(error)) from None


class Activity:
    """A recording with one step for each target. `run` may be called once."""

    def __init__(self, deed: Deed, where: Place, site: Site, folder: Path) -> None:
        self._deed = deed
        self._place = where
        self._site = site
        self._folder = folder
        self._inbox = Inbox()
        history = folder / "history.jsonl"
        self._recording = Recording(history, self._header(), began=time.monotonic(), wall=time.time())
        self._transcript = Transcript(self._recording)
        self._stock = stock.Stock()

    def run(self) -> Answer:
        self._site.listen(self._place.namespace, self._inbox)
        try:
            self._stock = stock.take(self._site.api, self._place, self._recording)
            self._catch_up()
            targets = self._deed.targets(self._place, self._recording.state, self._site.cluster)
            done = [self._hit(index, target) for index, target in enumerate(targets)]
        finally:
            self._site.leave(self._place.namespace)
        did, proofs = zip(*done, strict=True)
        hit = [_shown(target) for target in targets]
        return {"verb": self._deed.name, "target": hit, "did": "; ".join(did), "proof": "; ".join(proofs)}

    def _hit(self, index: int, target: Target) -> tuple[str, str]:
        self._recording.step(index, self._deed.name, Stage.ARMED)
        self._catch_up()
        problem = self._deed.objection(target, self._recording.state)
        if problem:
            raise Missed(problem)
        self._recording.step(index, self._deed.name, Stage.TRIGGERED, target=target)
        journal = StepJournal(step=index, inbox=self._inbox)
        context = self._site.context(self._place.namespace, self._place.workflow, target, journal)
        did = self._deed.inject(context)
        self._recording.step(index, self._deed.name, Stage.ACCEPTED, detail=did)
        return did, self._await_proof(index, target, did)

    def _await_proof(self, index: int, target: Target, did: str) -> str:
        deadline = time.monotonic() + self._place.proof_within
        while (proof := self._deed.prove(index, self._recording.state)) is None:
            left = deadline - time.monotonic()
            if left <= 0:
                raise self._unproven(target, did)
            self._take(self._inbox.get(left))
        self._recording.step(index, self._deed.name, Stage.LANDED, cause=proof.seq, detail=proof.text)
        return proof.text

    def _catch_up(self) -> None:
        """Takes in what has arrived, so that the target is judged by its latest state."""
        while (message := self._inbox.get(0)) is not None:
            self._take(message)

    def _take(self, message: Inbound | None) -> None:
        match message:
            case None | Fired() | Cancelled():
                return
            case Away():
                raise HarnessError(message.why, cure="see whether the cluster still runs: shakedown cluster status")
            case Line() if self._stock.holds(message):
                return
            case _:
                self._transcript.take(message)

    def _unproven(self, target: Target, did: str) -> GaveUpWaiting:
        within = self._place.proof_within
        return GaveUpWaiting(
            f"{self._deed.name} was accepted ({did}), but nothing proved it within {within:g} s;"
            f" last seen: {last_seen(target, self._recording.state)}; {self._log_tail()}",
            cure="if it only takes longer, set shakedown_proof_within in the experiment's configuration",
        )

    def _log_tail(self) -> str:
        lines: list[str] = []
        with suppress(HarnessError):
            since = self._recording.clock() + 1
            log = evidence.controller_log(self._site, self._place.namespace, since, self._folder)
            lines = log.read_text(encoding="utf-8").splitlines() if log else []
        about = [line for line in lines if self._place.workflow in line][-3:]
        return f"the controller's log on it ends: {' | '.join(about) or '-'}"

    def _header(self) -> headers.Header:
        cluster = self._site.cluster
        return headers.Header(
            harness=__version__,
            scenario=headers.ScenarioRecord(name=self._deed.name, sha256="", spec={}),
            argo=str(self._site.build.release),
            kubernetes=cluster.kubernetes,
            provider=cluster.provider,
            cgroup=cgroup_version(),
            settings=headers.ControllerSettings(),
            namespace=self._place.namespace,
            workflow=self._place.workflow,
            started=time.time(),
            nodes=cluster.nodes(),
        )


def _shown(target: Target) -> dict[str, str]:
    return {name: value for name, value in asdict(target).items() if value}

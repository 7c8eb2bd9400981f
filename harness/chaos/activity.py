"""One fault outside a scenario: the same calls, the same proofs, read from the same watches.

Chaos Toolkit takes an action that returns for one that worked, so this returns only what is proven.
"""

import tempfile
from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

from chaoslib.exceptions import ActivityFailed

from harness.chaos import sessions
from harness.chaos.chronicle import Chronicle, Moment, shown
from harness.chaos.deeds import Deed
from harness.chaos.last_seen import last_seen
from harness.chaos.place import Place, Settings, opened, place
from harness.faults.context import Missed
from harness.model.errors import GaveUpWaiting, HarnessError
from harness.model.events import EndReason, Stage, Target
from harness.run import undo
from harness.run.inbox import StepJournal
from harness.run.permission import permit
from harness.run.site import Site

Answer = dict[str, Any]
"""`verb`, `did` (what was called), `proof` (what the cluster showed of it) and `target`; JSON-able, for the journal."""


def carry_out(deed: Callable[[Moment | None], Deed], configuration: Settings, **named: str) -> Answer:
    """Raises ActivityFailed when nothing was done, or nothing proves that it was."""
    try:
        where = place(configuration, **named)
        if (session := sessions.joined(where)) is not None:
            return _in_session(deed, where, session)
        chosen = deed(None)
        with opened(where, chosen.action) as site, tempfile.TemporaryDirectory() as folder:
            return Activity(chosen, where, site, Path(folder)).run()
    except HarnessError as error:
        # the journal keeps the whole chain, and the line says it all
        raise ActivityFailed(str(error)) from None


def _in_session(deed: Callable[[Moment | None], Deed], where: Place, session: sessions.Session) -> Answer:
    """As a step of what is recorded since the workflow was submitted."""
    log = session.chronicle
    there = replace(where, namespace=log.place.namespace, workflow=log.place.workflow)
    with session.acting():
        chosen = deed(session.moment)
        permit(log.site.cluster, chosen.action, where.claim)
        return Activity(chosen, there, log.site, chronicle=log).hit_all()


class Activity:
    """A recording with one step for each target. `run` may be called once."""

    def __init__(
        self, deed: Deed, where: Place, site: Site, folder: Path | None = None, chronicle: Chronicle | None = None
    ) -> None:
        """Without a chronicle it makes one of its own, in the folder."""
        self._deed = deed
        self._place = where
        self._site = site
        self._log = chronicle or Chronicle(where, site, folder or Path(), {"name": deed.name})

    def run(self) -> Answer:
        try:
            with self._log.listening():
                return self.hit_all()
        finally:
            self._log.recording.ended(EndReason.DECIDED, "the activity is over")

    def hit_all(self) -> Answer:
        self._log.catch_up()
        targets = self._deed.targets(self._place, self._log.state, self._site.cluster)
        done = [self._hit(target) for target in targets]
        did, proofs = zip(*done, strict=True)
        hit = [shown(target) for target in targets]
        return {"verb": self._deed.name, "target": hit, "did": "; ".join(did), "proof": "; ".join(proofs)}

    def _hit(self, target: Target) -> tuple[str, str]:
        recording, name = self._log.recording, self._deed.name
        index = self._log.number(self._deed.step)
        recording.step(index, name, Stage.ARMED)
        self._log.catch_up()
        problem = self._deed.objection(target, self._log.state)
        if problem:
            raise Missed(problem)
        recording.step(index, name, Stage.TRIGGERED, target=target)
        journal = StepJournal(step=index, inbox=self._log.inbox)
        context = self._site.context(self._place.namespace, self._place.workflow, target, journal)
        if self._deed.action is not None:
            context = self._log.healing.about_to(index, name, self._deed.action, context)
        did = self._deed.inject(context)
        recording.step(index, name, Stage.ACCEPTED, detail=did)
        proof = self._await_proof(index, target, did)
        undo.settle(self._site.cluster.name, target.host, self._deed.undoes)
        return did, proof

    def _await_proof(self, index: int, target: Target, did: str) -> str:
        proof = self._log.look_for(lambda: self._deed.prove(index, self._log.state), self._place.proof_within)
        if proof is None:
            raise self._unproven(target, did)
        self._log.recording.step(index, self._deed.name, Stage.LANDED, cause=proof.seq, detail=proof.text)
        return proof.text

    def _unproven(self, target: Target, did: str) -> GaveUpWaiting:
        within = self._place.proof_within
        return GaveUpWaiting(
            f"{self._deed.name} was accepted ({did}), but nothing proved it within {within:g} s;"
            f" last seen: {last_seen(target, self._log.state)}; {self._log.log_tail()}",
            cure="if it only takes longer, set shakedown_proof_within in the experiment's configuration",
        )

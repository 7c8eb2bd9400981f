"""Runs one scenario on one release, in a namespace of its own, and ends with a verdict and its evidence.

Everything happens in the thread that calls `run`: watches, kernel log and finished calls put messages into one inbox,
so the history has one order and nothing needs a lock.
"""

import threading
import time
from collections.abc import Callable

from harness.faults.context import Context, Missed
from harness.faults.registry import fault_of
from harness.model.errors import HarnessError
from harness.model.events import EndReason, Seen, Stage, Target
from harness.model.verdicts import Judgement
from harness.oracles import healing
from harness.oracles.decide import Decision, decided
from harness.oracles.judge import judge
from harness.oracles.stuck import quiescence
from harness.run import machine, outages
from harness.run.evidence import suspicious_lines
from harness.run.healing import Healed, Healing
from harness.run.inbox import Cancelled, Inbound, Inbox, StepJournal
from harness.run.method import Accepted, Fired, Method
from harness.run.recording import Recording
from harness.run.site import Site
from harness.run.transcript import Transcript
from harness.run.watching import Away
from harness.scenario.types import Scenario, Step

TICK = 0.25
"""Seconds between two looks at what time alone can change (quiescence, bounds)."""

End = tuple[EndReason, str]


class Cell:
    """One attempt at one cell. `run` may be called once; `cancel` from any thread.

    With `fired` somebody else has carried out the method, and only the outcome is followed.
    """

    def __init__(
        self, scenario: Scenario, site: Site, recording: Recording, inbox: Inbox, *, fired: bool = False
    ) -> None:
        self._scenario = scenario
        self._site = site
        self._recording = recording
        self._inbox = inbox
        self._transcript = Transcript(recording)
        to_do = scenario.model_copy(update={"method": ()}) if fired else scenario
        self._method = Method(to_do, recording, self._fire, self._prepare)
        self._healing = Healing(f"{site.cluster.name}-{recording.header.namespace}")
        self._being_healed: set[int] = set()
        self._nudged_after: float | None = None
        self._before = machine.sample()
        self.verdict_delay = 0.0
        """Seconds from the receipt of the last watch event to the verdict."""

    def cancel(self, why: str) -> None:
        self._inbox(Cancelled(why=why))

    def run(self, submit: Callable[[], None]) -> Judgement:
        """Submits the workflow and follows it to a verdict."""
        try:
            submit()
            self._method.begin()
            reason, why = self._follow()
        except HarnessError as error:
            reason, why = EndReason.INFRA, str(error)
        except BaseException:
            self._recording.ended(EndReason.INTERRUPTED, "the harness was stopped")
            raise
        if reason is not EndReason.INFRA:
            self._record_controller_log()
        self._recording.machine(machine.between(self._before, machine.sample(), self._site.pulse))
        self._recording.ended(reason, why)
        judgement = judge(self._recording.header, self._recording.entries)
        self.verdict_delay = self._since_last_event()
        return judgement

    def _record_controller_log(self) -> None:
        if self._expected():
            self._recording.controller_log((), asked=False)
            return
        found = suspicious_lines(self._site, self._recording.header.namespace, self._now() + 1)
        self._recording.controller_log(found.lines, asked=found.asked)

    def heal(self) -> tuple[str, ...]:
        """Undoes what was done, last first, and returns what could not be undone."""
        return self._healing.heal_all()

    def _follow(self) -> End:
        while True:
            decision = decided(self._scenario, self._recording.header.argo, self._recording.state, self._now())
            if decision.reason is not None:
                return self._unless_cluster_is_broken(decision.reason, decision.text)
            message = self._inbox.get(self._patience(decision))
            if message is not None:
                stop = self._take(message)
                if stop is not None:
                    return stop
            self._method.advance(on_event=message is not None)
            self._heal_what_is_due()
            self._nudge_if_quiet()

    def _now(self) -> float:
        return self._recording.clock()

    def _since_last_event(self) -> float:
        last = next((entry.t for entry in reversed(self._recording.entries) if isinstance(entry, Seen)), 0.0)
        return self._now() - last

    def _patience(self, decision: Decision) -> float:
        times = [t for t in (self._method.next_deadline(), decision.ask_again) if t is not None]
        heals = [step.at for step in healing.due(self._recording.state) if step.step not in self._being_healed]
        return min([t - self._now() for t in (*times, *heals)] + [TICK])

    def _take(self, message: Inbound) -> End | None:
        match message:
            case Accepted():
                self._method.accepted(message)
            case Fired():
                self._method.fired(message)
            case Healed():
                self._note_heal(message)
            case Away(retried=True) if self._expected():
                return None
            case Away():
                trouble = self._site.trouble()
                return EndReason.INFRA, f"{trouble}; {message.why}" if trouble else message.why
            case Cancelled():
                return EndReason.INTERRUPTED, message.why
            case fact:
                self._transcript.take(fact)
        return None

    def _heal_what_is_due(self) -> None:
        for step in list(healing.due(self._recording.state)):
            if step.at <= self._now() and step.step not in self._being_healed:
                self._being_healed.add(step.step)
                self._healing.heal_soon(step.step, self._inbox)

    def _note_heal(self, healed: Healed) -> None:
        stage = Stage.HEALED if healed.problem is None else Stage.HEAL_FAILED
        detail = healed.detail if healed.problem is None else str(healed.problem)
        verb = self._scenario.method[healed.step].verb
        self._recording.step(healed.step, verb, stage, at=healed.at, detail=detail)

    def _nudge_if_quiet(self) -> None:
        quiet = quiescence(self._recording.state, self._now())
        # A controller that came after the nudge has not ignored it: it is asked, too.
        if not quiet.reached or self._nudged_after == quiet.settled:
            return
        self._nudged_after = quiet.settled
        try:
            self._site.nudge(self._recording.header.namespace, self._recording.header.workflow)
        except HarnessError as error:
            self._recording.nudged(accepted=False, detail=str(error))
        else:
            self._recording.nudged(accepted=True, detail=f"quiet since {quiet.since:.1f} s")

    def _unless_cluster_is_broken(self, reason: EndReason, why: str) -> End:
        trouble = None if reason is EndReason.DECIDED else self._site.trouble(self._expected())
        return (EndReason.INFRA, trouble) if trouble else (reason, why)

    def _expected(self) -> frozenset[str]:
        return outages.expected(self._scenario, self._recording.state, self._now())

    def _prepare(self, index: int, step: Step) -> None:
        """It aims at no pod, so its target is known already."""
        context = self._context(index, Target(workflow=self._recording.header.workflow))
        self._healing.prepare(index, step.verb, step.action, context)

    def _fire(self, index: int, step: Step, target: Target) -> None:
        threading.Thread(target=self._carry_out, args=(index, step, target), name=f"step-{index}", daemon=True).start()

    def _carry_out(self, index: int, step: Step, target: Target) -> None:
        try:
            context = self._context(index, target)
            known = self._healing.about_to(index, step.verb, step.action, context)
            detail = fault_of(step.action).inject(known, step.action)
        except Missed as problem:
            self._inbox(Fired(step=index, at=time.monotonic(), problem=problem, stage=Stage.MISSED))
        except HarnessError as problem:
            self._inbox(Fired(step=index, at=time.monotonic(), problem=problem, stage=Stage.REFUSED))
        except Exception as error:
            self._inbox(Away(received=time.monotonic(), why=f"{step.verb} failed in the harness itself: {error!r}"))
            raise
        else:
            self._inbox(Fired(step=index, at=time.monotonic(), detail=detail))

    def _context(self, index: int, target: Target) -> Context:
        header = self._recording.header
        journal = StepJournal(step=index, inbox=self._inbox)
        return self._site.context(header.namespace, header.workflow, target, journal)

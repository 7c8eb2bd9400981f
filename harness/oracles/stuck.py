"""Stuck is proven, not timed out: nothing alive, nothing pending, silence, and a nudge that changed nothing."""

from dataclasses import dataclass

from harness.history.stamps import epoch
from harness.history.state import State
from harness.history.traces import At, NudgeTrace
from harness.model.verdicts import StuckCause
from harness.oracles.causes import cause_of
from harness.oracles.held_back import touched
from harness.oracles.pending import blockers
from harness.oracles.presence import came, meddled
from harness.oracles.timers import LEASE_SLACK, NUDGE_PATIENCE, timers_now


@dataclass(frozen=True, slots=True, kw_only=True)
class Quiescence:
    """Whether nothing can move the workflow any more as far as can be seen, and why not if not.

    `since` is when it last changed, `settled` when also the controller and other workflows last changed what it waits
    for; `ask_again` when time alone may change the answer.
    """

    reached: bool
    since: float
    settled: float = 0.0
    blockers: tuple[str, ...] = ()
    ask_again: float | None = None

    @property
    def quiet_since(self) -> float | None:
        return self.since if self.reached else None


@dataclass(frozen=True, slots=True, kw_only=True)
class Stuck:
    """A workflow that will never end. `since` is when it last changed, `nudged` when it was asked to go on."""

    cause: StuckCause
    evidence: str
    node: str
    since: float
    nudged: float


def quiescence(state: State, now: float) -> Quiescence:
    workflow, last = state.workflow, state.last_change
    if workflow is None or last is None:
        return Quiescence(reached=False, since=0.0, blockers=("the workflow was never seen",))
    if workflow.final or state.deleted is not None:
        return Quiescence(reached=False, since=last.t, blockers=("the workflow is final",))
    if workflow.offloaded:
        return Quiescence(reached=False, since=last.t, blockers=("its nodes are kept in a database",))
    settled = _settled(state, last)
    due = settled + timers_now(state).quiet
    if now < due:
        recent = f"it or what it waits for changed {now - settled:.1f} s ago"
        return Quiescence(reached=False, since=last.t, settled=settled, blockers=(recent,), ask_again=due)
    found = tuple(blockers(state, workflow, now))
    if not found:
        return Quiescence(reached=True, since=last.t, settled=settled)
    times = [blocker.until for blocker in found if blocker.until is not None]
    ask_again = max(times) if len(times) == len(found) else None
    why = tuple(blocker.text for blocker in found)
    return Quiescence(reached=False, since=last.t, settled=settled, blockers=why, ask_again=ask_again)


def _settled(state: State, last: At) -> float:
    """Who has just been given a lock, a controller that has just come back, or whose request was just meddled with, is
    given time to go on, and so is everybody after a fault was undone."""
    undone = (trace.healed for trace in state.steps.values())
    return max(at.t for at in (last, state.rivalry, came(state), touched(state), *undone) if at is not None)


def stuck(state: State, now: float) -> Stuck | None:
    """Quiet, nudged since, still quiet, with a watch that showed the nudge and a controller that was alive after it."""
    quiet, workflow = quiescence(state, now), state.workflow
    nudge = state.nudges[-1] if state.nudges else None
    if not quiet.reached or workflow is None or nudge is None or not nudge.accepted or nudge.at.t < quiet.settled:
        return None
    if nudge.moved is not None or nudge.echoed is None or now - nudge.at.t < NUDGE_PATIENCE:
        return None
    if not _controller_lives(state, nudge, now):
        return None
    cause, node, evidence = cause_of(state, workflow)
    return Stuck(cause=cause, evidence=evidence, node=node, since=quiet.since, nudged=nudge.at.t)


def _controller_lives(state: State, nudge: NudgeTrace, now: float) -> bool:
    """The one who had the nudge to answer is still there: same holder, renewed after it and not long ago."""
    lease, period = state.lease, timers_now(state).lease
    if lease is None or period is None:
        return False
    # By its own stamp: a renewal from before the nudge may arrive after it.
    stamp = epoch(lease.renewed)
    answered_for = stamp is None or stamp >= int(nudge.at.wall)
    return lease.taken.t <= nudge.at.t < lease.at.t and answered_for and now - lease.at.t <= period + LEASE_SLACK


def patience_left(state: State, now: float) -> float | None:
    """When a nudge that is still unanswered will have had its time; None where none is under way."""
    nudge = state.nudges[-1] if state.nudges else None
    if nudge is None or not nudge.accepted or nudge.moved is not None or not quiescence(state, now).reached:
        return None
    due = nudge.at.t + NUDGE_PATIENCE
    return due if due > now else None


def healed_by_nudge(state: State) -> bool:
    """Whether a quiet workflow went on only because it was nudged: its requeue was lost, a finding of its own."""
    return any(nudge.accepted and _moved_by_itself(nudge, state) for nudge in state.nudges)


def _moved_by_itself(nudge: NudgeTrace, state: State) -> bool:
    """It went on after the nudge, and not because a step was fired or undone or the controller came in between."""
    moved, back = nudge.moved, came(state)
    if moved is None or moved.t - nudge.at.t > NUDGE_PATIENCE or (back and nudge.at.seq < back.seq < moved.seq):
        return False
    return not any(nudge.at.seq < at.seq < moved.seq for at in meddled(state))

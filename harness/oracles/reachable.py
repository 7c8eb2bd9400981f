"""Whether the moment of a step can still come once the workflow has ended or hangs."""

from harness.history.state import State
from harness.oracles import healing
from harness.oracles.conditions import holds, holds_now
from harness.scenario.conditions import Condition
from harness.scenario.types import Step


def can_come(step: Step, state: State, now: float) -> bool:
    """False only where it is certain: nodes, pods and results of a workflow that is over change no more.

    A host may still come and go, and a step may be undone. What holds now comes for certain, after its `after`, if
    there is somebody to aim at.
    """
    if holds_now(step.when, state, now) is not None:
        return holds(step.when, state, step, now) is not None
    return _can_hold(step.when, state, now)


def _can_hold(condition: Condition, state: State, now: float) -> bool:
    if holds_now(condition, state, now) is not None:
        return True
    if condition.any is not None and not any(_can_hold(part, state, now) for part in condition.any):
        return False
    if not all(_can_hold(part, state, now) for part in condition.all or ()):
        return False
    for part in ("node", "pod", "task_result", "workflow", "landed"):
        given = getattr(condition, part)
        if given is not None and holds_now(Condition.model_construct(**{part: given}), state, now) is None:
            return False
    if condition.healed is not None:
        return any(step.name == condition.healed for step in healing.due(state))
    return condition.host is not None or bool(condition.any or condition.all)

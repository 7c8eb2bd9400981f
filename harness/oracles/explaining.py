"""Why a step has not fired: of every part of its condition whether it holds, and if not what came nearest.

It is what `run --explain` and the live view show while a step waits, and the message of one that never fired. Whether
a part holds is asked of the very function that fires the step, so that the two cannot disagree.
"""

from collections.abc import Iterator

from harness.history.state import State
from harness.oracles import near_misses, selectors, subjects
from harness.oracles.aim import aim
from harness.oracles.conditions import holds_now, last_host
from harness.oracles.stuck import quiescence
from harness.scenario.conditions import Condition, HostCondition, NodeCondition, PodCondition, TaskResultCondition
from harness.scenario.conditions import WorkflowCondition as WholeCondition
from harness.scenario.duration import show_duration
from harness.scenario.types import Step

Part = NodeCondition | PodCondition | TaskResultCondition


def unfired(step: Step, state: State, now: float) -> str:
    """Why the step does not fire now: its moment has not come, or it has and there is nobody to aim at."""
    held = holds_now(step.when, state, now)
    if held is None:
        return explain(step.when, state, now)
    told = "; ".join(held.texts)
    if aim(step, held.subject, state) is None:
        return f"its moment is here ({told}), but {step.verb} finds nothing to aim at: {_victims(state)}"
    return f"its moment is here ({told}){_then(step.when)}"


def explain(condition: Condition, state: State, now: float | None = None) -> str:
    """What does not hold first: the message may be cut."""
    now = state.t if now is None else now
    parts = [_part(part, state, now) for part in _parts(condition)]
    missing = [text for holds, text in parts if not holds]
    held = [text for holds, text in parts if holds]
    return "; ".join([*missing, *([f"holds already: {', '.join(held)}"] if held else [])]) + _then(condition)


def _then(condition: Condition) -> str:
    return f"; then {show_duration(condition.after)} more" if condition.after else ""


def _victims(state: State) -> str:
    pods = [
        f"pod {trace.pod.name} has {', '.join(f'{c.name} {c.state}' for c in trace.pod.containers) or 'no container'}"
        for trace in state.pods.values()
        if trace.gone is None
    ]
    return "; ".join(pods) or "there is no pod"


def _parts(condition: Condition) -> Iterator[Condition]:
    """A condition for each of its parts; `nth` counts what the first of pod, node and task result matches."""
    nth = condition.nth
    for name in ("pod", "node", "task_result"):
        if getattr(condition, name) is not None:
            yield Condition.model_construct(**{name: getattr(condition, name), "nth": nth})
            nth = None
    for name in ("workflow", "host", "landed", "healed", "all", "any"):
        if getattr(condition, name) is not None:
            yield Condition.model_construct(**{name: getattr(condition, name)})


def _part(part: Condition, state: State, now: float) -> tuple[bool, str]:
    held = holds_now(part, state, now)
    return (True, "; ".join(held.texts)) if held is not None else (False, _missing(part, state, now))


def _missing(part: Condition, state: State, now: float) -> str:
    """Exactly one part is given."""
    thing = part.pod or part.node or part.task_result
    if thing is not None:
        return _counted(part.nth, thing, state) if part.nth else _thing(thing, state)
    if part.workflow is not None:
        return _workflow(part.workflow, state, now)
    if part.host is not None:
        return _host(part.host, state)
    if part.landed is not None:
        return _landed(part.landed, "land", state)
    if part.healed is not None:
        return _landed(part.healed, "be undone", state)
    if part.any is not None:
        return f"none of {len(part.any)}: " + " or ".join(f"({explain(each, state, now)})" for each in part.any)
    return "; ".join(_all(part.all or (), state, now))


def _all(parts: tuple[Condition, ...], state: State, now: float) -> Iterator[str]:
    for number, each in enumerate(parts, 1):
        held = holds_now(each, state, now)
        told = f"holds already: {', '.join(held.texts)}" if held else explain(each, state, now)
        yield f"{number} of {len(parts)}: {told}"


def _thing(part: Part, state: State, without: frozenset[str] = frozenset()) -> str:
    kind, candidates = _kind(part), _candidates(part, state)
    left = (each for each in candidates if each.key not in without)
    return f"waits for {kind} {_wanted(part)}: {near_misses.nearest(f'other {kind}' if without else kind, left)}"


def _kind(part: Part) -> str:
    match part:
        case NodeCondition():
            return "node"
        case PodCondition():
            return "pod"
        case TaskResultCondition():
            return "task result"


def _candidates(part: Part, state: State) -> Iterator[near_misses.Candidate]:
    match part:
        case NodeCondition():
            return near_misses.nodes(part, state)
        case PodCondition():
            return near_misses.pods(part, state)
        case TaskResultCondition():
            return near_misses.task_results(part, state)


def _counted(nth: int, part: Part, state: State) -> str:
    """`nth` counts everything that ever matched, so the one that is meant may have moved on already."""
    order = [key for _, key in sorted(subjects.so_far(part, state))]
    if len(order) < nth:
        return f"number {nth} of them, {len(order)} so far; {_thing(part, state, frozenset(order))}"
    gone_on = next((each for each in _candidates(part, state) if each.key == order[nth - 1]), None)
    told = gone_on.text() if gone_on else f"{order[nth - 1]}, which is gone"
    return f"waits for {_kind(part)} {_wanted(part)}: number {nth} of them was {told}"


def _wanted(part: Part) -> str:
    words = [selectors.describe(part)]
    match part:
        case NodeCondition(phase=phase):
            words.append(f"phase {phase}" if phase is not None else "")
        case PodCondition(phase=phase, deleting=deleting, container=container):
            words.append(f"phase {phase}" if phase is not None else "")
            words.append({True: "deleting", False: "not deleting", None: ""}[deleting])
            if container is not None:
                code = "" if container.exit_code is None else f" with exit code {container.exit_code}"
                words.append(f"container {container.name} {container.state}{code}")
        case TaskResultCondition(completed=completed):
            words.append("" if completed is None else f"completed {str(completed).lower()}")
    return ", ".join(word for word in words if word)


def _workflow(part: WholeCondition, state: State, now: float) -> str:
    wanted = [
        part.phase or "",
        {True: "final", False: "not final", None: ""}[part.final],
        "stuck" if part.stuck else "",
    ]
    workflow = state.workflow
    seen = (
        "not seen" if workflow is None else f"{workflow.phase or 'new'}, {'final' if workflow.final else 'not final'}"
    )
    if part.stuck and workflow is not None:
        blockers = quiescence(state, now).blockers
        seen += f", held up by: {'; '.join(blockers)}" if blockers else ", quiet, nudge unanswered so far"
    return f"waits for the workflow {' '.join(word for word in wanted if word)}: it is {seen}"


def _host(part: HostCondition, state: State) -> str:
    wanted, name = "ready" if part.ready else "not ready", last_host(state)
    trace = state.hosts.get(name)
    if trace is None:
        return f"waits for the host {wanted}: no step has hit one yet"
    seen = f"has Ready {trace.now.node.ready}" if trace.now.exists else "does not exist"
    return f"waits for the host {wanted}: {name} {seen} since {trace.versions[-1].at.t:+.1f} s"


def _landed(name: str, what: str, state: State) -> str:
    trace = next((trace for index, trace in state.steps.items() if state.step_name(index) == name), None)
    stage = "not armed yet" if trace is None else f"{trace.stage}{f', {trace.problem}' if trace.problem else ''}"
    return f"waits for {name} to {what}: it is {stage}"

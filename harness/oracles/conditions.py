"""Whether the moment of a step has come, and at whom the step then aims.

`after` is not looked at: it counts from when the rest first held, which only the trigger engine knows.
"""

from collections.abc import Iterator
from dataclasses import dataclass
from typing import Literal

from harness.history.state import State
from harness.model.events import Target
from harness.oracles import subjects
from harness.oracles.aim import aim
from harness.oracles.stuck import stuck
from harness.oracles.subjects import Subject
from harness.scenario.conditions import (
    Condition,
    HostCondition,
    NodeCondition,
    PodCondition,
    TaskResultCondition,
    WorkflowCondition,
)
from harness.scenario.types import Step


@dataclass(frozen=True, slots=True, kw_only=True)
class Match:
    """The moment has come: whom the step aims at, the entry that showed it, and what it was in words."""

    target: Target
    seq: int
    text: str


@dataclass(frozen=True, slots=True, kw_only=True)
class _Held:
    """A condition that holds, by `texts`; `subject` is what it is about, if it is about one thing."""

    texts: tuple[str, ...]
    seq: int
    subject: Subject | None = None


def holds(condition: Condition, state: State, step: Step, now: float) -> Match | None:
    """The match, with the step's own `target` resolved; None where the moment has not come or nobody is there yet."""
    held = holds_now(condition, state, now)
    if held is None:
        return None
    target = aim(step, held.subject, state)
    return None if target is None else Match(target=target, seq=held.seq, text="; ".join(held.texts))


def holds_now(condition: Condition, state: State, now: float) -> _Held | None:
    about = _subject(condition, state)
    if about is None and _names_something(condition):
        return None
    parts: list[_Held | None] = [about] if about is not None else []
    if condition.workflow is not None:
        parts.append(_workflow(condition.workflow, state, now))
    if condition.host is not None:
        parts.append(_host(condition.host, state))
    if condition.landed is not None:
        parts.append(_came(condition.landed, "landed", state))
    if condition.healed is not None:
        parts.append(_came(condition.healed, "healed", state))
    parts += [holds_now(part, state, now) for part in condition.all or ()]
    if condition.any is not None:
        parts.append(next((held for part in condition.any if (held := holds_now(part, state, now))), None))
    return _joined(parts)


def _joined(parts: list[_Held | None]) -> _Held | None:
    whole = [part for part in parts if part is not None]
    if not whole or len(whole) != len(parts):
        return None
    return _Held(
        texts=tuple(text for part in whole for text in part.texts),
        seq=max(part.seq for part in whole),
        subject=next((part.subject for part in whole if part.subject), None),
    )


def _names_something(condition: Condition) -> bool:
    return any(part is not None for part in (condition.node, condition.pod, condition.task_result))


def _candidates(condition: Condition, state: State) -> Iterator[list[Subject]]:
    """The subjects of each part, the most telling part first: a pod says more than its node."""
    for part, found in (
        (condition.pod, subjects.pods(condition.pod, state) if condition.pod else []),
        (condition.node, subjects.nodes(condition.node, state) if condition.node else []),
        (condition.task_result, subjects.task_results(condition.task_result, state) if condition.task_result else []),
    ):
        if part is not None:
            yield _nth(condition.nth, part, found, state) if condition.nth else found
            # `nth` counts what the first part matches.
            condition = condition.model_copy(update={"nth": None})


def _nth(
    nth: int, part: NodeCondition | PodCondition | TaskResultCondition,
    found: list[Subject], state: State,
) -> list[Subject]:  # fmt: skip
    order = [key for _, key in sorted(subjects.so_far(part, state))]
    wanted = order[nth - 1] if len(order) >= nth else None
    return [subject for subject in found if wanted in (subject.pod_uid, subject.node_id) and wanted]


def _subject(condition: Condition, state: State) -> _Held | None:
    """One subject for all parts together, the same workflow node for each where there is one."""
    parts = list(_candidates(condition, state))
    if not parts or not all(parts):
        return None
    shared = set.intersection(*({subject.node_id for subject in part} for part in parts))
    chosen = [next((s for s in part if s.node_id in shared), part[0]) for part in parts]
    if shared:
        node = chosen[0].node_id
        chosen = [next(subject for subject in part if subject.node_id == node) for part in parts]
    return _Held(texts=tuple(s.text for s in chosen), seq=max(s.seq for s in chosen), subject=chosen[0])


def _workflow(part: WorkflowCondition, state: State, now: float) -> _Held | None:
    workflow = state.workflow
    if workflow is None or (part.phase is not None and workflow.phase is not part.phase):
        return None
    if part.final is not None and workflow.final is not part.final:
        return None
    text = f"workflow {workflow.phase or 'submitted'}{' (final)' if workflow.final else ''}"
    seq = state.course[-1].at.seq if state.course else state.seq
    if part.stuck is None:
        return _Held(texts=(text,), seq=seq)
    found = stuck(state, now)
    return None if found is None else _Held(texts=(f"workflow stuck: {found.evidence}",), seq=state.seq)


def _host(part: HostCondition, state: State) -> _Held | None:
    name = last_host(state)
    trace = state.hosts.get(name)
    if trace is None:
        return None
    ready = trace.now.exists and trace.now.node.ready == "True"
    if ready is not part.ready:
        return None
    return _Held(texts=(f"host {name} is {'ready' if ready else 'not ready'}",), seq=trace.versions[-1].at.seq)


def last_host(state: State) -> str:
    """The cluster node that the latest step hit or that ran its target."""
    for index in sorted(state.steps, reverse=True):
        target = state.steps[index].target
        if target is None:
            continue
        pod = state.pods.get(target.pod_uid)
        host = target.host or (pod.pod.host if pod else "")
        if host:
            return host
    return ""


def _came(name: str, stage: Literal["landed", "healed"], state: State) -> _Held | None:
    for index, trace in state.steps.items():
        at = trace.landed if stage == "landed" else trace.healed
        if at is not None and name == state.step_name(index):
            word = "has landed" if stage == "landed" else "is healed"
            return _Held(texts=(f"{name} {word}",), seq=at.seq)
    return None

"""From the moment to the victim: which pod, container, host or task result a step acts on."""

from harness.history import controller
from harness.history.state import State
from harness.history.traces import PodTrace
from harness.model.events import Target
from harness.oracles import selectors
from harness.oracles.subjects import Subject
from harness.scenario.conditions import NodeSelector
from harness.scenario.types import Step
from harness.scenario.verbs import (
    ApiVerb,
    ChaosToolkit,
    ContainerVerb,
    ControllerVerb,
    EntryVerb,
    FreezeController,
    KillController,
    NodeVerb,
    PodVerb,
    PowerOn,
    ResultVerb,
)


def aim(step: Step, subject: Subject | None, state: State) -> Target | None:
    """None while what the step needs is not there yet, such as the pod of a node that has just begun."""
    match step.action:
        case PowerOn():
            return _at_host(step.action.target, subject, state)
        case PodVerb() as verb:
            return _at_pod(verb, subject, state)
        case ResultVerb() as verb:
            return _at_result(verb.target, subject, state)
        case EntryVerb() as verb:
            return _at_entry(verb, subject, state)
        case ControllerVerb() as verb:
            return _at_controller(verb, state)
        case ChaosToolkit() as verb:
            return _at_whatever(verb, subject, state)
        case _:
            return Target(workflow=state.name)


def _at_pod(verb: PodVerb, subject: Subject | None, state: State) -> Target | None:
    trace = _pod(verb.target, subject, state)
    if trace is None:
        return None
    name = verb.container if isinstance(verb, ContainerVerb) else ""
    container = trace.pod.container(name)
    identity = container.id if container else ""
    if isinstance(verb, ContainerVerb) and verb.running and not identity:
        return None
    if isinstance(verb, NodeVerb) and not trace.pod.host:
        return None
    pod = trace.pod
    return Target(
        pod=pod.name,
        pod_uid=pod.uid,
        node_id=pod.node_id,
        container=name,
        container_id=identity,
        host=pod.host,
        workflow=state.name,
    )


def _pod(wanted: NodeSelector | None, subject: Subject | None, state: State) -> PodTrace | None:
    if wanted is not None:
        found = _meant(list(selectors.pods(wanted, state)), subject)
    elif subject is not None and subject.pod_uid:
        found = [state.pods[subject.pod_uid]]
    elif subject is not None:
        found = [trace for trace in state.pods.values() if trace.pod.node_id == subject.node_id]
    else:
        found = list(state.living())
    # The newest that still exists; one that is gone only where there is no other.
    return max(found, key=lambda trace: (trace.gone is None, trace.born.seq), default=None)


def _meant(found: list[PodTrace], subject: Subject | None) -> list[PodTrace]:
    """Of those that match, the one that the moment is about, or else those of its node, or else all."""
    if subject is None:
        return found
    same = [trace for trace in found if trace.pod.uid == subject.pod_uid]
    return same or [t for t in found if t.pod.node_id == subject.node_id and t.gone is None] or found


def _at_controller(verb: ControllerVerb, state: State) -> Target | None:
    """The leader, or else the newest that runs; none is needed for what is done to the Deployment."""
    there = [trace for trace in state.controllers.values() if trace.alive and controller.program(trace.pod)]
    leader = state.lease.holder if state.lease else ""
    trace = max(there, key=lambda each: (each.pod.name == leader, each.born.seq), default=None)
    program = controller.program(trace.pod) if trace else None
    if trace is None or program is None:
        return None if isinstance(verb, KillController | FreezeController | ApiVerb) else Target(workflow=state.name)
    pod = trace.pod
    return Target(
        pod=pod.name,
        pod_uid=pod.uid,
        container=program.name,
        container_id=program.id,
        host=pod.host,
        workflow=state.name,
    )


def _at_whatever(verb: ChaosToolkit, subject: Subject | None, state: State) -> Target | None:
    """A pod only where the arguments name one: most of what others do is about something else."""
    if not verb.wants_pod:
        return Target(workflow=state.name)
    trace = _pod(verb.target, subject, state)
    if trace is None or (verb.wants_host and not trace.pod.host):
        return None
    pod = trace.pod
    return Target(pod=pod.name, pod_uid=pod.uid, node_id=pod.node_id, host=pod.host, workflow=state.name)


def _at_host(wanted: NodeSelector | None, subject: Subject | None, state: State) -> Target | None:
    """The host of the pod that is named, or else the one that was switched off last."""
    if wanted is None and subject is None:
        off = next((power.host for power in reversed(state.power) if not power.on), "")
        return Target(host=off, workflow=state.name) if off else None
    trace = _pod(wanted, subject, state)
    return Target(host=trace.pod.host, workflow=state.name) if trace and trace.pod.host else None


def _at_entry(verb: EntryVerb, subject: Subject | None, state: State) -> Target | None:
    if not verb.wants_node:
        return Target(workflow=state.name)
    about = subject.node_id if subject else ""
    found = [about] if verb.target is None else [node.id for node in selectors.nodes(verb.target, state)]
    node = about if about in found else next(iter(found), "")
    return Target(node_id=node, workflow=state.name) if node else None


def _at_result(wanted: NodeSelector | None, subject: Subject | None, state: State) -> Target | None:
    if wanted is not None:
        found = [trace.result.name for trace in selectors.task_results(wanted, state) if trace.gone is None]
    elif subject is not None:
        found = [subject.node_id] if subject.node_id in state.task_results else []
    else:
        found = [name for name, trace in state.task_results.items() if trace.result.completed is False]
    return Target(node_id=found[0], workflow=state.name) if found else None

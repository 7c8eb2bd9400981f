"""From the names in an experiment to the target: one pod, container, task result, or a message that says why not.

A scenario takes the pod that its moment is about. An experiment has no moment, so where it names none there must be
nothing to choose from.
"""

from collections.abc import Iterable

from harness.chaos.place import Place
from harness.faults.context import Missed
from harness.history.state import State
from harness.history.traces import PodTrace
from harness.model.events import Target
from harness.oracles import aim, selectors
from harness.oracles.subjects import Subject
from harness.scenario.conditions import NodeSelector
from harness.scenario.types import Step
from harness.scenario.verbs import BreakImage, ContainerVerb, ControllerVerb, EntryVerb, PodVerb, ResultVerb


def find_target(step: Step, place: Place, state: State) -> Target:
    match step.action:
        case ResultVerb():
            return Target(node_id=_result(place, state), workflow=place.workflow)
        case PodVerb() as verb:
            return _at_pod(step, verb, _pod(place, state), state)
        case EntryVerb() as verb:
            return _at_entry(verb, place, state)
        case ControllerVerb():
            return _at_controller(step, place, state)
        case _:
            return Target(workflow=place.workflow)


def _at_entry(verb: EntryVerb, place: Place, state: State) -> Target:
    if not verb.wants_node:
        return Target(workflow=place.workflow)
    found = list(selectors.nodes(NodeSelector(template=place.template or None), state))
    if len(found) != 1:
        raise Missed(
            f"workflow {place.workflow} has {len(found) or 'no'} such nodes, and one is wanted; there are:"
            f" {', '.join(node.display_name for node in found) or 'none'}",
            cure="name it with the argument template",
        )
    return Target(node_id=found[0].id, workflow=place.workflow)


def _at_controller(step: Step, place: Place, state: State) -> Target:
    target = aim.aim(step, None, state)
    if target is None:
        raise Missed(f"cluster {place.cluster} has no controller that runs")
    return target


def _at_pod(step: Step, verb: PodVerb, pod: PodTrace, state: State) -> Target:
    subject = Subject(node_id=pod.pod.node_id, pod_uid=pod.pod.uid, text="", seq=state.seq)
    target = aim.aim(step, subject, state)
    if target is None or (wants_container(verb) and not target.container_id):
        part = f"container {verb.container} that has started" if isinstance(verb, ContainerVerb) else "node"
        raise Missed(f"pod {pod.pod.name} ({pod.pod.phase or 'new'}) has no {part}; {_containers(pod)}")
    return target


def wants_container(verb: PodVerb) -> bool:
    """An image is broken before its container has started, and only then."""
    return isinstance(verb, ContainerVerb) and not isinstance(verb, BreakImage)


def _containers(pod: PodTrace) -> str:
    shown = ", ".join(f"{each.name} {each.state}" for each in pod.pod.containers)
    return f"its containers: {shown or 'none'}"


def _pod(place: Place, state: State) -> PodTrace:
    if place.pod:
        named = [trace for trace in state.pods.values() if trace.pod.name == place.pod]
        if not named:
            raise Missed(f"workflow {place.workflow} has no pod {place.pod}; {_names(state.pods.values())}")
        return named[-1]
    return _only([trace for trace in _meant(place, state) if trace.alive], place, state)


def _meant(place: Place, state: State) -> Iterable[PodTrace]:
    return selectors.pods(NodeSelector(template=place.template or None), state)


def _only(living: list[PodTrace], place: Place, state: State) -> PodTrace:
    if len(living) == 1:
        return living[0]
    of = f" of template {place.template}" if place.template else ""
    raise Missed(
        f"workflow {place.workflow} has {len(living) or 'no'} living pods{of}, and one is wanted;"
        f" {_names(living or state.pods.values())}",
        cure="name it with the argument pod or template",
    )


def _names(pods: Iterable[PodTrace]) -> str:
    shown = ", ".join(f"{trace.pod.name} {trace.pod.phase or 'new'}" for trace in pods)
    return f"there are: {shown or 'none'}"


def _result(place: Place, state: State) -> str:
    if place.task_result:
        return place.task_result
    found = [name for name, trace in state.task_results.items() if trace.gone is None and not trace.result.completed]
    if len(found) != 1:
        raise Missed(
            f"workflow {place.workflow} has {len(found) or 'no'} task results that are not completed, and one is"
            f" wanted; there are: {', '.join(found) or 'none'}",
            cure="name it with the argument task_result",
        )
    return found[0]

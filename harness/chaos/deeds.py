"""What an activity does, in the three parts that each has: what it aims at, what it calls, what proves it.

The verbs of the scenarios bring theirs with them. Undoing a drain is no verb there, since a scenario heals by itself.
"""

from collections.abc import Callable, Mapping
from dataclasses import dataclass

from pydantic import ValidationError

from harness.chaos.aiming import find_target
from harness.chaos.chronicle import Moment
from harness.chaos.place import Place
from harness.cluster.protocol import Cluster
from harness.faults import drain
from harness.faults.context import Context, Missed
from harness.faults.registry import fault_of
from harness.history.state import State
from harness.model.errors import UsageError
from harness.model.events import Target
from harness.oracles.aim import aim
from harness.oracles.proofs import Proof, prove, still_on_target
from harness.scenario.conditions import Condition, WorkflowCondition
from harness.scenario.types import Step
from harness.scenario.verbs import Inject, PowerOn, Stop, Suspend, Terminate, Verb

UNDOES = {"uncordon": ("drain", "cordon"), "power-on": ("power-off", "reboot")}
ANY_MOMENT = Condition(workflow=WorkflowCondition())


@dataclass(frozen=True, slots=True, kw_only=True)
class Deed:
    """`targets` raises Missed if there is nothing to hit; `prove` is asked about the step of that number.

    `step` is how a scenario would write it, None where it cannot.
    """

    name: str
    step: Step | None
    targets: Callable[[Place, State, Cluster], list[Target]]
    objection: Callable[[Target, State], str | None]
    inject: Callable[[Context], str]
    prove: Callable[[int, State], Proof | None]

    @property
    def undoes(self) -> tuple[str, ...]:
        """The verbs whose effect on the same cluster node is over once this has landed."""
        return UNDOES.get(self.name, ())

    @property
    def action(self) -> Verb | None:
        """What the undo journal notes, None where there is nothing to undo."""
        return self.step.action if self.step else None


def of_verb(name: str, moment: Moment | None = None, /, **parameters: object) -> Deed:
    """The verb as a scenario would write it, at the moment that was waited for if one was. Raises UsageError where a
    scenario would not load."""
    step = _step(name, parameters, moment)
    action = step.action
    return Deed(
        name=step.verb,
        step=step,
        targets=_targets(step, moment),
        objection=lambda target, state: still_on_target(step, target, state) or _pointless(action, state),
        inject=lambda context: fault_of(action).inject(context, action),
        prove=lambda index, state: prove(step, index, state),
    )


def uncordon() -> Deed:
    return Deed(
        name="uncordon",
        step=None,
        targets=_cordoned,
        objection=lambda target, state: None if _is_cordoned(target.host, state) else f"{target.host} is not cordoned",
        inject=_uncordon,
        prove=_prove_uncordon,
    )


def _targets(step: Step, moment: Moment | None) -> Callable[[Place, State, Cluster], list[Target]]:
    def found(place: Place, state: State, cluster: Cluster) -> list[Target]:
        if moment is not None and not (place.pod or place.template or place.task_result or place.host):
            return [_aimed(step, moment, state)]
        return _off(place, state, cluster) if isinstance(step.action, PowerOn) else [find_target(step, place, state)]

    return found


def _aimed(step: Step, moment: Moment, state: State) -> Target:
    target = aim(step, moment.subject, state)
    if target is None:
        raise Missed(f"its moment came ({moment.text}), but {step.verb} finds nothing to aim at")
    return target


def _step(name: str, parameters: Mapping[str, object], moment: Moment | None) -> Step:
    group = "inject" if name.replace("-", "_") in Inject.model_fields else "do"
    aimed = {"target": moment.target} if moment and moment.target else {}
    named = {"name": moment.name} if moment and moment.name else {}
    when = moment.when if moment else ANY_MOMENT
    try:
        return Step.model_validate({**named, "when": when, group: {name: {**parameters, **aimed}}})
    except ValidationError as error:
        wrong = "; ".join(f"{each['loc'][-1]}: {each['msg']}" for each in error.errors())
        raise UsageError(f"this is no {name}: {wrong}", cure="mend the arguments in the experiment") from error


def _pointless(action: Verb, state: State) -> str | None:
    """Argo's command line says yes to what changes nothing, and then nothing can prove it."""
    if state.workflow is None:
        return None
    match action:
        case Stop() | Terminate() if state.workflow.final:
            return f"workflow {state.name} had ended ({state.workflow.phase}) before the call"
        case Stop() | Terminate() if state.workflow.shutdown == type(action).__name__:
            return f"workflow {state.name} is being shut down already ({state.workflow.shutdown})"
        case Suspend() if state.workflow.suspended:
            return f"workflow {state.name} is suspended already"
        case _:
            return None


def _off(place: Place, state: State, cluster: Cluster) -> list[Target]:
    names = [place.host] if place.host else [node for node in cluster.nodes() if not cluster.powered(node)]
    return _hosts(names, "no node is switched off")


def _cordoned(place: Place, state: State, cluster: Cluster) -> list[Target]:
    if place.host and place.host not in state.hosts:
        raise Missed(f"cluster {cluster.name} has no node {place.host}; it has: {', '.join(state.hosts)}")
    names = [place.host] if place.host else [name for name in state.hosts if _is_cordoned(name, state)]
    return _hosts(names, "no node is cordoned")


def _hosts(names: list[str], otherwise: str) -> list[Target]:
    if not names:
        raise Missed(otherwise)
    return [Target(host=name) for name in names]


def _is_cordoned(host: str, state: State) -> bool:
    return state.hosts[host].now.node.unschedulable


def _uncordon(context: Context) -> str:
    drain.cordon(context, context.host(), unschedulable=False)
    return f"node {context.host()} uncordoned"


def _prove_uncordon(index: int, state: State) -> Proof | None:
    trace = state.steps[index]
    if trace.accepted is None or trace.triggered is None or trace.target is None:
        return None
    host, since = trace.target.host, trace.triggered.seq
    later = (version for version in state.hosts[host].versions if version.at.seq > since)
    seen = next((version.at.seq for version in later if not version.value.node.unschedulable), None)
    return None if seen is None else Proof(seq=seen, text=f"{host} is schedulable again")

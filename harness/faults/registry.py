"""Which module carries out which verb, so that a scenario names a verb and nothing else."""

from collections.abc import Callable, Mapping
from dataclasses import dataclass
from types import ModuleType
from typing import Any

from harness.faults import (
    argo_command,
    delete_pod,
    drain,
    kill_process,
    oom,
    power_off,
    power_on,
    relabel_task_result,
)
from harness.faults.context import Context
from harness.scenario import verbs

Act = Callable[[Context, Any], str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Fault:
    """`inject` raises Refused or Missed when nothing was done; `heal` undoes what a landing left, None if nothing."""

    inject: Act
    heal: Act | None


def fault(module: ModuleType) -> Fault:
    return Fault(inject=module.inject, heal=getattr(module, "heal", None))


FAULTS: Mapping[type[verbs.Verb], Fault] = {
    verbs.Oom: fault(oom),
    verbs.KillProcess: fault(kill_process),
    verbs.DeletePod: fault(delete_pod),
    verbs.Drain: fault(drain),
    verbs.PowerOff: fault(power_off),
    verbs.PowerOn: fault(power_on),
    verbs.Retry: fault(argo_command),
    verbs.Stop: fault(argo_command),
    verbs.Terminate: fault(argo_command),
    verbs.Suspend: fault(argo_command),
    verbs.Resume: fault(argo_command),
    verbs.RelabelTaskResult: fault(relabel_task_result),
}


def fault_of(action: verbs.Verb) -> Fault:
    return FAULTS[type(action)]

"""What a step can do: `inject` holds the faults, `do` what a user or an operator would do; one type per verb."""

from harness.scenario.verbs.groups import Do, Inject, chosen, verbs
from harness.scenario.verbs.memory import Oom
from harness.scenario.verbs.node import Drain, PowerOff, PowerOn
from harness.scenario.verbs.objects import RelabelTaskResult
from harness.scenario.verbs.pod import DeletePod
from harness.scenario.verbs.process import KillProcess
from harness.scenario.verbs.user import Resume, Retry, Stop, Suspend, Terminate
from harness.scenario.verbs.verb import (
    Capability,
    ContainerVerb,
    ControllerVerb,
    NodeVerb,
    PodVerb,
    ResultVerb,
    Scope,
    Verb,
    WorkflowVerb,
)

__all__ = [
    "Capability",
    "ContainerVerb",
    "ControllerVerb",
    "DeletePod",
    "Do",
    "Drain",
    "Inject",
    "KillProcess",
    "NodeVerb",
    "Oom",
    "PodVerb",
    "PowerOff",
    "PowerOn",
    "RelabelTaskResult",
    "ResultVerb",
    "Resume",
    "Retry",
    "Scope",
    "Stop",
    "Suspend",
    "Terminate",
    "Verb",
    "WorkflowVerb",
    "chosen",
    "verbs",
]

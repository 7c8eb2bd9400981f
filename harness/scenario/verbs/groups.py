"""The two groups of verbs as a step writes them: one key, the verb, with its parameters below it."""

from pydantic import ConfigDict, model_validator

from harness.scenario.base import Spec, dashed
from harness.scenario.verbs.memory import Oom
from harness.scenario.verbs.node import Drain, PowerOff, PowerOn
from harness.scenario.verbs.objects import RelabelTaskResult
from harness.scenario.verbs.pod import DeletePod
from harness.scenario.verbs.process import KillProcess
from harness.scenario.verbs.user import Resume, Retry, Stop, Suspend, Terminate
from harness.scenario.verbs.verb import Verb


class Group(Spec):
    """One verb out of many."""

    model_config = ConfigDict(json_schema_extra={"minProperties": 1, "maxProperties": 1})

    @model_validator(mode="after")
    def acts_once(self) -> "Group":
        chosen(self)
        return self


class Inject(Group):
    """One fault."""

    oom: Oom | None = None
    kill_process: KillProcess | None = None
    delete_pod: DeletePod | None = None
    drain: Drain | None = None
    power_off: PowerOff | None = None


class Do(Group):
    """One action that a user or an operator would take."""

    retry: Retry | None = None
    stop: Stop | None = None
    terminate: Terminate | None = None
    suspend: Suspend | None = None
    resume: Resume | None = None
    relabel_task_result: RelabelTaskResult | None = None
    power_on: PowerOn | None = None


def chosen(group: Group) -> tuple[str, Verb]:
    """The one verb of the group and its parameters. Raises ValueError if there is none or more than one."""
    given = [(dashed(key), value) for key, value in group if value is not None]
    if len(given) != 1:
        names = ", ".join(key for key, _ in given) or "none"
        raise ValueError(f"exactly one verb is wanted here, got {names}")
    return given[0]


def verbs() -> dict[str, type[Verb]]:
    """Every verb by its name in a scenario."""
    fields = [*Inject.model_fields.items(), *Do.model_fields.items()]
    return {dashed(key): _type(field.annotation) for key, field in fields}


def _type(annotation: object) -> type[Verb]:
    kinds: tuple[type[Verb], ...] = getattr(annotation, "__args__", ())
    return kinds[0]

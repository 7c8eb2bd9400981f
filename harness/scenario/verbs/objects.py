"""What is done to the objects that Argo keeps its state in, and to those that say what it may do."""

import json
from typing import Annotated, Any, ClassVar, Final, Literal

from pydantic import Field, StrictInt, field_validator

from harness.scenario.conditions import Name
from harness.scenario.verbs.verb import EntryVerb, ResultVerb, Verb

NODE: Final = "{{node}}"
_PARTS: Final = frozenset({"spec", "status"})


class RelabelTaskResult(ResultVerb):
    """Sets the label `workflows.argoproj.io/report-outputs-completed` of a task result by hand, the documented way out
    for a workflow that waits for a result that will never come (#12993)."""

    completed: Literal["true", "false"] = "true"
    """What the label says then."""


class DeleteTaskResult(ResultVerb):
    """Deletes a task result: what the pod reported is lost, unless the executor reports once more."""


class CreateTaskResult(EntryVerb):
    """Creates a task result for a workflow node that has none, as an executor does that has begun to report and never
    gets to its end. Healed by deleting it."""

    completed: Literal["true", "false"] = "false"
    """What its label says."""


class EditWorkflow(EntryVerb):
    """Changes spec or status of the workflow behind the controller's back with a JSON merge patch. In its keys and
    texts `{{node}}` stands for the id of the step's workflow node. Nothing undoes it."""

    patch: Annotated[dict[Name, Any], Field(min_length=1)]
    """The merge patch, with `spec`, `status` or both."""

    @field_validator("patch")
    @classmethod
    def stays_inside(cls, patch: dict[str, Any]) -> dict[str, Any]:
        if wrong := sorted(set(patch) - _PARTS):
            raise ValueError(f"{wrong[0]}: only spec and status can be edited")
        return patch

    @property
    def wants_node(self) -> bool:
        return NODE in json.dumps(self.patch)


class Revoke(Verb):
    """Takes a permission from the Role `executor`, by which the pods of workflows report. Proven by the API server,
    which says that their service account may not do it any more. Healed by the former rules."""

    early: ClassVar[bool] = True
    permission: Literal["create workflowtaskresults", "patch workflowtaskresults", "get pods", "patch pods"] = (
        "create workflowtaskresults"
    )
    """Verb and resource."""


class ExhaustQuota(Verb):
    """Puts a ResourceQuota on the namespace that leaves no room for another pod. Proven by the API server, which
    refuses one for that reason. Healed by taking the quota away."""

    pods: Annotated[StrictInt, Field(ge=0, le=100)] = 0
    """How many pods that have not ended there may be."""


class SemaphoreVerb(Verb):
    """A verb that acts on the limit of a semaphore, a key of a ConfigMap that the scenario has among its `objects`."""

    config_map: Name
    """Name of the ConfigMap."""
    key: Name
    """Key of the limit in it."""


class ChangeSemaphore(SemaphoreVerb):
    """Sets the limit of a semaphore to another number. Healed by the former one."""

    limit: Annotated[str, Field(max_length=20)]
    """As Argo will read it, so also what is no number."""


class DeleteSemaphore(SemaphoreVerb):
    """Takes the limit of a semaphore away: its key in the ConfigMap. Healed by putting it back."""

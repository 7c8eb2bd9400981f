"""What a user does with Argo's command line."""

from pydantic import StrictBool, model_validator

from harness.scenario.verbs.pod import Line
from harness.scenario.verbs.verb import WorkflowVerb


class Retry(WorkflowVerb):
    """`argo retry` of the workflow, with the command line of the release under test: the logic lives there."""

    restart_successful: StrictBool = False
    """Whether nodes that succeeded are run again, with a selector."""
    node_field_selector: Line | None = None
    """Which ones, such as `displayName=approve`."""


class Resubmit(WorkflowVerb):
    """`argo resubmit` of a workflow that has ended: another workflow does the same anew, and `expect: resubmitted` says
    how it ends."""

    memoized: StrictBool = False
    """What succeeded is not done again; only for a workflow that failed."""


class Stop(WorkflowVerb):
    """`argo stop`: no new step begins, the exit handler still runs. With a selector nothing is stopped but the
    suspended nodes that match: they fail."""

    message: Line | None = None
    """What these nodes say then."""
    node_field_selector: Line | None = None
    """Such as `displayName=approve`."""

    @model_validator(mode="after")
    def has_somebody_to_say_it(self) -> "Stop":
        if self.message and not self.node_field_selector:
            raise ValueError("message: argo stop gives it only to nodes of a node-field-selector")
        return self


class Terminate(WorkflowVerb):
    """`argo terminate`: everything ends now, the exit handler too."""


class Suspend(WorkflowVerb):
    """`argo suspend`: what runs goes on, nothing new begins."""


class Resume(WorkflowVerb):
    """`argo resume`: a suspended workflow, or its suspended nodes, go on."""

    node_field_selector: Line | None = None
    """Only the suspended nodes that match, such as `displayName=approve`."""


class Delete(WorkflowVerb):
    """`argo delete`: the workflow goes, and its pods with it. Its end is `expect: workflow: {gone: true}`."""


class DeleteAndRecreate(WorkflowVerb):
    """`argo delete`, then at once `argo submit` of the same workflow under the same name, as scripts and GitOps tools
    do: pods of the first may still be there when the second wants its own. What is expected is about the second."""

"""What a user does with Argo's command line."""

from pydantic import StrictBool

from harness.scenario.verbs.verb import WorkflowVerb


class Retry(WorkflowVerb):
    """`argo retry` of the workflow, with the command line of the release under test: the logic lives there."""

    restart_successful: StrictBool = False
    node_field_selector: str | None = None


class Stop(WorkflowVerb):
    """`argo stop`."""


class Terminate(WorkflowVerb):
    """`argo terminate`."""


class Suspend(WorkflowVerb):
    """`argo suspend`."""


class Resume(WorkflowVerb):
    """`argo resume`."""

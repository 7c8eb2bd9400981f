"""Faults of pods."""

from pydantic import StrictBool

from harness.scenario.duration import Duration
from harness.scenario.verbs.verb import PodVerb


class DeletePod(PodVerb):
    """Deletes the pod; `force` removes the object at once (grace 0), as `kubectl delete --force` does."""

    force: StrictBool = False
    grace: Duration | None = None

"""Argo's own pods among all others: what happens to the controller belongs into the history of every workflow."""

from typing import Final

from harness.history.traces import At, PodTrace
from harness.model.pods import Container, Pod

NAME: Final = "workflow-controller"
"""Of the Deployment, of the container in its pods, and of the lease."""


def is_controller(pod: Pod, argo: str) -> bool:
    """By the name that its Deployment gave it in Argo's namespace; a workflow there may be called so, too."""
    return pod.namespace == argo and is_named(pod.name) and not pod.workflow


def is_named(pod: str) -> bool:
    return pod.startswith(f"{NAME}-")


def program(pod: Pod) -> Container | None:
    """The container in which the controller itself runs."""
    return pod.container(NAME)


def see(pod: Pod, known: dict[str, PodTrace], at: At, *, gone: bool) -> None:
    """No change of the workflow: the controller may come and go while it rests."""
    trace = known.setdefault(pod.uid, PodTrace(pod=pod, born=at))
    if not trace.versions or trace.pod != pod or gone:
        trace.see(pod, at, gone=gone)

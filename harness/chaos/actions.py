"""Chaos Toolkit actions, one per verb. Each returns only when its landing is proven, and raises ActivityFailed if not.

The cluster is one that `shakedown cluster up NAME --argo RELEASE` started; an experiment names it in its
configuration as `shakedown_cluster` (default `dev`). Where an action wants a pod, `pod` is its name; without it the
workflow must have just one living pod, or `template` must leave just one.
"""

from typing import Any

from harness.chaos import deeds
from harness.chaos.activity import Answer, carry_out

Configuration = dict[str, Any] | None
Secrets = dict[str, Any] | None

__all__ = [
    "delete_pod",
    "drain",
    "kill_process",
    "oom",
    "power_off",
    "power_on",
    "relabel_task_result",
    "resume",
    "retry",
    "stop",
    "suspend",
    "terminate",
    "uncordon",
]


def oom(
    workflow: str,
    pod: str = "",
    template: str = "",
    container: str = "main",
    namespace: str = "default",
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> Answer:
    """Waits until the kernel has OOM-killed the container, as its workload must bring about."""
    aim = {"workflow": workflow, "pod": pod, "template": template, "namespace": namespace}
    return carry_out(lambda: deeds.of_verb("oom", container=container), configuration, **aim)


def kill_process(
    workflow: str,
    pod: str = "",
    template: str = "",
    container: str = "main",
    signal: str = "KILL",
    namespace: str = "default",
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> Answer:
    """Sends a signal (KILL, TERM, INT, QUIT, HUP) to the first process of a container."""
    aim = {"workflow": workflow, "pod": pod, "template": template, "namespace": namespace}
    return carry_out(lambda: deeds.of_verb("kill-process", container=container, signal=signal), configuration, **aim)


def delete_pod(
    workflow: str,
    pod: str = "",
    template: str = "",
    force: bool = False,
    grace: str = "",
    namespace: str = "default",
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> Answer:
    """Deletes a pod: with its own grace period, with another (`grace`, such as 5s), or by force."""
    aim = {"workflow": workflow, "pod": pod, "template": template, "namespace": namespace}
    return carry_out(lambda: deeds.of_verb("delete-pod", force=force, grace=grace or None), configuration, **aim)


def drain(
    workflow: str,
    pod: str = "",
    template: str = "",
    grace: str = "",
    namespace: str = "default",
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> Answer:
    """Cordons the cluster node that runs the pod and evicts everything from it. Rolled back by `uncordon`."""
    aim = {"workflow": workflow, "pod": pod, "template": template, "namespace": namespace}
    return carry_out(lambda: deeds.of_verb("drain", grace=grace or None), configuration, **aim)


def uncordon(node: str = "", configuration: Configuration = None, secrets: Secrets = None) -> Answer:
    """Makes a cluster node schedulable again; without `node` every one that is cordoned."""
    return carry_out(deeds.uncordon, configuration, host=node)


def power_off(
    workflow: str,
    pod: str = "",
    template: str = "",
    namespace: str = "default",
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> Answer:
    """Switches off the cluster node that runs the pod. Rolled back by `power_on`."""
    aim = {"workflow": workflow, "pod": pod, "template": template, "namespace": namespace}
    return carry_out(lambda: deeds.of_verb("power-off"), configuration, **aim)


def power_on(node: str = "", configuration: Configuration = None, secrets: Secrets = None) -> Answer:
    """Switches a cluster node on; without `node` every one that is off."""
    return carry_out(lambda: deeds.of_verb("power-on"), configuration, host=node)


def retry(
    workflow: str,
    restart_successful: bool = False,
    node_field_selector: str = "",
    namespace: str = "default",
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> Answer:
    """`argo retry`, with the command line of the release that is installed."""
    flags = {"restart-successful": restart_successful, "node-field-selector": node_field_selector or None}
    aim = {"workflow": workflow, "namespace": namespace}
    return carry_out(lambda: deeds.of_verb("retry", **flags), configuration, **aim)


def stop(
    workflow: str, namespace: str = "default", configuration: Configuration = None, secrets: Secrets = None
) -> Answer:
    """`argo stop`."""
    return carry_out(lambda: deeds.of_verb("stop"), configuration, workflow=workflow, namespace=namespace)


def terminate(
    workflow: str, namespace: str = "default", configuration: Configuration = None, secrets: Secrets = None
) -> Answer:
    """`argo terminate`."""
    return carry_out(lambda: deeds.of_verb("terminate"), configuration, workflow=workflow, namespace=namespace)


def suspend(
    workflow: str, namespace: str = "default", configuration: Configuration = None, secrets: Secrets = None
) -> Answer:
    """`argo suspend`."""
    return carry_out(lambda: deeds.of_verb("suspend"), configuration, workflow=workflow, namespace=namespace)


def resume(
    workflow: str, namespace: str = "default", configuration: Configuration = None, secrets: Secrets = None
) -> Answer:
    """`argo resume`."""
    return carry_out(lambda: deeds.of_verb("resume"), configuration, workflow=workflow, namespace=namespace)


def relabel_task_result(
    workflow: str,
    task_result: str = "",
    completed: str = "true",
    namespace: str = "default",
    configuration: Configuration = None,
    secrets: Secrets = None,
) -> Answer:
    """Sets the label `report-outputs-completed` of a task result; without a name, of the one that is not completed."""
    aim = {"workflow": workflow, "task_result": task_result, "namespace": namespace}
    return carry_out(lambda: deeds.of_verb("relabel-task-result", completed=completed), configuration, **aim)

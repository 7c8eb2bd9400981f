"""What the API server must allow for a verb, so that it can be asked before anything is touched."""

from __future__ import annotations

from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any, Final

from harness.cluster import belongings, ownership
from harness.cluster.api import ApiError
from harness.model.errors import HarnessError
from harness.model.header import ARGO_NAMESPACE
from harness.scenario import verbs

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from harness.cluster.api import Api

REVIEWS: Final = "/apis/authorization.k8s.io/v1/selfsubjectaccessreviews"


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Permission:
    """One rule of RBAC; without a namespace it is wanted in all of them."""

    group: str
    resource: str
    verbs: tuple[str, ...]
    namespace: str = ""

    def __str__(self) -> str:
        where = f" in namespace {self.namespace}" if self.namespace else ""
        return f"{','.join(self.verbs)} {self.resource}{f'.{self.group}' if self.group else ''}{where}"


class Forbidden(HarnessError):
    """The API server would refuse what is about to be asked of it."""


def core(resource: str, *does: str, namespace: str = "") -> Permission:
    return Permission(group="", resource=resource, verbs=does, namespace=namespace)


def argo(resource: str, *does: str) -> Permission:
    return Permission(group="argoproj.io", resource=resource, verbs=does)


def of_path(path: str, *does: str) -> Permission:
    """For what lies under a path of the API, in all namespaces; `/namespaces/NAME/pods/NAME/log` is pods/log."""
    _, kind, *parts = path.split("/")
    group, rest = ("", parts[1:]) if kind == "api" else (parts[0], parts[2:])
    if rest[0] == "namespaces" and len(rest) > 2:
        rest = rest[2:]
    return Permission(group=group, resource="/".join((rest[0], *rest[2:])), verbs=does)


WATCHING: Final = (
    argo("workflows", "get", "list", "watch"),
    argo("workflowtaskresults", "get", "list", "watch"),
    core("pods", "get", "list", "watch"),
    core("nodes", "get", "list", "watch"),
    core("events", "list", "watch"),
    core("namespaces", "get"),
    Permission(group="coordination.k8s.io", resource="leases", verbs=("list", "watch"), namespace=ARGO_NAMESPACE),
    Permission(group="apps", resource="deployments", verbs=("get",), namespace=ARGO_NAMESPACE),
    core("pods/log", "get", namespace=ARGO_NAMESPACE),
    core("configmaps", "get", namespace=ownership.NAMESPACE),
)
"""Without these nothing can be proven, nor that the cluster may be broken."""
RUNNING: Final = (
    core("namespaces", "create", "delete", "list", "watch"),
    core("pods", "deletecollection"),
    core("serviceaccounts", "create"),
    Permission(group="rbac.authorization.k8s.io", resource="roles", verbs=("create", "get", "update")),
    Permission(group="rbac.authorization.k8s.io", resource="rolebindings", verbs=("create", "get", "update")),
    argo("workflows", "create", "patch", "delete"),
    # what the role of the workflows' pods holds can only be granted by who holds it
    argo("workflowtaskresults", "create", "patch"),
    core("pods", "patch"),
    # what is left of a run is looked for everywhere before it is over
    *(of_path(path, "list") for path in belongings.CLUSTER_WIDE),
)
"""For a workflow in a namespace of its own, and for the nudge of one that is quiet."""
LOOKING: Final = (Permission(group="apps", resource="deployments", verbs=("list",)),)
"""For the Argo that is there already, in whatever namespace."""
_NODE: Final = core("nodes", "patch")
_PODS_OF_ARGO: Final = core("pods", "delete", "get", "list", "watch", namespace=ARGO_NAMESPACE)
_LEASES_OF_ARGO: Final = Permission(
    group="coordination.k8s.io", resource="leases", verbs=("delete", "get", "list", "watch"), namespace=ARGO_NAMESPACE
)
_DEPLOYMENT: Final = Permission(
    group="apps", resource="deployments", verbs=("get", "list", "patch", "watch"), namespace=ARGO_NAMESPACE
)
_CONTROLLER: Final = (_DEPLOYMENT, _PODS_OF_ARGO, _LEASES_OF_ARGO)
_COMMAND: Final = (argo("workflows", "get", "patch", "update"),)
OF_VERBS: Final[Mapping[type[verbs.Verb], tuple[Permission, ...]]] = {
    verbs.Oom: (),
    verbs.OomKill: (),
    verbs.KillProcess: (),
    verbs.FreezeProcess: (),
    verbs.FillDisk: (),
    verbs.StarveCpu: (),
    verbs.DeletePod: (core("pods", "delete"),),
    verbs.EvictPod: (core("pods/eviction", "create"),),
    verbs.FailPod: (core("pods/status", "patch"),),
    verbs.HoldFinalizer: (core("pods", "patch", "delete"),),
    verbs.BreakImage: (core("pods", "patch"),),
    verbs.MakeUnschedulable: (_NODE,),
    verbs.Drain: (_NODE, core("pods/eviction", "create")),
    verbs.Cordon: (_NODE,),
    verbs.TaintNode: (_NODE,),
    verbs.StarveMemory: (),
    verbs.DeleteNode: (core("nodes", "delete"),),
    verbs.PowerOff: (),
    verbs.PowerOn: (),
    verbs.Reboot: (),
    verbs.CutNetwork: (),
    verbs.FreezeNode: (),
    verbs.StopKubelet: (),
    verbs.StopRuntime: (),
    verbs.KillController: _CONTROLLER,
    verbs.FreezeController: _CONTROLLER,
    verbs.RestartController: _CONTROLLER,
    verbs.ScaleController: (
        *_CONTROLLER,
        Permission(group="apps", resource="deployments/scale", verbs=("patch",), namespace=ARGO_NAMESPACE),
    ),
    verbs.ConfigureController: (*_CONTROLLER, core("configmaps", "get", "patch", namespace=ARGO_NAMESPACE)),
    verbs.SwapArgo: (Permission(group="*", resource="*", verbs=("*",)),),
    verbs.RestartApiserver: (),
    verbs.FreezeApiserver: (),
    verbs.FreezeEtcd: (),
    verbs.SlowApi: (),
    verbs.RefuseApi: (),
    verbs.ResetApi: (),
    verbs.CloseWatch: (),
    verbs.DelayWatch: (),
    verbs.DropWatch: (),
    verbs.ExpireWatch: (),
    verbs.StaleApi: (),
    verbs.Retry: (*_COMMAND, core("pods", "delete")),
    verbs.Stop: _COMMAND,
    verbs.Terminate: _COMMAND,
    verbs.Suspend: _COMMAND,
    verbs.Resume: _COMMAND,
    verbs.Resubmit: (*_COMMAND, argo("workflows", "create")),
    verbs.Delete: (argo("workflows", "get", "delete"),),
    verbs.DeleteAndRecreate: (argo("workflows", "create", "get", "delete"), argo("workflowtemplates", "get", "list")),
    verbs.Revoke: (
        Permission(group="rbac.authorization.k8s.io", resource="roles", verbs=("get", "patch")),
        Permission(group="authorization.k8s.io", resource="subjectaccessreviews", verbs=("create",)),
    ),
    verbs.ExhaustQuota: (core("resourcequotas", "create", "delete"), core("pods", "create")),
    verbs.ChangeSemaphore: (core("configmaps", "get", "patch"),),
    verbs.DeleteSemaphore: (core("configmaps", "get", "patch"),),
    verbs.CreateTaskResult: (argo("workflowtaskresults", "create", "get", "delete"),),
    verbs.DeleteTaskResult: (argo("workflowtaskresults", "delete"),),
    verbs.EditWorkflow: (argo("workflows", "patch"),),
    verbs.RelabelTaskResult: (argo("workflowtaskresults", "patch"),),
    verbs.ChaosToolkit: (),
}
"""What each asks of the API besides the watching. What others' actions ask is known to their authors."""


def wanted(
    chosen: Iterable[type[verbs.Verb]], *, running: bool = True, argo_namespace: str = ARGO_NAMESPACE
) -> tuple[Permission, ...]:
    """What watching, running and these verbs need; `argo_namespace` is "" where it is not known yet, so any."""
    rules = (*WATCHING, *(RUNNING if running else ()), *(rule for verb in chosen for rule in OF_VERBS[verb]))
    return merged(
        replace(rule, namespace=argo_namespace) if rule.namespace == ARGO_NAMESPACE else rule for rule in rules
    )


def merged(rules: Iterable[Permission]) -> tuple[Permission, ...]:
    """One rule for each resource and namespace, in a steady order."""
    found: dict[tuple[str, str, str], set[str]] = {}
    for rule in rules:
        found.setdefault((rule.group, rule.resource, rule.namespace), set()).update(rule.verbs)
    return tuple(
        Permission(group=group, resource=resource, verbs=tuple(sorted(does)), namespace=namespace)
        for (group, resource, namespace), does in sorted(found.items())
    )


def missing(api: Api, rules: Iterable[Permission]) -> tuple[Permission, ...]:
    """What the API server itself says that we may not do."""
    lacking = []
    for rule in rules:
        refused = tuple(does for does in rule.verbs if not _allowed(api, rule, does))
        if refused:
            lacking.append(
                Permission(group=rule.group, resource=rule.resource, verbs=refused, namespace=rule.namespace)
            )
    return tuple(lacking)


def demand(api: Api, rules: Iterable[Permission]) -> None:
    """Raises Forbidden with all that is missing; nothing has been touched then."""
    if lacking := missing(api, rules):
        raise Forbidden(
            f"this user may not {'; '.join(map(str, lacking))}, so nothing was done",
            cure="`shakedown doctor --rbac` lists what is needed",
        )


def _allowed(api: Api, rule: Permission, does: str) -> bool:
    resource, _, part = rule.resource.partition("/")
    asked: dict[str, Any] = {"group": rule.group, "resource": resource, "verb": does}
    given = {key: value for key, value in (("subresource", part), ("namespace", rule.namespace)) if value}
    body = {"spec": {"resourceAttributes": asked | given}}
    try:
        return bool(api.create(REVIEWS, body)["status"]["allowed"])
    except ApiError as error:
        raise Forbidden(f"the API server does not say what this user may do: {error.message}") from error

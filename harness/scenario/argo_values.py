"""The values that Argo's own types know where a field takes one of a few words: a misspelt one is refused late, or not
at all.

From the constants and the enums of the custom resource types in pkg/apis/workflow/v1alpha1/workflow_types.go of
v3.5.10, v3.7.15 and v4.0.2, which agree; `depends` from workflow/common/ancestry.go. `*` stands for every item of a
list. A value that is empty is as good as none everywhere.
"""

from collections.abc import Mapping
from typing import Final

Path = tuple[str, ...]

RETRY_POLICY: Final = ("Always", "OnFailure", "OnError", "OnTransientError")
_ARTIFACT_GC: Final = ("OnWorkflowCompletion", "OnWorkflowDeletion", "Never")
_OPERATION: Final = ("Set", "Add", "Sub")
_PULL: Final = ("Always", "IfNotPresent", "Never")
SPEC: Final[Mapping[Path, tuple[str, ...]]] = {
    ("retryStrategy", "retryPolicy"): RETRY_POLICY,
    ("podGC", "strategy"): ("OnPodCompletion", "OnPodSuccess", "OnWorkflowCompletion", "OnWorkflowSuccess"),
    ("volumeClaimGC", "strategy"): ("OnWorkflowCompletion", "OnWorkflowSuccess"),
    ("artifactGC", "strategy"): _ARTIFACT_GC,
    ("shutdown",): ("Terminate", "Stop"),
    ("dnsPolicy",): ("ClusterFirst", "ClusterFirstWithHostNet", "Default", "None"),
    ("metrics", "prometheus", "*", "gauge", "operation"): _OPERATION,
}
TEMPLATE: Final[Mapping[Path, tuple[str, ...]]] = {
    ("retryStrategy", "retryPolicy"): RETRY_POLICY,
    ("resource", "action"): ("get", "create", "apply", "delete", "replace", "patch"),
    ("resource", "mergeStrategy"): ("strategic", "merge", "json"),
    ("outputs", "artifacts", "*", "artifactGC", "strategy"): _ARTIFACT_GC,
    ("metrics", "prometheus", "*", "gauge", "operation"): _OPERATION,
    ("container", "imagePullPolicy"): _PULL,
    ("script", "imagePullPolicy"): _PULL,
    ("containerSet", "containers", "*", "imagePullPolicy"): _PULL,
    ("sidecars", "*", "imagePullPolicy"): _PULL,
    ("initContainers", "*", "imagePullPolicy"): _PULL,
}
RESULTS: Final = (
    *("Succeeded", "Failed", "Errored", "Skipped", "Omitted", "Daemoned"),
    *("AnySucceeded", "AllFailed"),
)
"""What a `depends` may ask of a task."""

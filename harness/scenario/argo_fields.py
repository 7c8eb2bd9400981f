"""The keys that Argo's own types know, so that a misspelt one is told before a cluster drops it in silence.

The union over v3.4 to v4.0, deprecated ones included: a key that any of these releases knows is let pass. Taken from
the types `WorkflowSpec`, `Template`, `WorkflowStep` and `DAGTask` of github.com/argoproj/argo-workflows, in its source
(pkg/apis/workflow/v1alpha1/workflow_types.go, of the time of v3.5) and in clients made from the OpenAPI schema of
later and earlier releases (PyPI: hera 5.0.0, 5.15.1, 5.26.0 and 7.1.0, argo-workflows 6.7.18). Little changes:
`annotations` of a template came with v3.6, when its `priority` and the `podPriority` of the spec went.
"""

from typing import Final

WORKFLOW: Final = ("apiVersion", "kind", "metadata", "spec", "status")
KINDS: Final = (
    *("container", "script", "containerSet", "resource", "data"),
    *("steps", "dag", "suspend", "http", "plugin"),
)
"""What a template does: exactly one of these, else Argo refuses the workflow."""
SPEC: Final = (
    *("activeDeadlineSeconds", "affinity", "archiveLogs", "arguments", "artifactGC", "artifactRepositoryRef"),
    *("automountServiceAccountToken", "dnsConfig", "dnsPolicy", "entrypoint", "executor", "hooks", "hostAliases"),
    *("hostNetwork", "imagePullSecrets", "metrics", "nodeSelector", "onExit", "parallelism", "podDisruptionBudget"),
    *("podGC", "podMetadata", "podPriority", "podPriorityClassName", "podSpecPatch", "priority", "retryStrategy"),
    *("schedulerName", "securityContext", "serviceAccountName", "shutdown", "suspend", "synchronization"),
    *("templateDefaults", "templates", "tolerations", "ttlStrategy", "volumeClaimGC", "volumeClaimTemplates"),
    *("volumes", "workflowMetadata", "workflowTemplateRef"),
)
TEMPLATE: Final = (
    *KINDS,
    *("activeDeadlineSeconds", "affinity", "annotations", "archiveLocation", "automountServiceAccountToken"),
    *("daemon", "executor", "failFast", "hostAliases", "initContainers", "inputs", "memoize", "metadata", "metrics"),
    *("name", "nodeSelector", "outputs", "parallelism", "podSpecPatch", "priority", "priorityClassName"),
    *("retryStrategy", "schedulerName", "securityContext", "serviceAccountName", "sidecars", "synchronization"),
    *("timeout", "tolerations", "volumes"),
)
STEP: Final = (
    *("arguments", "continueOn", "hooks", "inline", "name", "onExit", "template", "templateRef", "when"),
    *("withItems", "withParam", "withSequence"),
)
TASK: Final = (*STEP, "dependencies", "depends")

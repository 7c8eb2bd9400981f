"""The names by which Argo's controller is set, over the releases v3.4 to v4.0.

From config/config.go (the keys of `workflow-controller-configmap`, which is read strictly: one unknown key, and all of
it is refused) and docs/environment-variables.md of v3.5.10, v3.7.15 and v4.0.2. The environment is no closed set: the
Go runtime and the client libraries have variables of their own.
"""

from typing import Final

CONFIG: Final = (
    *("artifactDrivers", "artifactRepository", "columns", "config", "executor", "failedPodRestart", "images"),
    *("initialDelay", "instanceID", "kubeConfig", "links", "mainContainer", "metricsConfig", "namespace"),
    *("namespaceParallelism", "navColor", "nodeEvents", "parallelism", "persistence", "podGCDeleteDelayDuration"),
    *("podGCGracePeriodSeconds", "podSpecLogStrategy", "resourceRateLimit", "retentionPolicy", "sso"),
    *("synchronization", "telemetryConfig", "workflowDefaults", "workflowEvents", "workflowRestrictions"),
)
ENVIRONMENT: Final = (
    *("ALL_POD_CHANGES_SIGNIFICANT", "ALWAYS_OFFLOAD_NODE_STATUS", "ARCHIVED_WORKFLOW_GC_PERIOD"),
    *("ARGO_AGENT_CPU_LIMIT", "ARGO_AGENT_MEMORY_LIMIT", "ARGO_AGENT_PATCH_RATE", "ARGO_AGENT_TASK_WORKERS"),
    *("ARGO_POD_STATUS_CAPTURE_FINALIZER", "ARGO_PPROF", "ARGO_PROGRESS_FILE_TICK_DURATION"),
    *("ARGO_PROGRESS_PATCH_TICK_DURATION", "ARGO_REMOVE_PVC_PROTECTION_FINALIZER", "ARGO_TRACE"),
    *("BUBBLE_ENTRY_TEMPLATE_ERR", "CACHE_GC_AFTER_NOT_HIT_DURATION", "CACHE_GC_PERIOD", "CRON_SYNC_PERIOD"),
    *("DEFAULT_REQUEUE_TIME", "DISABLE_MAX_RECURSION", "EVENT_AGGREGATION_WITH_ANNOTATIONS"),
    *("EXECUTOR_RETRY_BACKOFF_DURATION", "EXECUTOR_RETRY_BACKOFF_FACTOR", "EXECUTOR_RETRY_BACKOFF_JITTER"),
    *("EXECUTOR_RETRY_BACKOFF_STEPS", "EXPRESSION_TEMPLATES", "GRPC_MESSAGE_SIZE", "GZIP_IMPLEMENTATION"),
    *("HEALTHZ_AGE", "INDEX_WORKFLOW_SEMAPHORE_KEYS", "INFORMER_WRITE_BACK", "LEADER_ELECTION_DISABLE"),
    *("LEADER_ELECTION_IDENTITY", "LEADER_ELECTION_LEASE_DURATION", "LEADER_ELECTION_RENEW_DEADLINE"),
    *("LEADER_ELECTION_RETRY_PERIOD", "MAX_OPERATION_TIME", "OFFLOAD_NODE_STATUS_TTL"),
    *("OPERATION_DURATION_METRIC_BUCKET_COUNT", "POD_NAMES", "PROMETHEUS_LEGACY_NAME_VALIDATION_SCHEME"),
    *("RECENTLY_DELETED_POD_DURATION", "RECENTLY_STARTED_POD_DURATION", "RETRY_BACKOFF_DURATION"),
    *("RETRY_BACKOFF_FACTOR", "RETRY_BACKOFF_STEPS", "RETRY_HOST_NAME_LABEL_KEY", "SEMAPHORE_NOTIFY_DELAY"),
    *("SKIP_WORKFLOW_DURATION_ESTIMATION", "TASK_RESULT_TIMEOUT_DURATION", "TRANSIENT_ERROR_PATTERN"),
    *("WATCH_CONTROLLER_SEMAPHORE_CONFIGMAPS", "WF_DEL_PROPAGATION_POLICY", "WORKFLOW_GC_PERIOD"),
    "WORKFLOW_ESTIMATION_DB_QUERY_TIMEOUT_SECONDS",
)

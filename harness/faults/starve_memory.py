"""Has the kubelet of a cluster node take its memory for short: real pressure, by a threshold above what there is.

The kubelet is started anew with an eviction threshold for `memory.available`. Its own eviction manager then finds less
than that: the Node says MemoryPressure, the node lifecycle controller taints it, pods without memory requests are
turned away, those that run there included, since a kubelet that starts admits its pods anew; then one of the others
after the other is evicted, the kubelet's way: phase Failed, reason Evicted, no Eviction API and no disruption budget. A
user meets it on every node whose pods want more memory than they asked for.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from harness.cluster import waiting
from harness.faults import components, paths, readiness
from harness.faults.context import Context, Missed, Refused
from harness.faults.stop_kubelet import NAME
from harness.model.objects import MEMORY_PRESSURE
from harness.scenario.verbs import StarveMemory

SIGNAL: Final = "memory.available"
SOFT: Final = "evictionSoft"
"""A hard threshold is taken off what the node can give to pods, and no pod with a memory request would fit any more."""
SHORTEST: Final = 1
"""Seconds for which memory must be short, and that an evicted pod is given to end: soft thresholds want some."""
FILE_SYSTEMS: Final = "localStorageCapacityIsolation"
"""Without it the kubelet looks at no file system, and its eviction manager gives up before it comes to memory."""
PATIENCE: Final = 60.0
"""Seconds for a node to say that it is not short of memory any more; the kubelet looks every ten."""


def remember(context: Context, action: StarveMemory) -> Mapping[str, str]:
    return {"settings": json.dumps(_settings(context))}


def inject(context: Context, action: StarveMemory) -> str:
    host = context.host_without_controller()
    if components.shown(context.cluster.component(NAME, host)) != components.RUNNING:
        raise Missed(f"the kubelet of {host} does not run")
    before = _settings(context)[SOFT] or {}
    _set(context, _changes(action.threshold))
    done = f"the kubelet of {host} evicts where less than {action.threshold} of memory is available"
    context.journal.accepted(done)
    after = _settings(context)[SOFT][SIGNAL]
    context.journal.read_back(f"{SIGNAL} of {host}", before=before.get(SIGNAL, ""), after=after)
    return done


def heal(context: Context, action: StarveMemory) -> str:
    host, before = context.host(), json.loads(context.remembered["settings"])
    _set(context, before)
    if (now := _settings(context)) != before:
        raise Refused(f"the kubelet of {host} has settings {now} instead of {before}")
    if not context.cluster.powered(host):
        return f"node {host} is switched off, and has its eviction thresholds of before"
    readiness.await_ready(context.cluster.api, host)
    api, what = context.cluster.api, f"node {host} to be short of memory no more"
    waiting.until_all(api, paths.nodes(), {host}, relieved, seconds=PATIENCE, what=what)
    return f"node {host} has its eviction thresholds of before, is Ready and short of memory no more"


def relieved(node: Mapping[str, Any]) -> bool:
    """Whether the Node says that it has memory, and nobody is kept away from it for want of that."""
    has_memory = any(
        each["type"] == "MemoryPressure" and each["status"] == "False" for each in node["status"]["conditions"]
    )
    return has_memory and not any(taint["key"] == MEMORY_PRESSURE for taint in node["spec"].get("taints", []))


def _changes(threshold: str) -> dict[str, Any]:
    return {
        SOFT: {SIGNAL: threshold},
        "evictionSoftGracePeriod": {SIGNAL: f"{SHORTEST}s"},
        "evictionMaxPodGracePeriod": SHORTEST,
        FILE_SYSTEMS: True,
    }


def _settings(context: Context) -> dict[str, Any]:
    """Of those that are changed; None where one is not set."""
    found = context.cluster.kubelet_settings(context.host())
    return {key: found.get(key) for key in _changes("")}


def _set(context: Context, settings: Mapping[str, Any]) -> None:
    """A kubelet that is stopped or gone is at work afterwards, if its node has power."""
    host = context.host()
    context.cluster.change_kubelet(host, settings)
    if not context.cluster.powered(host):
        return
    if components.shown(context.cluster.component(NAME, host)) != components.GONE:
        context.cluster.kill_component(NAME, host)
        components.await_state(context, NAME, host, components.GONE)
    components.resume(context, NAME, host)

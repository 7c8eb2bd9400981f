"""Makes the kernel's OOM killer strike in a container, whatever its workload does.

The container's memory limit is drawn down to what it uses, a process of the harness joins its memory cgroup and takes
memory until the kernel kills the process whose score was raised; limit and scores are then set back. A user meets it
as `OOMKilled` at the worst moment, also of containers that have no limit and nobody suspects: wait, init, a sidecar.
"""

import json
from collections.abc import Mapping

from harness.cluster.container import ContainerGone, MemoryGrip
from harness.faults import inside
from harness.faults.context import Context, Refused
from harness.scenario.verbs import OomKill


def remember(context: Context, action: OomKill) -> Mapping[str, str]:
    with inside.reached(context) as container:
        grip = container.grip()
    return {"limit": json.dumps(grip.limit), "group": json.dumps(grip.group), "scores": json.dumps(dict(grip.scores))}


def inject(context: Context, action: OomKill) -> str:
    taken = f"memory of container {context.target.container} drawn down, and wanted by a process of ours"
    with inside.reached(context) as container:
        done = container.squeeze(
            action.process, whole=action.kill == "group", taken=lambda: context.journal.accepted(taken)
        )
    subject = f"memory victims of container {context.target.container}"
    after = f"alive {_listed(done.alive)}; ours {_listed(done.ours)}"
    context.journal.read_back(subject, before=inside.states(done.victims), after=after)
    return f"the kernel was made to choose {inside.commands(done.victims)}"


def heal(context: Context, action: OomKill) -> str:
    before, where = _grip(context.remembered), f"container {context.target.container} of pod {context.target.pod}"
    container = context.cluster.container(context.target.container_id)
    try:
        now = container.restore(before)
        stopped = [each.pid for each in container.processes() if each.state == "T"]
    except ContainerGone:
        return f"{where} is gone"
    if now.limit != before.limit or now.group != before.group or stopped:
        raise Refused(f"{where} has memory limit {now.limit} instead of {before.limit}, stopped: {stopped or 'none'}")
    return f"{where} has its memory limit of before"


def _listed(pids: tuple[int, ...]) -> str:
    return ", ".join(map(str, pids)) or "none"


def _grip(remembered: Mapping[str, str]) -> MemoryGrip:
    limit, group, scores = (json.loads(remembered[key]) for key in ("limit", "group", "scores"))
    return MemoryGrip(limit=limit, group=group, scores={int(pid): score for pid, score in scores.items()})

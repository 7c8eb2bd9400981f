"""Cuts a container's quota of processor time to a small share of one processor.

The kernel's scheduler then holds all of its processes back for most of each period. A user meets it as a step that
crawls: a noisy neighbour, a limit that is too small, probes and leases that run out.
"""

import time
from collections.abc import Mapping
from typing import Final

from harness.cluster.container import ContainerGone, CpuShare
from harness.faults import inside
from harness.faults.context import Context, Refused
from harness.scenario.verbs import StarveCpu

PERIOD: Final = 100_000
"""Microseconds; what the kubelet uses."""
PATIENCE: Final = 5.0
"""Seconds in which a container that wants to work is held back; the kernel counts and tells nobody."""


def remember(context: Context, action: StarveCpu) -> Mapping[str, str]:
    with inside.reached(context) as container:
        share = container.cpu()
    return {"quota": "" if share.quota is None else str(share.quota), "period": str(share.period)}


def inject(context: Context, action: StarveCpu) -> str:
    done = f"container {context.target.container} may use {action.percent} % of one processor"
    with inside.reached(context) as container:
        before = container.cpu()
        wanted = PERIOD * action.percent // 100
        now = container.limit_cpu(CpuShare(quota=wanted, period=PERIOD, held_back=0))
        context.journal.accepted(done)
        deadline = time.monotonic() + PATIENCE
        while now.held_back <= before.held_back and time.monotonic() < deadline:
            time.sleep(0.02)
            now = container.cpu()
    subject = f"processor time of container {context.target.container}"
    context.journal.read_back(subject, before=shown(before), after=shown(now))
    return done


def heal(context: Context, action: StarveCpu) -> str:
    quota, period = context.remembered["quota"], int(context.remembered["period"])
    before = CpuShare(quota=int(quota) if quota else None, period=period, held_back=0)
    try:
        now = context.cluster.container(context.target.container_id).limit_cpu(before)
    except ContainerGone:
        return f"container {context.target.container} of pod {context.target.pod} is gone"
    if (now.quota, now.period) != (before.quota, before.period):
        raise Refused(f"container {context.target.container} has quota {shown(now)} instead of {shown(before)}")
    return f"container {context.target.container} has its processor time of before"


def shown(share: CpuShare) -> str:
    """As the proof reads it."""
    return f"quota {share.quota or 'none'} of {share.period}, held back {share.held_back}"

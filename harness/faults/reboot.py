"""Switches a cluster node off and on again at once: all that ran there is gone, and nobody had the time to notice.

A user meets it as a kernel update. The Node hardly turns NotReady, so no monitor evicts anything; the kubelet comes
back, finds pods without containers, and says how they ended.
"""

from harness.faults import power_off, power_on
from harness.faults.context import Context
from harness.scenario.verbs import PowerOff, PowerOn, Reboot


def inject(context: Context, action: Reboot) -> str:
    off = power_off.inject(context, PowerOff())
    return f"{off}; {power_on.inject(context, PowerOn())}"


def heal(context: Context, action: Reboot) -> str:
    return power_off.heal(context, PowerOff())

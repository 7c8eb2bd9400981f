"""The mains switch and the cable of a node. The container of a node that is off keeps its disk, as a machine does."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Final

from harness.cluster.kernel import cgroups
from harness.cluster.kind import engine, machines
from harness.model.errors import ClusterFailed

if TYPE_CHECKING:
    from harness.cluster.kind.machines import Machine

_GONE_WITHIN: Final = 30.0
_LOOK: Final = 0.02
_CUT: Final = """
for device in $(ls /sys/class/net | grep '^eth'); do
  echo 1 > /proc/sys/net/ipv6/conf/$device/keep_addr_on_down 2> /dev/null
  [ -e /run/shakedown-routes-$device ] || ip route save dev $device > /run/shakedown-routes-$device
  ip link set $device down
done
"""
_MEND: Final = """
for device in $(ls /sys/class/net | grep '^eth'); do
  ip link set $device up
  [ -e /run/shakedown-routes-$device ] || continue
  ip route restore < /run/shakedown-routes-$device && rm /run/shakedown-routes-$device
done
"""
"""A link that is switched down loses its routes, but not its addresses."""
_LINKS: Final = """
for device in $(ls /sys/class/net | grep '^eth'); do
  kept=whole
  [ -e /run/shakedown-routes-$device ] && kept=cut
  echo $(cat /sys/class/net/$device/flags) $kept
done
"""
"""What a cut has put aside is there until it is undone to its end."""
_IFF_UP: Final = 1


def off(machine: Machine) -> None:
    """Returns when none of the node's processes is left: the end of its first one takes all others along."""
    engine.call("kill", machine.name)
    deadline = time.monotonic() + _GONE_WITHIN
    while machines.running([machine.name]).get(machine.name) or left(machine):
        if time.monotonic() > deadline:
            raise ClusterFailed(f"node {machine.name} still has processes {_GONE_WITHIN:g} s after `docker kill`")
        time.sleep(_LOOK)


def on(machine: Machine) -> None:
    engine.call("start", machine.name)


def left(machine: Machine) -> int:
    """Processes in the node and its containers; all that is known of one on another machine is whether it is on."""
    if machine.cgroup is not None:
        return len(cgroups.processes(machine.cgroup))
    return int(machines.running([machine.name]).get(machine.name, False))


def freeze(machine: Machine) -> None:
    engine.call("pause", machine.name)


def thaw(machine: Machine) -> None:
    if frozen(machine):
        engine.call("unpause", machine.name)


def frozen(machine: Machine) -> bool:
    return any(entry["State"]["Paused"] for entry in engine.inspect(machine.name))


def cut(machine: Machine) -> None:
    engine.inside(machine.name, _CUT)


def mend(machine: Machine) -> None:
    engine.inside(machine.name, _MEND)


def connected(machine: Machine) -> bool:
    """In every network that it was found in, each link up, and with the routes of before a cut."""
    links = [line.split() for line in engine.inside(machine.name, _LINKS).splitlines()]
    whole = all(int(flags, 16) & _IFF_UP and kept == "whole" for flags, kept in links)
    return bool(links) and whole and machine.networks <= machines.networks(machine.name)

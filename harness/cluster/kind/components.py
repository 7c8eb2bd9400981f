"""The programs of the cluster itself: on a node under systemd, on the control plane in pods that its kubelet keeps.

What is killed there would be started again within a second. A kubelet or a runtime that is to stay dead is first told
so, in a file that the next start takes away; a part of the control plane comes back by itself, and `start` waits.
"""

from __future__ import annotations

import signal
import time
from typing import TYPE_CHECKING, Final

from harness.cluster.kind import engine
from harness.cluster.protocol import ComponentHealth, ComponentProcess
from harness.model.errors import ClusterFailed, UsageError

if TYPE_CHECKING:
    from harness.cluster.kind.machines import Machine

OF_NODE: Final = ("kubelet", "containerd")
OF_CONTROL_PLANE: Final = ("etcd", "kube-apiserver", "kube-controller-manager", "kube-scheduler")
_BACK_WITHIN: Final = 90.0
"""Seconds; a kubelet waits longer each time, up to some ten seconds for the first few."""
_LOOK: Final = 0.2
_SHOW: Final = """
for name in "$@"; do
  case $name in
    kubelet|containerd) pid=$(systemctl show --property=MainPID --value $name) ;;
    *) pid=$(pgrep -o -f "^([^ ]*/)?$name( |\\$)") ;;
  esac
  state=$(sed 's/.*) //; s/ .*//' /proc/${pid:-0}/stat 2> /dev/null)
  echo "$name ${pid:-0} ${state:--}"
done
"""
_STAY_DEAD: Final = """
mkdir -p /run/systemd/system/$1.service.d
printf '[Service]\\nRestart=no\\n' > /run/systemd/system/$1.service.d/shakedown.conf
systemctl daemon-reload
"""
_START: Final = """
rm -f /run/systemd/system/$1.service.d/shakedown.conf
systemctl daemon-reload
systemctl reset-failed $1
systemctl start --no-block $1
"""


def show(machine: Machine, *names: str) -> tuple[ComponentProcess, ...]:
    """As the kernel shows them now, by the pids that the node knows them by."""
    lines = engine.inside(machine.name, _SHOW, *map(_known, names)).splitlines()
    return tuple(_process(machine, line) for line in lines)


def send(machine: Machine, name: str, number: int) -> None:
    if name in OF_NODE and number == signal.SIGKILL:
        engine.inside(machine.name, _STAY_DEAD, name)
    (found,) = show(machine, name)
    if found.pid is None:
        raise ClusterFailed(f"{name} of {machine.name} is dead already")
    engine.inside(machine.name, 'kill "-$1" "$2"', str(int(number)), str(found.pid))


def start(machine: Machine, name: str) -> None:
    """Returns when it has a process; nothing where it lives."""
    if name in OF_NODE:
        engine.inside(machine.name, _START, name)
    deadline = time.monotonic() + _BACK_WITHIN
    while show(machine, name)[0].pid is None:
        if time.monotonic() > deadline:
            raise ClusterFailed(f"{name} of {machine.name} has not come back within {_BACK_WITHIN:g} s")
        time.sleep(_LOOK)


def health(machine: Machine) -> tuple[ComponentHealth, ...]:
    return tuple(
        ComponentHealth(name=each.name, node=None, alive=each.pid is not None)
        for each in show(machine, *OF_CONTROL_PLANE)
    )


def _process(machine: Machine, line: str) -> ComponentProcess:
    name, pid, state = line.split()
    alive = state not in ("-", "Z", "X")
    node = machine.name if name in OF_NODE else ""
    return ComponentProcess(name=name, node=node, pid=int(pid) if alive else None, state=state if alive else "")


def _known(name: str) -> str:
    if name not in OF_NODE + OF_CONTROL_PLANE:
        raise UsageError(f"a cluster of kind has no part {name!r}")
    return name

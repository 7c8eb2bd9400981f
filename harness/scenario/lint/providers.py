"""What a provider can do nowhere is known without starting it, so that a scenario is refused before anything runs.

What it cannot do on this machine (kind with an engine elsewhere) is added by whoever knows the machine.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.scenario.verbs import Capability

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

FOREIGN: Final = "the harness has no access to the machines of a cluster that it did not start"
LACKING: Final[Mapping[str, Mapping[Capability, str]]] = {
    "local": {},
    "kind": {
        Capability.PROXY: "the API proxy runs beside the control plane of a local cluster, not yet in a node of kind",
        Capability.KUBELET: "the settings of its kubelets lie inside its node containers, which kind alone writes",
    },
    "existing": {
        Capability.PROCESSES: FOREIGN,
        Capability.KERNEL_LOG: f"{FOREIGN}, and only the kernel's log proves whom it killed: exit 137 is any SIGKILL,"
        " and a runtime says OOMKilled of every container that lost a process",
        Capability.POWER: FOREIGN,
        Capability.COMPONENTS: FOREIGN,
        Capability.NETWORK: FOREIGN,
        Capability.KUBELET: FOREIGN,
        Capability.PROXY: "the harness has no key of its authority, so nothing can stand in for its API server",
        Capability.RELEASES: "the harness does not change the release of an Argo that it did not install",
    },
}


def reasons(needs: Iterable[Capability], lacking: Mapping[Capability, str]) -> tuple[str, ...]:
    """Why these cannot be had; a reason that another one begins with is not said twice."""
    found = dict.fromkeys(lacking[need] for need in sorted(needs) if need in lacking)
    return tuple(why for why in found if not any(other != why and other.startswith(why) for other in found))

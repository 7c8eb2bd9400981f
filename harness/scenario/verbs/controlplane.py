"""Faults of the cluster's own control plane: the API server, and etcd behind it."""

from typing import ClassVar

from harness.scenario.verbs.verb import Capability, ControlPlaneVerb


class RestartApiserver(ControlPlaneVerb):
    """Kills the API server and starts it again at once: every watch breaks, and requests are refused for some seconds,
    as on a control plane with one server that is upgraded."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS})
    takes_away: ClassVar[frozenset[str]] = frozenset({"kube-apiserver"})


class FreezeApiserver(ControlPlaneVerb):
    """Stops the API server with SIGSTOP: connections stay open, and nobody gets an answer. Healed by SIGCONT; the step
    has to say when, with `heal-after`."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS})
    takes_away: ClassVar[frozenset[str]] = frozenset({"kube-apiserver"})
    lasting: ClassVar[bool] = True


class FreezeEtcd(ControlPlaneVerb):
    """Stops etcd with SIGSTOP, as a disk that hangs does: the API server lives, but can neither read nor write. Healed
    by SIGCONT; the step has to say when, with `heal-after`."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.COMPONENTS})
    takes_away: ClassVar[frozenset[str]] = frozenset({"etcd", "kube-apiserver"})
    lasting: ClassVar[bool] = True

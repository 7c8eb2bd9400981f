"""How the control plane is run: as real as can be, only faster to notice a dead node than Kubernetes' defaults."""

from __future__ import annotations

import sys
from dataclasses import replace
from typing import TYPE_CHECKING

from harness.cluster.local import certificates, network
from harness.cluster.local.plan import Component

if TYPE_CHECKING:
    from harness.cluster.local.layout import Layout
    from harness.cluster.local.tools import Tools

_ETCD = ("127.0.0.1", 2379)
_API = ("127.0.0.1", network.API_PORT)
_STARTS = 4
"""They wait ten seconds for an API server that is healthy, and end (WaitForAPIServer in Kubernetes' source): too short
on a starved machine, where a kubelet would start them again."""
_NOTICED_AFTER = 3
"""Seconds that a pod stays on a node known to be dead, instead of 300: a scenario should not wait five minutes."""


API_PROXY = "api-proxy"


def components(layout: Layout, tools: Tools, minor: int, *, api_proxy: bool) -> tuple[Component, ...]:
    """`minor` is Kubernetes' minor version."""
    proxies = (_component(layout, tools, API_PROXY, _api_proxy(layout), _API),) if api_proxy else ()
    return (
        *proxies,
        _component(layout, tools, "etcd", _etcd(tools)),
        _component(layout, tools, "kube-apiserver", _apiserver(layout, tools, minor), _ETCD),
        _client(layout, tools, "kube-controller-manager", _controller_manager(layout, tools)),
        _client(layout, tools, "kube-scheduler", _scheduler(layout, tools)),
    )


def write_kubeconfigs(layout: Layout) -> None:
    server = f"https://127.0.0.1:{network.API_PORT}"
    for client in ("controller-manager", "scheduler"):
        certificates.write_kubeconfig(layout.keys / f"{client}.kubeconfig", layout.keys, client, server)


def _component(layout: Layout, tools: Tools, name: str, argv: tuple[str, ...], *after: tuple[str, int]) -> Component:
    return Component(name=name, argv=argv, log=str(layout.logs / f"{name}.log"), path=tools.path, after_ports=after)


def _client(layout: Layout, tools: Tools, name: str, argv: tuple[str, ...]) -> Component:
    return replace(_component(layout, tools, name, argv, _API), starts=_STARTS)


def _etcd(tools: Tools) -> tuple[str, ...]:
    client, peer = f"http://{_ETCD[0]}:{_ETCD[1]}", "http://127.0.0.1:2380"
    return (
        tools.etcd,
        "--data-dir=/run/etcd",  # the private /run is in memory
        "--unsafe-no-fsync",
        f"--listen-client-urls={client}",
        f"--advertise-client-urls={client}",
        f"--listen-peer-urls={peer}",
        f"--initial-advertise-peer-urls={peer}",
        f"--initial-cluster=default={peer}",
        # a cluster of one elects itself after this many milliseconds, instead of 1000
        "--election-timeout=100",
        "--heartbeat-interval=10",
    )


def _apiserver(layout: Layout, tools: Tools, minor: int) -> tuple[str, ...]:
    keys = layout.keys
    return (
        tools.kube("kube-apiserver"),
        f"--etcd-servers=http://{_ETCD[0]}:{_ETCD[1]}",
        "--bind-address=0.0.0.0",
        f"--secure-port={network.API_PORT}",
        f"--advertise-address={network.GATEWAY}",
        "--kubelet-preferred-address-types=InternalIP",
        f"--service-cluster-ip-range={network.SERVICE_RANGE}",
        "--authorization-mode=Node,RBAC",
        "--allow-privileged=true",
        f"--client-ca-file={keys}/ca.crt",
        f"--tls-cert-file={keys}/apiserver.crt",
        f"--tls-private-key-file={keys}/apiserver.key",
        f"--kubelet-certificate-authority={keys}/ca.crt",
        f"--kubelet-client-certificate={keys}/apiserver-kubelet.crt",
        f"--kubelet-client-key={keys}/apiserver-kubelet.key",
        "--service-account-issuer=https://kubernetes.default.svc",
        f"--service-account-key-file={keys}/service-account.pub",
        f"--service-account-signing-key-file={keys}/service-account.key",
        f"--default-not-ready-toleration-seconds={_NOTICED_AFTER}",
        f"--default-unreachable-toleration-seconds={_NOTICED_AFTER}",
        "--profiling=false",
        *_feature_gates(minor),
    )


def _feature_gates(minor: int) -> tuple[str, ...]:
    """Features that ask etcd how far a watch has come, which Debian's etcd 3.4.23 cannot say: with them no client that
    lists by watch would be answered. 1.33 has them off by itself."""
    gates = [*(["WatchList"] if minor >= 32 else []), *(["SizeBasedListCostEstimate"] if minor >= 34 else [])]
    return (f"--feature-gates={','.join(f'{gate}=false' for gate in gates)}",) if gates else ()


def _api_proxy(layout: Layout) -> tuple[str, ...]:
    where = (network.GATEWAY, str(network.PROXY_PORT), _API[0], str(_API[1]))
    python = (sys.executable, "-S", "-E", "-m", "harness.cluster.local.apiproxy")
    return (*python, *where, str(layout.keys), str(layout.api_proxy))


def _controller_manager(layout: Layout, tools: Tools) -> tuple[str, ...]:
    keys = layout.keys
    return (
        tools.kube("kube-controller-manager"),
        f"--kubeconfig={keys}/controller-manager.kubeconfig",
        f"--service-account-private-key-file={keys}/service-account.key",
        f"--root-ca-file={keys}/ca.crt",
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        "--node-monitor-grace-period=8s",
        "--node-monitor-period=1s",
        "--profiling=false",
    )


def _scheduler(layout: Layout, tools: Tools) -> tuple[str, ...]:
    return (
        tools.kube("kube-scheduler"),
        f"--kubeconfig={layout.keys}/scheduler.kubeconfig",
        "--leader-elect=false",
        "--bind-address=127.0.0.1",
        "--profiling=false",
    )

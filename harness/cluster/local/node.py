"""How a node is run: containerd and a kubelet that make do without systemd, swap limits and CAP_SYS_RESOURCE."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from harness.cluster.local import certificates, network
from harness.cluster.local.plan import Component, NodePlan

if TYPE_CHECKING:
    from harness.cluster.local.layout import Layout
    from harness.cluster.local.tools import Tools

PAUSE_IMAGE = "shakedown.local/pause:1"


def plan(layout: Layout, tools: Tools, name: str, index: int, minor: int) -> NodePlan:
    """Writes the node's configuration files and says what to run; `minor` is Kubernetes' minor version."""
    files = layout.node(name)
    (files / "cni").mkdir()
    (files / "cni" / "10-shakedown.conflist").write_text(json.dumps(_cni(index)))
    (files / "containerd.toml").write_text(containerd_config(layout, tools, name))
    (files / "kubelet.json").write_text(json.dumps(_kubelet_config(layout, name, index, minor)))
    server = f"https://{network.GATEWAY}:{network.API_PORT}"
    certificates.write_kubeconfig(files / "kubeconfig", layout.keys, name, server)
    return NodePlan(
        name=name,
        index=index,
        cgroup=f"{layout.cgroup}/{name}",
        network=network.node_commands(index),
        components=(_containerd(layout, tools, name), _kubelet(layout, tools, name, index)),
    )


def containerd_config(layout: Layout, tools: Tools, name: str) -> str:
    cri = 'plugins."io.containerd.grpc.v1.cri"'
    return f"""\
version = 2
root = "{layout.node_data(name)}/containerd"
state = "/run/containerd"
disabled_plugins = [{", ".join(f'"{plugin}"' for plugin in _UNUSED_PLUGINS)}]
[grpc]
address = "{layout.containerd_socket(name)}"
[{cri}]
sandbox_image = "{PAUSE_IMAGE}"
restrict_oom_score_adj = true
disable_apparmor = true
[{cri}.cni]
bin_dir = "{tools.cni}"
conf_dir = "{layout.node(name)}/cni"
[{cri}.containerd]
snapshotter = "overlayfs"
[{cri}.containerd.runtimes.runc]
runtime_type = "io.containerd.runc.v2"
[{cri}.containerd.runtimes.runc.options]
BinaryName = "{tools.runc}"
"""


_UNUSED_PLUGINS = (
    "io.containerd.snapshotter.v1.aufs",
    "io.containerd.snapshotter.v1.btrfs",
    "io.containerd.snapshotter.v1.devmapper",
    "io.containerd.snapshotter.v1.native",
    "io.containerd.snapshotter.v1.zfs",
    "io.containerd.tracing.processor.v1.otlp",
    "io.containerd.internal.v1.tracing",
    # it would make a folder in /opt
    "io.containerd.internal.v1.opt",
)


def _containerd(layout: Layout, tools: Tools, name: str) -> Component:
    return Component(
        name="containerd",
        argv=(tools.containerd, "--config", str(layout.node(name) / "containerd.toml")),
        log=str(layout.logs / f"{name}-containerd.log"),
        path=tools.path,
    )


def _kubelet(layout: Layout, tools: Tools, name: str, index: int) -> Component:
    files = layout.node(name)
    return Component(
        name="kubelet",
        argv=(
            tools.kube("kubelet"),
            f"--config={files}/kubelet.json",
            f"--kubeconfig={files}/kubeconfig",
            f"--root-dir={layout.node_data(name)}/kubelet",
            f"--cert-dir={files}",
            f"--hostname-override={name}",
            f"--node-ip={network.node_address(index)}",
        ),
        log=str(layout.logs / f"{name}-kubelet.log"),
        path=tools.path,
        after_ports=((network.GATEWAY, network.API_PORT),),
        after_file=str(layout.containerd_socket(name)),
    )


def _cni(index: int) -> dict[str, Any]:
    addresses = {
        "type": "host-local",
        "ranges": [[{"subnet": network.pod_range(index)}]],
        "routes": [{"dst": "0.0.0.0/0"}],
        "dataDir": "/run/cni",
    }
    bridge = {"type": "bridge", "bridge": "cni0", "isGateway": True, "hairpinMode": True, "ipam": addresses}
    return {"cniVersion": "0.4.0", "name": "shakedown", "plugins": [bridge]}


def _kubelet_config(layout: Layout, name: str, index: int, minor: int) -> dict[str, Any]:
    never = "0%"
    config: dict[str, Any] = {
        "apiVersion": "kubelet.config.k8s.io/v1beta1",
        "kind": "KubeletConfiguration",
        "containerRuntimeEndpoint": f"unix://{layout.containerd_socket(name)}",
        "address": network.node_address(index),
        "tlsCertFile": str(layout.keys / f"{name}.crt"),
        "tlsPrivateKeyFile": str(layout.keys / f"{name}.key"),
        "authentication": {
            "anonymous": {"enabled": False},
            "webhook": {"enabled": False},
            "x509": {"clientCAFile": str(layout.keys / "ca.crt")},
        },
        "authorization": {"mode": "AlwaysAllow"},
        "featureGates": {"KubeletInUserNamespace": True},
        "cgroupDriver": "cgroupfs",
        "cgroupRoot": f"/{layout.cgroup}/{name}",
        "cgroupsPerQOS": True,
        "enforceNodeAllocatable": [],
        "failSwapOn": False,
        "localStorageCapacityIsolation": False,
        "evictionHard": {
            "memory.available": never,
            "nodefs.available": never,
            "nodefs.inodesFree": never,
            "imagefs.available": never,
            "imagefs.inodesFree": never,
        },
        "imageGCHighThresholdPercent": 100,
        "makeIPTablesUtilChains": False,
        "resolvConf": "",
        "clusterDNS": [network.NO_DNS],
        "clusterDomain": "cluster.local",
        "volumePluginDir": str(layout.node_data(name) / "volume-plugins"),
        "serializeImagePulls": False,
        "nodeStatusUpdateFrequency": "2s",
        "nodeLeaseDurationSeconds": 4,
    }
    if minor >= 30:
        config["podLogsDir"] = str(layout.node_data(name) / "pod-logs")
    if minor >= 31:
        config["failCgroupV1"] = False
    return config

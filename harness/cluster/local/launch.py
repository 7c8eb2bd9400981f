"""From a specification to a running cluster: files, certificates, the keeper, and the wait until it is usable."""

from __future__ import annotations

import errno
import json
import os
import shutil
import socket
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from typing import TYPE_CHECKING

from harness.build import cache, debian, kubernetes
from harness.cluster.kernel.processes import ProcessId, identify
from harness.cluster.local import certificates, controlplane, images, network, node, template
from harness.cluster.local import plan as plans
from harness.cluster.local.guard import guarding
from harness.cluster.local.layout import Layout
from harness.cluster.local.tools import Tools
from harness.model.errors import UsageError
from harness.model.release import Release

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.build.progress import Progress
    from harness.cluster.protocol import ClusterSpec

OWNER = "owner.json"
"""Written first: who starts the cluster, so that a folder without a keeper can be told from a left one."""


def prepare(spec: ClusterSpec, progress: Progress) -> tuple[Tools, Path]:
    """Everything that is made once and kept: programs and the nodes' template."""
    tools = Tools(kubernetes=kubernetes.ensure(spec.kubernetes, progress), debian=debian.ensure(progress))
    archives = (images.ensure_base(tools.busybox, progress), *spec.images)
    return tools, template.ensure(tools, archives, progress)


def lay_out(spec: ClusterSpec, tools: Tools, origin: Path) -> tuple[Layout, plans.ClusterPlan]:
    """All of a cluster's files, or none."""
    layout = Layout(name=spec.name, cache=cache.root())
    names = tuple(f"node-{index}" for index in range(1, spec.nodes + 1))
    me = identify(os.getpid())
    assert me is not None
    with guarding(me, layout.run / OWNER, layout.data, layout.run):
        _create(layout, names, me)
        try:
            return layout, _fill(layout, names, spec, tools, origin)
        except BaseException as error:
            for folder in (layout.data, layout.run):
                shutil.rmtree(folder, ignore_errors=True)
            if isinstance(error, OSError) and error.errno in (errno.ENOSPC, errno.EDQUOT):
                raise cache.full(layout.data) from error
            raise


def _fill(layout: Layout, names: tuple[str, ...], spec: ClusterSpec, tools: Tools, origin: Path) -> plans.ClusterPlan:
    certificates.write_all(layout.keys, {name: network.node_address(i) for i, name in enumerate(names, 1)})
    controlplane.write_kubeconfigs(layout)
    minor = Release.parse(spec.kubernetes).minor
    plan = plans.ClusterPlan(
        name=spec.name,
        cgroup=layout.cgroup,
        run=str(layout.run),
        data=str(layout.data),
        kubernetes=spec.kubernetes,
        keep=_keep(layout),
        network=network.cluster_commands(spec.nodes),
        relay_port=("127.0.0.1", network.API_PORT),
        components=controlplane.components(layout, tools, minor, api_proxy=spec.api_proxy),
        nodes=tuple(node.plan(layout, tools, name, index, minor) for index, name in enumerate(names, 1)),
    )
    plans.write(plan, layout.plan)
    with ThreadPoolExecutor() as pool:
        list(pool.map(lambda name: template.copy(origin, layout.node_data(name) / "containerd"), names))
    return plan


def start_keeper(layout: Layout, *, persistent: bool) -> subprocess.Popen[bytes]:
    """The API's port on this machine is bound here, so that it is known before anything runs."""
    with socket.create_server(("127.0.0.1", 0), backlog=128) as listener:
        server = f"https://127.0.0.1:{listener.getsockname()[1]}"
        certificates.write_kubeconfig(layout.kubeconfig, layout.keys, "admin", server)
        module = (sys.executable, "-S", "-E", "-m", "harness.cluster.local.keeper")
        mode = "detached" if persistent else "attached"
        with (layout.logs / "keeper.log").open("ab") as log:
            return subprocess.Popen(
                (*module, str(layout.plan), str(listener.fileno()), mode),
                cwd=template.PACKAGES,
                stdin=subprocess.DEVNULL if persistent else subprocess.PIPE,
                stdout=log,
                stderr=log,
                pass_fds=(listener.fileno(),),
                start_new_session=True,
            )


def _create(layout: Layout, nodes: Sequence[str], me: ProcessId) -> None:
    try:
        layout.create(tuple(nodes))
    except FileExistsError as error:
        raise UsageError(
            f"there is a cluster {layout.name} already, or something left of one: {error.filename}",
            cure=f"`shakedown cluster down {layout.name}` ends it, `shakedown clean` removes what is left of it",
        ) from error
    (layout.run / OWNER).write_text(json.dumps({"owner": {"pid": me.pid, "started": me.started}}))


def _keep(layout: Layout) -> tuple[str, ...]:
    """What the inside still needs to see if it lies below /run or /var, which are covered there."""
    folders = (layout.run, layout.cache, template.PACKAGES, Path(sys.prefix), Path(sys.base_prefix))
    return tuple(dict.fromkeys(map(str, folders)))


__all__ = ["lay_out", "prepare", "start_keeper"]

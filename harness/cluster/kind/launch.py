"""From a specification to a running cluster: its folder, its keeper, and what `kind create` had to say."""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.cluster.kernel import inotify, processes
from harness.cluster.kind import config, leftovers
from harness.cluster.kind.layout import Layout
from harness.model.errors import ClusterFailed, UsageError

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.cluster.protocol import ClusterSpec

PACKAGES: Final = Path(__file__).parents[3]
_LOADED_WITHIN: Final = 300.0
_TAIL: Final = 1500
_NO_IMAGE: Final = ("failed to pull image", "pull access denied", "manifest unknown", "manifest for")


def lay_out(spec: ClusterSpec) -> Layout:
    layout = Layout(name=spec.name)
    try:
        layout.run.mkdir(mode=0o700, parents=True)
    except FileExistsError as error:
        if leftovers.is_alive(spec.name):
            raise UsageError(
                f"there is a cluster {spec.name} already", cure=f"`shakedown cluster down {spec.name}` ends it"
            ) from error
        raise UsageError(
            f"something is left of a cluster {spec.name}: {layout.run}", cure="`shakedown clean` removes it"
        ) from error
    me = processes.identify(os.getpid())
    assert me is not None
    layout.owner.write_text(json.dumps({"pid": me.pid, "started": me.started}))
    layout.logs.mkdir()
    layout.config.write_text(config.render(spec))
    return layout


def start_keeper(layout: Layout, *, persistent: bool) -> subprocess.Popen[str]:
    argv = (sys.executable, "-E", "-m", "harness.cluster.kind.keeper", layout.name)
    with keeper_log(layout).open("ab") as log:
        return subprocess.Popen(
            (*argv, "detached" if persistent else "attached"),
            cwd=PACKAGES,
            stdin=subprocess.DEVNULL if persistent else subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=log,
            text=True,
            start_new_session=True,
        )


def await_made(layout: Layout, keeper: subprocess.Popen[str]) -> None:
    """Returns when `kind create` has; raises ClusterFailed with what it said."""
    assert keeper.stdout is not None
    answer = keeper.stdout.readline().strip()
    if answer == "0":
        return
    said = tail(layout)
    if any(sign in said for sign in _NO_IMAGE):
        raise ClusterFailed(
            f"kind has no node image: {said}",
            cure=f"name a Kubernetes that kind publishes one for (--kubernetes), or set {config.IMAGE_VARIABLE}",
        )
    raise ClusterFailed(
        f"`kind create cluster` failed ({answer or 'its keeper died'}); it said: {said}",
        cure=inotify.explained() if inotify.ran_out(_log(layout)) else None,
    )


def load(layout: Layout, nodes: Sequence[str], archives: Sequence[Path]) -> None:
    """Image archives into these nodes. Raises ClusterFailed."""
    if not archives or not nodes:
        return
    where = ("--name", layout.kind_name, "--nodes", ",".join(nodes))
    command = ("kind", "load", "image-archive", *where, *map(str, archives))
    try:
        done = subprocess.run(command, capture_output=True, text=True, timeout=_LOADED_WITHIN, check=False)
    except subprocess.TimeoutExpired as error:
        raise ClusterFailed(f"images could not be loaded within {_LOADED_WITHIN:g} s") from error
    if done.returncode != 0:
        raise ClusterFailed(f"{archives[0]} could not be loaded into {layout.name}: {done.stderr.strip()[-_TAIL:]}")


def tail(layout: Layout) -> str:
    return " ".join(_log(layout).split())[-_TAIL:] or "nothing"


def _log(layout: Layout) -> str:
    path = keeper_log(layout)
    return path.read_text(errors="replace") if path.exists() else ""


def keeper_log(layout: Layout) -> Path:
    return layout.logs / "keeper.log"


def remove_folder(layout: Layout) -> None:
    shutil.rmtree(layout.run, ignore_errors=True)

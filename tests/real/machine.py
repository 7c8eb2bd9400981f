"""What a cluster could leave on a machine, listed the same way before and after."""

import contextlib
import os
import subprocess
from dataclasses import dataclass
from pathlib import Path

import pytest

from harness.cluster.kind import engine

TOLD = pytest.StashKey[list[str]]()
"""Lines for the end of the whole run."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Machine:
    processes: frozenset[str]
    mounts: frozenset[str]
    links: frozenset[str]
    namespaces: frozenset[str]
    cgroups: frozenset[str]
    folders: frozenset[str]
    engine: frozenset[str]
    """Containers, networks and volumes of a Docker engine, where one answers."""

    def left_since(self, before: "Machine") -> dict[str, set[str]]:
        """What is there now and was not before; empty when nothing is left."""
        parts = ("processes", "mounts", "links", "namespaces", "cgroups", "folders", "engine")
        new = {part: set(getattr(self, part) - getattr(before, part)) for part in parts}
        return {part: found for part, found in new.items() if found}


def look(cache: Path) -> Machine:
    return Machine(
        processes=frozenset(processes()),
        mounts=frozenset(line.split()[4] for line in Path("/proc/self/mountinfo").read_text().splitlines()),
        links=frozenset(link.name for link in Path("/sys/class/net").iterdir()),
        namespaces=frozenset(namespaces()),
        cgroups=frozenset(cgroups()),
        folders=frozenset(names(Path("/run/argo-shakedown")) | names(cache / "run") | names(cache / "kind")),
        engine=frozenset(in_engine()),
    )


def processes() -> set[str]:
    """Everything that only a cluster or the harness starts, by command line."""
    marks = (
        "harness.cluster.local",
        "harness.cluster.kind",
        "kind create",
        "kube-apiserver",
        "kube-scheduler",
        "kubelet",
        "containerd",
        "etcd",
        "argoexec",
    )
    listed = subprocess.run(["ps", "-eo", "pid=,args="], capture_output=True, text=True, check=True).stdout
    return {line.strip() for line in listed.splitlines() if any(mark in line for mark in marks)}


def namespaces() -> set[str]:
    """Of every kind, each with its number; what no process is in is held by a mount, or gone."""
    held = {line.split()[3] for line in Path("/proc/self/mountinfo").read_text().splitlines() if " nsfs " in line}
    for link in Path("/proc").glob("[0-9]*/ns/*"):
        with contextlib.suppress(OSError):
            held.add(str(link.readlink()))
    return held


def cgroups() -> set[str]:
    """Every cgroup that is named after the harness or that a container runtime made."""
    found = set()
    for hierarchy in Path("/sys/fs/cgroup").iterdir():
        for name in ("shakedown", "k8s.io", "kubepods", "docker"):
            folder = hierarchy / name
            found |= {path for path, _, _ in os.walk(folder)}
    return found


def in_engine() -> set[str]:
    if engine.silent() is not None:
        return set()
    listings = {
        "container": ("ps", "--all", "--format", "{{.Names}}"),
        "network": ("network", "ls", "--format", "{{.Name}}"),
        "volume": ("volume", "ls", "--quiet"),
    }
    return {f"{kind} {name}" for kind, listing in listings.items() for name in engine.call(*listing).split()}


def names(folder: Path) -> set[str]:
    return {str(entry) for entry in folder.iterdir()} if folder.is_dir() else set()

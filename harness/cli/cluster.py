"""`shakedown cluster`: the embedded cluster by itself, for trying things by hand."""

import json
import os
import shutil
from pathlib import Path

import click

from harness.argo import build as argo_build
from harness.argo.install import install
from harness.argo.settings import load
from harness.build import kubernetes, progress
from harness.cluster.local import leftovers
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.protocol import ClusterSpec
from harness.model.errors import UsageError
from harness.model.release import Release
from harness.run.ground import argo_images

NAME = click.argument("name", default="dev")


@click.group()
def cluster() -> None:
    """The embedded Kubernetes cluster by itself."""


@cluster.command()
@NAME
@click.option("--nodes", default=2, show_default=True, type=click.IntRange(1, 20))
@click.option("--kubernetes", "version", default=kubernetes.DEFAULT, show_default=True, metavar="RELEASE")
@click.option("--argo", metavar="RELEASE", help="Install this release of Argo too.")
def up(name: str, nodes: int, version: str, argo: str | None) -> None:
    """Start a cluster that stays until `shakedown cluster down`.

    \b
    shakedown cluster up --argo v3.7.15
    """
    shown = progress.to()
    build = argo_build.ensure(Release.parse(argo), shown) if argo else None
    spec = ClusterSpec(
        name=name,
        nodes=nodes,
        kubernetes=version,
        images=(argo_images(build, shown),) if build else (),
        persistent=True,
    )
    running = LocalCluster.start(spec, shown)
    if build is not None:
        install(running.api, build, load("fast"), shown)
    click.echo(f"export KUBECONFIG={running.kubeconfig}")


@cluster.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def status(as_json: bool) -> None:
    """List the clusters that run and what is alive in them."""
    names = leftovers.clusters()
    if as_json:
        click.echo(json.dumps(list(names)))
        return
    for name in names:
        running = LocalCluster.attach(name)
        click.echo(f"{name:<12} Kubernetes {running.kubernetes}, {len(running.nodes())} nodes, {running.health()}")
    if not names:
        click.echo("no cluster runs")


@cluster.command()
@NAME
def shell(name: str) -> None:
    """Open a shell with kubectl and KUBECONFIG set for a cluster."""
    running = LocalCluster.attach(name)
    folder = kubernetes.find(running.kubernetes)
    if folder is None:
        raise UsageError(f"Kubernetes {running.kubernetes} is not in the cache", cure="start the cluster anew")
    environment = {**os.environ, "KUBECONFIG": str(running.kubeconfig), "PATH": f"{folder}:{os.environ['PATH']}"}
    chosen = os.environ.get("SHELL") or shutil.which("bash") or "/bin/sh"
    os.execvpe(chosen, [Path(chosen).name], environment)


@cluster.command()
@NAME
def down(name: str) -> None:
    """End a cluster and remove everything of it."""
    LocalCluster.attach(name).close()
    click.echo(f"cluster {name} is gone")

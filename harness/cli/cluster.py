"""`shakedown cluster`: a cluster of the harness by itself, and clusters of others that may be broken."""

import json
import os
import shutil
from pathlib import Path

import click

from harness.argo import build as argo_build
from harness.argo.images import argo_images
from harness.argo.install import install
from harness.argo.settings import load
from harness.build import kubernetes, progress
from harness.cluster import keeping, kubeconfig, ownership
from harness.cluster.existing import ExistingCluster, usual_kubeconfig
from harness.cluster.protocol import ClusterSpec
from harness.cluster.providers import PROVIDERS, provider, running
from harness.model.errors import UsageError
from harness.model.release import Release
from harness.run import undoing

NAME = click.argument("name", default="dev")


@click.group()
def cluster() -> None:
    """A Kubernetes cluster of the harness by itself, and clusters of your own."""


@cluster.command()
@NAME
@click.option("--nodes", default=2, show_default=True, type=click.IntRange(1, 20))
@click.option("--kubernetes", "version", default=kubernetes.DEFAULT, show_default=True, metavar="RELEASE")
@click.option("--provider", "kind", default="local", show_default=True, type=click.Choice(["local", "kind"]))
@click.option("--argo", metavar="RELEASE", help="Install this release of Argo too.")
@click.option("--api-proxy", is_flag=True, help="Send Argo's controller through a proxy, for faults of the API.")
def up(name: str, nodes: int, version: str, kind: str, argo: str | None, api_proxy: bool) -> None:
    """Start a cluster that stays until `shakedown cluster down`.

    \b
    shakedown cluster up --argo v3.7.15
    shakedown cluster up lab --provider kind --nodes 3
    """
    shown = progress.to()
    build = argo_build.ensure(Release.parse(argo), shown) if argo else None
    spec = ClusterSpec(
        name=name,
        nodes=nodes,
        kubernetes=version,
        images=(argo_images(build, shown),) if build else (),
        persistent=True,
        api_proxy=api_proxy,
    )
    refuse_second(name)
    started = provider(kind).start(spec, shown)
    if build is not None:
        settings = load("fast")
        install(started.api, build, settings.through(started.api_proxy().address) if api_proxy else settings, shown)
    click.echo(f"export KUBECONFIG={started.kubeconfig}")


@cluster.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def status(as_json: bool) -> None:
    """List the clusters that run and what is alive in them."""
    found = [(name, each) for each in PROVIDERS.values() for name in each.clusters()]
    if as_json:
        click.echo(json.dumps([name for name, _ in found]))
        return
    for name, each in found:
        if alive := each.attach(name):
            about = f"Kubernetes {alive.kubernetes}, {len(alive.nodes())} nodes, {alive.health()}"
            click.echo(f"{name:<12} {each.name}, {about}{standing(name)}")
    if not found:
        click.echo("no cluster runs")


@cluster.command()
@NAME
def shell(name: str) -> None:
    """Open a shell with kubectl and KUBECONFIG set for a cluster."""
    here = running(name)
    folder = kubernetes.find(here.kubernetes) or kubernetes.find(kubernetes.DEFAULT)
    if folder is None:
        raise UsageError(f"Kubernetes {here.kubernetes} is not in the cache", cure="start the cluster anew")
    environment = {**os.environ, "KUBECONFIG": str(here.kubeconfig), "PATH": f"{folder}:{os.environ['PATH']}"}
    chosen = os.environ.get("SHELL") or shutil.which("bash") or "/bin/sh"
    os.execvpe(chosen, [Path(chosen).name], environment)


@cluster.command()
@NAME
def down(name: str) -> None:
    """End a cluster and remove everything of it."""
    running(name).close()
    keeping.forget(name)
    for undone in undoing.finish(lambda each: each.cluster == name):
        click.echo(str(undone), err=True)
    click.echo(f"cluster {name} is gone")


def standing(name: str) -> str:
    """What `shakedown run --keep` has to do with it."""
    if name not in keeping.names():
        return ""
    return ", kept for the next run --keep" if keeping.free(name) else ", used by a run --keep"


def refuse_second(name: str) -> None:
    """One name, one cluster: `down` and `shell` are told nothing else."""
    for each in PROVIDERS.values():
        if name in each.clusters():
            raise UsageError(
                f"there is a cluster {name} of provider {each.name} already",
                cure=f"`shakedown cluster down {name}` ends it",
            )


KUBECONFIG = click.option(
    "--kubeconfig", "file", type=click.Path(path_type=Path), help="[KUBECONFIG, or ~/.kube/config]"
)
CONTEXT = click.option("--context", metavar="NAME", help="Context of the kubeconfig. [its current one]")
OWNED = click.option(
    "--i-own-this-cluster", "owned", default="", metavar="NAME", help="The context's name once more: it may be broken."
)


@cluster.command()
@KUBECONFIG
@CONTEXT
@OWNED
def adopt(file: Path | None, context: str | None, owned: str) -> None:
    """Allow the harness to break a cluster that it did not start.

    Puts a token into it, without which nothing is done there.

    \b
    shakedown cluster adopt --context lab --i-own-this-cluster lab
    """
    claim = claimed(file, context, owned)
    ownership.demand_name(claim)
    opened = ExistingCluster.attach(claim)
    try:
        ownership.adopt(opened.api, claim)
    finally:
        opened.close()
    click.echo(f"in the cluster of context {claim.context} this allows the harness to")
    for allowed in ownership.ALLOWS:
        click.echo(f"- {allowed}")
    click.echo(f"adopted; `shakedown cluster disown --i-own-this-cluster {claim.context}` takes it back")


@cluster.command()
@KUBECONFIG
@CONTEXT
@OWNED
def disown(file: Path | None, context: str | None, owned: str) -> None:
    """Take back what `adopt` allowed, and the token."""
    claim = claimed(file, context, owned)
    ownership.demand_name(claim)
    opened = ExistingCluster.attach(claim)
    try:
        ownership.disown(opened.api, claim)
    finally:
        opened.close()
    click.echo(f"the harness does nothing any more in the cluster of context {claim.context}")


def claimed(file: Path | None, context: str | None, owned: str) -> ownership.Claim:
    path = file or usual_kubeconfig()
    name = context or kubeconfig.current(path)
    if not name:
        raise UsageError(f"the kubeconfig {path} has no current context", cure="name one with --context")
    return ownership.Claim(kubeconfig=path, context=name, owned=owned)

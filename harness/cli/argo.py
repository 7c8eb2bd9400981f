"""`shakedown argo`: the releases by themselves."""

import json

import click

from harness.argo import build as argo_build
from harness.argo import releases
from harness.build import progress
from harness.model.release import Release


@click.group()
def argo() -> None:
    """Releases of Argo Workflows: which are built, which can be, which cannot be had."""


@argo.command("list")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def list_(as_json: bool) -> None:
    """List releases: cached, buildable, refused.

    \b
    shakedown argo list
    shakedown argo list --json
    """
    cached = argo_build.cached()
    known = {line.release: line for line in releases.catalogue()}
    rows = [row(known.get(release) or releases.known(release), cached) for release in sorted({*known, *cached})]
    if as_json:
        click.echo(json.dumps([{"release": name, "state": state, "why": why} for name, state, why in rows], indent=2))
        return
    for name, state, why in rows:
        click.echo(f"{name:<10} {state:<10} {why}".rstrip())


def row(known: releases.Known, cached: tuple[Release, ...]) -> tuple[str, str, str]:
    if known.release in cached:
        return str(known.release), "cached", "built here, ready"
    if known.standing is releases.Standing.REFUSED:
        return str(known.release), "refused", known.why
    return str(known.release), "buildable", known.standing.value


@argo.command()
@click.argument("release", nargs=-1, required=True)
def build(release: tuple[str, ...]) -> None:
    """Build releases into the cache.

    \b
    shakedown argo build v3.6.10 v4.0.2
    """
    shown = progress.to()
    for name in release:
        made = argo_build.ensure(Release.parse(name), shown)
        click.echo(f"{made.release} {made.id[:12]}")

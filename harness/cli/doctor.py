"""`shakedown doctor`: what this machine can and cannot do, and the command that mends it."""

import json
import shutil
from collections.abc import Iterator
from dataclasses import asdict, dataclass

import click

from harness.argo import build as argo_build
from harness.argo.setup import SEED_RELEASES
from harness.build import cache, debian, kubernetes, toolchain
from harness.cluster import requirements
from harness.cluster.local import leftovers
from harness.model.errors import Exit, HarnessError
from harness.report import node

SETUP = "make setup"


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line. `needed`: without it `shakedown run` on the embedded cluster cannot work."""

    what: str
    ok: bool
    needed: bool = True
    cure: str = ""


@click.command()
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(as_json: bool) -> int:
    """Say what is missing on this machine and which command mends it.

    Exits with 4 where something is missing that a run cannot do without.
    """
    findings = list(examine())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(line(finding))
    return Exit.OK if all(finding.ok or not finding.needed for finding in findings) else Exit.INFRA


def line(finding: Finding) -> str:
    state = "ok     " if finding.ok else "missing" if finding.needed else "without"
    return f"{state}  {finding.what}" + (f"; {finding.cure}" if finding.cure and not finding.ok else "")


def examine() -> Iterator[Finding]:
    lacks = requirements.lacks(cache.root())
    yield from (Finding(what=lack.what, ok=False, cure=lack.cure) for lack in lacks)
    if not lacks:
        yield Finding(
            what="root, namespaces, memory cgroups, overlay file system, kernel messages, disk space", ok=True
        )
    yield Finding(
        what="containerd, runc, etcd, CNI plugins, busybox (Debian packages)", ok=debian.find() is not None, cure=SETUP
    )
    yield Finding(
        what=f"Kubernetes {kubernetes.DEFAULT}", ok=kubernetes.find(kubernetes.DEFAULT) is not None, cure=SETUP
    )
    for release in SEED_RELEASES:
        yield Finding(what=f"Argo {release}", ok=argo_build.find(release) is not None, cure=SETUP)
    yield from tools()
    left = leftovers.find()
    yield Finding(what="nothing left over from a killed run", ok=not left, needed=False, cure="shakedown clean")


def tools() -> Iterator[Finding]:
    go = toolchain.installed()
    yield Finding(
        what=f"Go {go.version}" if go else "Go",
        ok=go is not None,
        needed=False,
        cure="fetched from PyPI when a build needs it",
    )
    yield node_finding()
    for tool in ("docker", "kind"):
        yield Finding(
            what=tool, ok=shutil.which(tool) is not None, needed=False, cure="not needed for the embedded cluster"
        )


def node_finding() -> Finding:
    try:
        node.find()
    except HarnessError as error:
        return Finding(what="Node.js for the Allure HTML", ok=False, needed=False, cure=str(error))
    return Finding(what="Node.js for the Allure HTML", ok=True)

"""`shakedown doctor`: what this machine can and cannot do, and the command that mends it; with `--rbac` the same of
a cluster's user."""

import json
from collections.abc import Iterator
from dataclasses import asdict, dataclass
from pathlib import Path

import click

from harness.argo import build as argo_build
from harness.argo.setup import SEED_RELEASES
from harness.build import cache, debian, kubernetes, toolchain
from harness.cli.paths import SCENARIO
from harness.cluster import ownership, requirements
from harness.cluster.api import Api
from harness.cluster.existing import ExistingCluster, usual_kubeconfig
from harness.cluster.kernel import inotify
from harness.cluster.kind import requirements as kind
from harness.cluster.local import leftovers
from harness.faults import installing, permissions
from harness.faults.permissions import Permission
from harness.model.errors import Exit, HarnessError, UsageError
from harness.report import node
from harness.run import gate
from harness.run.options import CLUSTERS, NODES
from harness.scenario.discover import discover
from harness.scenario.lint import accept
from harness.scenario.verbs import Verb, verbs

SETUP = "make setup"
OWN = ", for an Argo of the run's own"
"""What `--argo installed` can do without."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Finding:
    """One line. `needed`: without it `shakedown run` on the embedded cluster cannot work. `ok` is None where nobody was
    asked."""

    what: str
    ok: bool | None
    needed: bool = True
    cure: str = ""


@click.command()
@click.argument("scenarios", nargs=-1, type=SCENARIO)
@click.option("--rbac", is_flag=True, help="What a cluster must allow for every verb, or for those of SCENARIOS.")
@click.option("--kubeconfig", "file", type=click.Path(path_type=Path), help="[KUBECONFIG, or ~/.kube/config]")
@click.option("--context", metavar="NAME", help="With --rbac: ask the cluster of this context.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def doctor(scenarios: tuple[Path, ...], rbac: bool, file: Path | None, context: str | None, as_json: bool) -> int:
    """Say what is missing on this machine and which command mends it.

    Exits with 4 where something is missing that a run cannot do without.

    \b
    shakedown doctor
    shakedown doctor --rbac scenarios/seeds --context lab
    """
    if not rbac and (scenarios or context):
        raise UsageError("scenarios and --context belong to --rbac", cure="say --rbac")
    findings = list(permitted(scenarios, file, context) if rbac else examine())
    if as_json:
        click.echo(json.dumps([asdict(finding) for finding in findings], indent=2))
    else:
        for finding in findings:
            click.echo(line(finding))
    return Exit.OK if all(finding.ok is not False or not finding.needed for finding in findings) else Exit.INFRA


def line(finding: Finding) -> str:
    if finding.ok is None:
        return f"needs    {finding.what}"
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
    yield from instances()
    left = leftovers.find()
    yield Finding(what="nothing left over from a killed run", ok=not left, needed=False, cure="shakedown clean")


def permitted(scenarios: tuple[Path, ...], file: Path | None, context: str | None) -> Iterator[Finding]:
    """Every rule, and where a context is named whether its user has it; nothing is touched."""
    chosen = used(scenarios)
    rules = (*permissions.wanted(chosen), *permissions.LOOKING)
    builds = tuple(filter(None, map(argo_build.find, SEED_RELEASES)))
    own = [rule for rule in installing.wanted(chosen, builds) if rule not in rules] if builds else []
    if context is None:
        yield from (Finding(what=str(rule), ok=None) for rule in rules)
        yield from (Finding(what=f"{rule}{OWN}", ok=None, needed=False) for rule in own)
    else:
        opened = ExistingCluster.attach(ownership.Claim(kubeconfig=file or usual_kubeconfig(), context=context))
        try:
            yield from (asked(opened.api, rule) for rule in rules)
            yield from (asked(opened.api, rule, OWN, needed=False) for rule in own)
        finally:
            opened.close()
    if not builds:
        yield Finding(what=f"all that is in the roles of Argo's manifests{OWN}; {SETUP} makes them", ok=None)


def asked(api: Api, rule: Permission, purpose: str = "", *, needed: bool = True) -> Finding:
    lacking = permissions.missing(api, (rule,))
    refused = ",".join(does for each in lacking for does in each.verbs)
    return Finding(what=f"{rule}{purpose}", ok=not lacking, needed=needed, cure=f"this user may not {refused}")


def used(scenarios: tuple[Path, ...]) -> list[type[Verb]]:
    if not scenarios:
        return list(verbs().values())
    loaded = accept(discover(scenarios), gate.context("local"))
    return [type(step.action) for each in loaded for step in each.scenario.method]


def tools() -> Iterator[Finding]:
    go = toolchain.installed()
    yield Finding(
        what=f"Go {go.version}" if go else "Go",
        ok=go is not None,
        needed=False,
        cure="fetched from PyPI when a build needs it",
    )
    yield node_finding()
    lack = next(iter(kind.lacks()), None)
    told = "kind and a Docker engine, which `--provider auto` takes where they are there"
    why = f"{lack.what}: {lack.cure}; not needed for the embedded cluster" if lack else ""
    yield Finding(what=told, ok=lack is None, needed=False, cure=why)


def instances() -> Iterator[Finding]:
    """Whether as many clusters as run side by side by default find room to watch files."""
    allowed, used, each = inotify.limit(), inotify.used(), inotify.need(1, NODES)
    if allowed is None:
        return
    room = max(0, allowed - used) // each
    yield Finding(
        what=f"inotify instances: {allowed} for each user, {used} in use, about {each} for a cluster of {NODES} nodes:"
        f" room for {room} side by side",
        ok=room >= CLUSTERS,
        needed=False,
        cure=inotify.cure(CLUSTERS, NODES),
    )


def node_finding() -> Finding:
    try:
        node.find()
    except HarnessError as error:
        return Finding(what="Node.js for the Allure HTML", ok=False, needed=False, cure=str(error))
    return Finding(what="Node.js for the Allure HTML", ok=True)

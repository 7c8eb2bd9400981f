"""A harness is killed inside each fault that leaves something behind; `shakedown clean`, another process, undoes it.

Which verbs these are is asked of the registry, so that a new one is killed in, too.
"""

from __future__ import annotations

import json
import random
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.argo.install import prepare_namespace
from harness.argo.setup import SEED_RELEASES
from harness.cluster.api import ApiError
from harness.cluster.local import leftovers
from harness.cluster.local.cluster import LocalCluster
from harness.run import undo
from harness.run.submission import submit
from harness.scenario.lint.providers import LACKING
from harness.scenario.verbs import verbs
from tests.real import breaking, dying, handing_over, world
from tests.real.dying import When
from tests.real.test_chaos_toolkit import ENVIRONMENT, ROOT, shakedown

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.protocol import Cluster

pytestmark = pytest.mark.real
nightly = pytest.mark.nightly
NAME: Final = "test-killed"
OURS: Final = "test-handed-over"
"""The context by which the same cluster is known where it is only handed over."""
BUSY: Final = "(while :; do sleep 0.1; done) & while :; do sleep 300 & wait $!; done"
"""It wants to work now and then, or nobody could hold it back; and it outlives its child that sleeps for long."""
PLACES: Final = {"config-map": "limits", "key": "places"}
PARAMETERS: Final[dict[str, dict[str, Any]]] = {
    "break-image": {"container": "main"},
    "fill-disk": {"path": "/work"},
    "oom-kill": {"process": "sleep 300"},
    "change-semaphore": {**PLACES, "limit": "0"},
    "delete-semaphore": PLACES,
    "configure-controller": {"config": {"parallelism": "7"}, "env": {"SHAKEDOWN": "was here"}},
    "swap-argo": {"to": str(SEED_RELEASES[0])},
    "slow-api": {"request": "delete secrets", "delay": "1s"},
    "refuse-api": {"request": "delete secrets", "status": 429},
    "reset-api": {"request": "delete secrets"},
    "close-watch": {"resource": "secrets", "times": 2},
    "delay-watch": {"resource": "secrets", "delay": "1s"},
    "drop-watch": {"resource": "secrets"},
    "expire-watch": {"resource": "secrets"},
    "stale-api": {"request": "list secrets", "age": "2s"},
}
"""What must be said with the verb."""
FLEETING: Final = frozenset({"oom-kill", "reboot", "restart-apiserver", "restart-controller", "kill-controller"})
"""What is over by itself once it was done; the heal has only to see to it that it is."""
SEED: Final = 20261127
LONGEST: Final = {"swap-argo": 2.0, "reboot": 1.0, "drain": 1.0, "power-off": 1.0}
"""Seconds into the call at which the harness is killed at the latest; 0.3 for the others."""
Raw = dict[str, Any]


@dataclass(frozen=True, slots=True)
class Victim:
    workflow: str
    named: dict[str, str]


@pytest.fixture(scope="module")
def cluster() -> Iterator[LocalCluster]:
    try:
        shakedown("cluster", "up", NAME, "--argo", str(SEED_RELEASES[-1]), "--api-proxy")
        attached = LocalCluster.attach(NAME)
        furnish(attached)
        yield attached
        attached.api.close()
    finally:
        if NAME in leftovers.clusters():
            shakedown("cluster", "down", NAME)


def furnish(cluster: Cluster) -> None:
    prepare_namespace(cluster.api, world.NAMESPACE)
    limits = {"apiVersion": "v1", "kind": "ConfigMap", "metadata": {"name": "limits"}, "data": {"places": "1"}}
    cluster.api.create(f"{world.CORE}/configmaps", limits)


@pytest.fixture
def victim(cluster: LocalCluster, request: pytest.FixtureRequest) -> Iterator[Victim]:
    """Aimed at by whatever verb the test is about, away from the controller, which faults of nodes must spare."""
    verb = str(request.node.callspec.params["verb"]) if hasattr(request.node, "callspec") else "hold-finalizer"
    yield from living(cluster, verb)


def living(cluster: Cluster, verb: str) -> Iterator[Victim]:
    name = f"{verb}-{time.monotonic_ns() % 100_000}"
    begin(cluster, name, verb)
    yield Victim(name, {"namespace": world.NAMESPACE, "workflow": name, **at(name, verb)})
    for path in (f"{breaking.WORKFLOWS}/{name}", f"{breaking.PODS}/{name}"):
        with suppress(ApiError):
            cluster.api.delete(path, grace=0)


def at(name: str, verb: str) -> dict[str, str]:
    return {"template": "main"} if verb == "create-task-result" else {"pod": name}


def begin(cluster: Cluster, name: str, verb: str) -> None:
    spec = {"entrypoint": "main", "podGC": {}, "volumes": [WORK], "templates": [template(verb)]}
    kind = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    submit(cluster.api, kind | {"metadata": {"name": name, "namespace": world.NAMESPACE}, "spec": spec})
    if verb == "create-task-result":
        await_one(cluster, breaking.WORKFLOWS, name, lambda seen: name in seen.get("status", {}).get("nodes", {}))
    else:
        await_one(cluster, breaking.PODS, name, (lambda _: True) if verb == "break-image" else at_work)


WORK: Final = {"name": "work", "emptyDir": {"medium": "Memory", "sizeLimit": "4Mi"}}


def template(verb: str) -> Raw:
    """A workflow node that has no task result yet, a pod that finds no place, or one that is at work."""
    if verb == "create-task-result":
        return {"name": "main", "suspend": {}}
    mounts = [{"name": "work", "mountPath": "/work"}]
    box = {"image": "alpine:3.18", "command": ["sh", "-c"], "args": [BUSY], "volumeMounts": mounts}
    place: Raw = {"affinity": breaking.AWAY_FROM_CONTROLLER}
    if verb == "break-image":
        place = {"nodeSelector": {"there-is": "none-like-it"}}
    return {"name": "main", "container": box, **place}


def at_work(pod: Raw) -> bool:
    states = [status["state"] for status in pod.get("status", {}).get("containerStatuses", [])]
    return len(states) == 2 and all("running" in state for state in states)


def await_one(cluster: Cluster, path: str, name: str, wanted: Any) -> None:
    with cluster.api.watch(path, resource_version=None, timeout=90, fieldSelector=f"metadata.name={name}") as watch:
        for line in watch:
            if wanted(line.object):
                return
    raise AssertionError(f"{name} never was as wanted")


def noted(name: str) -> list[str]:
    """The verbs in the journal that speak of that cluster."""
    return [each.verb for _, each in undo.pending() if each.cluster == name]


def clean(name: str, *words: str) -> list[str]:
    """What `shakedown clean` says of that cluster: others' tests may leave things meanwhile."""
    argv = (sys.executable, "-m", "harness.cli", "clean", "--json", *words)
    done = subprocess.run(argv, cwd=ROOT, env=ENVIRONMENT, capture_output=True, text=True, timeout=300, check=False)
    told = json.loads(done.stdout)
    assert done.returncode == int(any(words or "NOT UNDONE" in line for line in told)), done.stdout + done.stderr
    return [line for line in told if f"cluster {name}" in line]


def die_and_be_undone(cluster: Cluster, victim: Victim, verb: str, when: When, **configured: Any) -> None:
    name = configured.get("shakedown_context", NAME)
    before = world.look(cluster, victim.workflow)
    given = {"shakedown_cluster": NAME, **configured}
    fatal = dying.Fatal(verb=verb, parameters=PARAMETERS.get(verb, {}), configuration=given, named=victim.named)
    dying.kill(fatal, when, random.Random(f"{SEED} {verb}").uniform(0.0, LONGEST.get(verb, 0.3)))
    assert noted(name) == [verb]
    (line,) = clean(name, "--check")
    assert line.startswith(f"fault {verb}")
    found = world.different(before, world.look(cluster, victim.workflow))
    (line,) = clean(name)
    assert "NOT UNDONE" not in line
    assert noted(name) == []
    assert clean(name, "--check") == []
    assert world.as_before(cluster, victim.workflow, before) == {}
    stands(verb, when, found)


def stands(verb: str, when: When, found: dict[str, tuple[Any, Any]]) -> None:
    """What is called is not there before the call, and is after it."""
    if when is When.BEFORE:
        assert found == {}
    if when is When.AFTER and verb not in FLEETING:
        assert found


SOME: Final = (
    ("exhaust-quota", When.AFTER),
    ("freeze-process", When.AFTER),
    ("cordon", When.BEFORE),
    ("cordon", When.AFTER),
    ("scale-controller", When.AFTER),
)
"""A fault of objects, of a process, of a node and of the controller: these are killed in every time."""


@pytest.mark.parametrize(("verb", "when"), SOME)
def test_it_is_undone_by_another_process(cluster: LocalCluster, victim: Victim, verb: str, when: When) -> None:
    die_and_be_undone(cluster, victim, verb, when)


@nightly
@pytest.mark.parametrize("when", When)
@pytest.mark.parametrize("verb", dying.healed())
def test_every_fault_is_undone_by_another_process(cluster: LocalCluster, victim: Victim, verb: str, when: When) -> None:
    die_and_be_undone(cluster, victim, verb, when)


def cordon(cluster: LocalCluster, host: str, *, unschedulable: bool) -> None:
    """As its owner; returns when the taint that goes with it has come or gone."""
    cluster.api.patch(f"/api/v1/nodes/{host}", {"spec": {"unschedulable": unschedulable}})
    wanted = ["node.kubernetes.io/unschedulable:NoSchedule"] if unschedulable else []
    deadline = time.monotonic() + 30
    while world.nodes(cluster.api)[f"node {host}"]["taints"] != wanted and time.monotonic() < deadline:
        time.sleep(0.1)


@nightly
@pytest.mark.parametrize("verb", ["cordon", "drain"])
def test_what_its_owner_had_cordoned_stays_so(cluster: LocalCluster, victim: Victim, verb: str) -> None:
    host = cluster.api.get(f"{breaking.PODS}/{victim.workflow}")["spec"]["nodeName"]
    cordon(cluster, host, unschedulable=True)
    try:
        die_and_be_undone(cluster, victim, verb, When.BEFORE)
    finally:
        cordon(cluster, host, unschedulable=False)


@pytest.fixture(scope="module")
def configuration(cluster: LocalCluster, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Raw]:
    file = handing_over.handed_over(cluster, tmp_path_factory.mktemp("owner") / "kubeconfig", OURS)
    own = ("--kubeconfig", str(file), "--i-own-this-cluster", OURS)
    shakedown("cluster", "adopt", *own)
    yield {
        "shakedown_kubeconfig": str(file),
        "shakedown_context": OURS,
        "shakedown_i_own_this_cluster": OURS,
        "shakedown_allow_cluster_faults": True,
    }
    shakedown("cluster", "disown", *own)


def of_others() -> list[str]:
    """What can be done where nothing but the API is at hand."""
    return [name for name in dying.healed() if not verbs()[name].needs & LACKING["existing"].keys()]


def test_it_is_undone_in_a_cluster_that_was_handed_over(
    cluster: LocalCluster, victim: Victim, configuration: Raw
) -> None:
    die_and_be_undone(cluster, victim, "hold-finalizer", When.AFTER, **configuration)


@nightly
@pytest.mark.parametrize("verb", of_others())
def test_every_fault_is_undone_in_a_cluster_that_was_handed_over(
    cluster: LocalCluster, victim: Victim, configuration: Raw, verb: str
) -> None:
    die_and_be_undone(cluster, victim, verb, When.AFTER, **configuration)

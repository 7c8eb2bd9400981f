"""A cluster of which only the kubeconfig is known: refused until it was adopted; then runs through its API, with the
Argo that is there as it is, or with one of their own that is taken away again."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.argo import build as argo_build
from harness.argo.images import argo_images
from harness.argo.install import install
from harness.argo.settings import ControllerSettings, load
from harness.build import progress
from harness.cluster import api as apis
from harness.cluster import belongings, kubeconfig
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.protocol import ClusterSpec
from harness.history.reader import read
from harness.model.header import Cgroup
from harness.model.release import Release
from tests.real.apart import apart

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.cluster.api import Api
    from harness.model.header import Header

pytestmark = pytest.mark.real

ROOT: Final = Path(__file__).parents[2]
RELEASE: Final = "v3.7.15"
FLOWS: Final = "flows"
SEEDS: Final = ("force-delete", "exit-handler-retry")
"""What needs nothing but the API, and is quick."""
BEYOND: Final = ("scenarios/seeds/drain.yaml", "scenarios/faults/restart-controller.yaml")
"""What reaches beyond its namespace, and needs nothing but the API."""
LEASE: Final = {
    "LEADER_ELECTION_LEASE_DURATION": "4s",
    "LEADER_ELECTION_RENEW_DEADLINE": "3s",
    "LEADER_ELECTION_RETRY_PERIOD": "1s",
}
"""What restart-controller wants of the installed Argo."""
EVERYTHING: Final = (
    "/api/v1/namespaces",
    "/apis/apiextensions.k8s.io/v1/customresourcedefinitions",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
    "/apis/rbac.authorization.k8s.io/v1/clusterrolebindings",
    "/apis/scheduling.k8s.io/v1/priorityclasses",
    "/api/v1/pods",
)
UNTOUCHED: Final = (
    f"/api/v1/namespaces/{FLOWS}/configmaps",
    f"/api/v1/namespaces/{FLOWS}/serviceaccounts",
    f"/apis/rbac.authorization.k8s.io/v1/namespaces/{FLOWS}/roles",
    f"/apis/rbac.authorization.k8s.io/v1/namespaces/{FLOWS}/rolebindings",
    "/apis/rbac.authorization.k8s.io/v1/clusterroles",
)


@dataclass(frozen=True, slots=True)
class Lent:
    """`owner` is whoever made the cluster; the harness gets the file and the name."""

    owner: Api
    file: Path
    context: str
    reports: Path

    def shakedown(self, *arguments: str, patience: float = 600) -> subprocess.CompletedProcess[str]:
        return subprocess.run(
            [sys.executable, "-m", "harness.cli", *arguments],
            cwd=ROOT, env=os.environ, capture_output=True, text=True, timeout=patience, check=False,
        )  # fmt: skip

    def command(self, *scenarios: str, argo: str, owned: str | None = None) -> list[str]:
        paths = [f"scenarios/seeds/{name}.yaml" for name in scenarios]
        said = ["--i-own-this-cluster", self.context if owned is None else owned] if owned != "" else []
        where = ["--provider", "existing", "--kubeconfig", str(self.file), "--context", self.context, *said]
        return ["run", *paths, *where, "--argo", argo, "--reports", str(self.reports)]

    def run(self, *scenarios: str, argo: str, owned: str | None = None) -> subprocess.CompletedProcess[str]:
        return self.shakedown(*self.command(*scenarios, argo=argo, owned=owned))

    def cells(self) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = json.loads((self.reports / "latest/results.json").read_text())["cells"]
        return found

    def headers(self) -> list[Header]:
        return [read(self.reports / "latest" / cell["history"]).header for cell in self.cells()]

    def names(self) -> dict[str, set[str]]:
        """All that there is, but for what Kubernetes itself brings."""
        return {path: {each["metadata"]["name"] for each in self.owner.get(path)["items"]} for path in EVERYTHING}

    def versions(self) -> dict[str, str]:
        """Of what belongs to the installed Argo and has no status that changes by itself."""
        found = {
            f"{path}/{each['metadata']['name']}": each["metadata"]["resourceVersion"]
            for path in UNTOUCHED
            for each in self.owner.get(path)["items"]
        }
        for each in self.owner.get(f"/apis/apps/v1/namespaces/{FLOWS}/deployments")["items"]:
            found[each["metadata"]["name"]] = f"{each['metadata']['generation']} {each['spec']}"
        for each in self.owner.get(EVERYTHING[1])["items"]:
            found[each["metadata"]["name"]] = str(each["metadata"]["generation"])
        return found


@pytest.fixture(scope="module", autouse=True)
def own_cache() -> Iterator[None]:
    """It is cleaned up here, and other files have left for others to undo what lies in the cache of all."""
    with apart():
        yield


@pytest.fixture(scope="module")
def lent(own_cache: None, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Lent]:
    build = argo_build.ensure(Release.parse(RELEASE), progress.to())
    spec = ClusterSpec(name="test-lent", images=(argo_images(build, progress.to()),))
    made = LocalCluster.start(spec, progress.to())
    try:
        folder = tmp_path_factory.mktemp("lent")
        file = folder / "kubeconfig"
        text = kubeconfig.only(made.kubeconfig, kubeconfig.current(made.kubeconfig))
        file.write_text(text.replace(kubeconfig.current(made.kubeconfig), "lent/lab"))
        yield Lent(apis.connect(made.kubeconfig), file, "lent/lab", folder / "reports")
    finally:
        made.close()


@pytest.fixture(scope="module")
def adopted(lent: Lent) -> Iterator[Lent]:
    """With the token in it."""
    where = ("--kubeconfig", str(lent.file), "--context", lent.context, "--i-own-this-cluster", lent.context)
    done = lent.shakedown("cluster", "adopt", *where)
    assert done.returncode == 0, done.stderr
    yield lent
    assert lent.shakedown("cluster", "disown", *where).returncode == 0


def test_without_a_token_nothing_is_done(lent: Lent) -> None:
    before = lent.names()
    done = lent.run("force-delete", argo=RELEASE)
    assert done.returncode == 2
    assert "was not adopted here" in done.stderr
    assert "shakedown cluster adopt" in done.stderr
    assert lent.names() == before


@pytest.mark.parametrize(("owned", "said"), [("", "nothing says that it is yours"), ("other", "says other")])
def test_the_name_is_said_twice(adopted: Lent, owned: str, said: str) -> None:
    before = adopted.names()
    done = adopted.run("force-delete", argo=RELEASE, owned=owned)
    assert (done.returncode, said in done.stderr) == (2, True), done.stderr
    assert adopted.names() == before


@pytest.mark.parametrize(
    ("seed", "why"),
    [
        ("drain", "drain reaches beyond its namespace (scope node)"),
        ("node-power-off", "power-off cannot be done on provider existing"),
        ("task-result-lost", "kill-process cannot be done on provider existing"),
        ("oom-main", "only the kernel's log proves whom it killed"),
    ],
)
def test_what_it_cannot_do_is_refused_with_the_line(adopted: Lent, seed: str, why: str) -> None:
    before = adopted.names()
    done = adopted.run(seed, argo=RELEASE)
    assert done.returncode == 2
    assert f"scenarios/seeds/{seed}.yaml:" in done.stderr
    assert why in done.stderr
    assert adopted.names() == before


def test_there_is_no_installed_argo_yet(adopted: Lent) -> None:
    done = adopted.run("force-delete", argo="installed")
    assert (done.returncode, "there is no Argo in this cluster" in done.stderr) == (2, True), done.stderr


def test_an_argo_of_its_own_is_taken_away_again(adopted: Lent) -> None:
    before = adopted.names()
    done = adopted.run(*SEEDS, argo=RELEASE)
    assert done.returncode == 0, done.stdout + done.stderr
    assert {cell["scenario"]: cell["verdict"] for cell in adopted.cells()} == dict.fromkeys(SEEDS, "pass")
    for header in adopted.headers():
        assert (header.provider, header.cgroup, header.argo) == ("existing", Cgroup.UNKNOWN, RELEASE)
        assert header.argo_namespace.endswith(belongings.ARGO)
    assert adopted.names() == before
    assert not list(belongings.orphans())


def test_after_kill_9_clean_takes_everything_away(adopted: Lent) -> None:
    before = adopted.names()
    command = [sys.executable, "-m", "harness.cli", *adopted.command("max-duration-cuts-retry", argo=RELEASE)]
    with subprocess.Popen(command, cwd=ROOT, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL) as running:
        await_workflow(adopted)
        os.kill(running.pid, signal.SIGKILL)
    assert adopted.names() != before
    listed = adopted.shakedown("clean", "--check")
    assert f"in the cluster of context {adopted.context}" in listed.stdout, listed.stdout + listed.stderr
    done = adopted.shakedown("clean")
    assert done.returncode == 0, done.stdout + done.stderr
    assert adopted.names() == before
    assert adopted.context not in adopted.shakedown("clean", "--check").stdout


@pytest.mark.nightly
def test_images_that_cannot_be_pulled_are_said(adopted: Lent) -> None:
    """Its nodes have those of one release, and no registry."""
    before = adopted.names()
    done = adopted.run("force-delete", argo="v3.5.10")
    told = done.stdout + done.stderr
    assert done.returncode == 4, told
    assert "the nodes cannot pull the images of Argo v3.5.10" in told
    assert adopted.names() == before


def await_workflow(lent: Lent, patience: float = 120) -> None:
    """Until one runs."""
    deadline = time.monotonic() + patience
    while time.monotonic() < deadline:
        with suppress(apis.ApiNotFound):  # a type that is there is not served at once
            found = lent.owner.get("/apis/argoproj.io/v1alpha1/workflows")["items"]
            if any(each.get("status", {}).get("phase") == "Running" for each in found):
                return
        time.sleep(0.2)
    raise AssertionError("no workflow ran")


@pytest.fixture(scope="module")
def with_argo(adopted: Lent) -> Lent:
    """Its owner has installed a release, in a namespace and with a setting of the owner's choice."""
    build = argo_build.ensure(Release.parse(RELEASE), progress.to())
    own = ControllerSettings(
        env={"INFORMER_WRITE_BACK": "false", **LEASE}, config={"nodeEvents": "enabled: true\n", "parallelism": "50"}
    )
    install(adopted.owner, build, load("fast").merged(own), progress.to(), namespace=FLOWS)
    return adopted


def test_the_installed_argo_is_used_as_it_is(with_argo: Lent) -> None:
    before, versions = with_argo.names(), with_argo.versions()
    done = with_argo.run(*SEEDS, argo="installed")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {cell["scenario"]: (cell["argo"], cell["verdict"]) for cell in with_argo.cells()} == dict.fromkeys(
        SEEDS, (RELEASE, "pass")
    )
    for header in with_argo.headers():
        assert (header.argo, header.argo_namespace) == (RELEASE, FLOWS)
        assert header.settings.env["INFORMER_WRITE_BACK"] == "false"
        assert header.settings.config["parallelism"] == "50"
        assert set(header.builds) == {"argo", "argo-cli"}
    assert with_argo.versions() == versions
    assert with_argo.names() == before


def test_no_second_controller_is_put_beside_it(with_argo: Lent) -> None:
    before, versions = with_argo.names(), with_argo.versions()
    done = with_argo.run("force-delete", argo=RELEASE)
    assert done.returncode == 2, done.stdout + done.stderr
    assert f"beside the controller {FLOWS}/workflow-controller" in done.stderr
    assert (with_argo.names(), with_argo.versions()) == (before, versions)


def test_what_the_installed_argo_is_not_set_to_is_refused(with_argo: Lent, tmp_path: Path) -> None:
    text = (ROOT / "scenarios/seeds/force-delete.yaml").read_text()
    wish = "argo: {controller: {env: {WORKFLOW_GC_PERIOD: 1m}}}\nworkflow:"
    path = tmp_path / "force-delete.yaml"
    path.write_text(text.replace("\nworkflow:", f"\n{wish}", 1))
    command = with_argo.command(argo="installed")
    done = with_argo.shakedown(command[0], str(path), *command[1:])
    assert done.returncode == 2
    assert "WORKFLOW_GC_PERIOD: the installed Argo is left as it is" in done.stderr


@pytest.mark.nightly
def test_more_than_a_namespace_may_break_where_that_is_allowed(with_argo: Lent) -> None:
    """The controller is found and followed in the namespace that its owner chose."""
    before = with_argo.names()
    command = with_argo.command(argo="installed")
    done = with_argo.shakedown(command[0], *BEYOND, *command[1:], "--allow-cluster-faults")
    assert done.returncode == 0, done.stdout + done.stderr
    assert {cell["scenario"]: cell["verdict"] for cell in with_argo.cells()} == {
        "drain": "pass",
        "restart-controller": "pass",
    }
    after = with_argo.names()
    assert [name for name in after[EVERYTHING[-1]] if name.startswith("workflow-controller-")] != []
    assert {path: names for path, names in after.items() if path != EVERYTHING[-1]} == {
        path: names for path, names in before.items() if path != EVERYTHING[-1]
    }
    assert not any(each["spec"].get("unschedulable") for each in with_argo.owner.get("/api/v1/nodes")["items"])

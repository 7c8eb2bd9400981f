"""What has to be said of a cluster that runs already, and what has nothing to do with one."""

from __future__ import annotations

from pathlib import Path

import pytest

from harness.cluster.ownership import Claim
from harness.model.errors import ReleaseUnavailable, UsageError
from harness.run import claiming, gate, preparing
from harness.scenario.lint import check

SEEDS = Path(__file__).parents[2] / "scenarios/seeds"


@pytest.mark.parametrize(
    ("option", "file", "context", "owned", "faults"),
    [
        ("--kubeconfig", Path("x"), "", "", False),
        ("--context", None, "lab", "", False),
        ("--i-own-this-cluster", None, "", "lab", False),
        ("--allow-cluster-faults", None, "", "", True),
    ],
)
def test_options_of_the_other_providers_are_not_ignored(
    option: str, file: Path | None, context: str, owned: str, faults: bool
) -> None:
    with pytest.raises(UsageError, match=f"{option} is for a cluster that runs already"):
        claiming.claim("local", file, context, owned, cluster_faults=faults)


@pytest.mark.parametrize(("option", "nodes", "clusters"), [("--nodes", 3, None), ("--clusters", None, 2)])
def test_what_is_for_clusters_of_the_harness_is_refused_for_one_that_runs(
    option: str, nodes: int | None, clusters: int | None
) -> None:
    with pytest.raises(UsageError, match=f"{option} is for clusters that the harness starts.*leave {option} out"):
        claiming.claim("existing", None, "lab", "lab", cluster_faults=False, nodes=nodes, clusters=clusters)
    assert claiming.claim("local", None, "", "", cluster_faults=False, nodes=nodes, clusters=clusters) is None


def test_which_cluster_must_be_said(tmp_path: Path) -> None:
    file = tmp_path / "config"
    file.write_text("current-context: lab\n")
    with pytest.raises(UsageError, match="--context lab"):
        claiming.claim("existing", file, "", "", cluster_faults=False)


def test_an_installed_argo_stands_alone() -> None:
    claim = Claim(kubeconfig=Path("x"), context="lab", owned="lab")
    with pytest.raises(UsageError, match="stands alone"):
        claiming.look(claim, ["installed,v3.7.15"])


def test_reach_is_refused_at_lint_unless_it_is_allowed() -> None:
    path = SEEDS / "drain.yaml"
    (problem,) = check([path], gate.context("existing")).errors
    assert "drain reaches beyond its namespace (scope node)" in problem.message
    assert not check([path], gate.context("existing", cluster_faults=True)).errors
    assert not check([path], gate.context("local")).errors


def test_the_seeds_that_need_nothing_but_the_api() -> None:
    able = {path.stem for path in SEEDS.glob("*.yaml") if not check([path], gate.context("existing")).errors}
    assert able == {
        "active-deadline-alone",
        "exit-handler-retry",
        "exit-handler-retry-strategy",
        "force-delete",
        "max-duration-cuts-retry",
        "retry-without-max-duration",
    }


def test_one_kubernetes_that_cannot_be_had_does_not_stop_the_others() -> None:
    def make(name: str) -> None:
        if name == "v1.34.99":
            raise ReleaseUnavailable("the module proxy does not know it")

    assert preparing.tried(["v1.33.13", "v1.34.99"], make) == {"v1.34.99": "the module proxy does not know it"}
    with pytest.raises(ReleaseUnavailable):
        preparing.tried(["v1.34.99"], make)

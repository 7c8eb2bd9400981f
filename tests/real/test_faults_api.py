"""Every fault of the API proxy lands on the requests of a real controller, is proven and healed; each can be kept from
landing, and nobody else's request is touched."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import pytest

from harness.argo.install import prepare_namespace
from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.local.cluster import LocalCluster
from harness.cluster.local.provider import LocalProvider
from harness.cluster.protocol import ClusterSpec
from harness.model.verdicts import Verdict
from harness.run import ground, headers, plan
from harness.run.attempt import attempt
from harness.scenario.load import load
from harness.scenario.types import ArgoSettings
from tests.real import breaking, stirring, through
from tests.real.failing_to_land import shell, written
from tests.real.test_seeds import ROOT, TABLE

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.run.site import Site

pytestmark = [pytest.mark.real, pytest.mark.nightly]

WORKFLOW: Final = "watch workflows"
LANDS: Final[dict[str, dict[str, Any]]] = {
    "slow-api": {"request": "update workflows", "delay": "1s"},
    "refuse-api": {"request": "update workflows", "status": 429},
    "reset-api": {"request": "update workflows", "carried-out": True},
    "close-watch": {"times": 2},
    "delay-watch": {"delay": "1s"},
    "drop-watch": {},
    "expire-watch": {},
    "stale-api": {"age": "2s"},
}
NEVER: Final[dict[str, dict[str, Any]]] = {
    "slow-api": {"request": "delete workflows"},
    "refuse-api": {"request": "create workflowtaskresults"},
    "reset-api": {"request": "create workflowtaskresults"},
    "close-watch": {"resource": "secrets"},
    "delay-watch": {"resource": "secrets"},
    "drop-watch": {"resource": "secrets"},
    "expire-watch": {"resource": "secrets"},
    "stale-api": {"request": "list secrets"},
}
"""Requests that the controller never makes: executors do, or nobody."""


def kept(verb: str) -> str:
    parameters = NEVER[verb] | ({} if verb in ("close-watch", "expire-watch") else {"times": 1})
    when = {"node": {"template": "main", "phase": "Pending"}}
    return written([{"when": when, "inject": {verb: parameters}, "proof-within": "6s"}], shell("exit 0"))


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    group = plan.ClusterPlan(argo=SEED_RELEASES[-1], settings=ArgoSettings(), proxied=True, together=(), alone=())
    spec = ClusterSpec(name="test-api-faults", nodes=2)
    with ground.opened(group, spec, LocalProvider(), progress.to()) as opened:
        prepare_namespace(opened.api, "default")
        yield opened


def assert_serves(site: Site, name: str) -> None:
    """With eyes of its own: a new workflow is seen and written by the controller at once."""
    assert site.cluster.api_proxy().standing() == ()
    stirring.waiting(site, name)
    assert stirring.comes_to_run(site, name, 20.0)
    stirring.end(site, name)


@pytest.mark.parametrize("verb", LANDS)
def test_it_lands_is_proven_and_healed(site: Site, tmp_path: Path, verb: str) -> None:
    with stirring.stirred(site, verb):
        proof = breaking.land(site, tmp_path, verb, **LANDS[verb])
        assert site.cluster.api_proxy().standing() != ()
    (leader,) = (pod["metadata"]["name"] for pod in site.controller_pods())
    assert leader in proof
    breaking.undo(site)
    assert_serves(site, f"after-{verb}")


@pytest.mark.parametrize("verb", NEVER)
def test_kept_from_landing_it_is_inconclusive(site: Site, tmp_path: Path, verb: str) -> None:
    judgement = breaking.judged(site, tmp_path, kept(verb))
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert verb in judgement.reason
    assert site.cluster.api_proxy().standing() == ()


def test_what_was_not_told_is_not_known_until_it_is_listed(site: Site, tmp_path: Path) -> None:
    """The controller never hears of a workflow whose events were lost; the heal makes it list, and it goes on."""
    with stirring.stirred(site, "lost"):
        breaking.land(site, tmp_path, "drop-watch")
    stirring.waiting(site, "unheard-of")
    assert not stirring.comes_to_run(site, "unheard-of", 3.0)
    breaking.undo(site)
    assert stirring.comes_to_run(site, "unheard-of", 20.0)
    stirring.end(site, "unheard-of")


def test_nobody_else_is_touched(site: Site, tmp_path: Path) -> None:
    """The pods of workflows go straight to the API server, and another account is not meant where it does not."""
    cluster = site.cluster
    assert isinstance(cluster, LocalCluster)
    other = f"Authorization: Bearer {through.token(cluster)}"
    with stirring.stirred(site, "others"):
        proof = breaking.land(site, tmp_path, "refuse-api", request="* *", status=500)
        with through.connect(cluster, through.PROXIED) as link:
            statuses = {through.ask(link, "GET /api/v1/namespaces/default/pods", other).status for _ in range(20)}
    assert statuses == {403}  # the API server's own word on that account
    assert "workflow-controller" in proof
    breaking.undo(site)
    assert_serves(site, "after-others")


@pytest.mark.parametrize("seed", TABLE)
def test_a_seed_has_the_same_verdict_through_the_proxy(site: Site, tmp_path: Path, seed: str) -> None:
    cell = plan.CellPlan(loaded=load(ROOT / f"scenarios/seeds/{seed}.yaml"), argo=SEED_RELEASES[-1])
    if cell.skipped:
        assert TABLE[seed][-1] == "skipped"
        return
    assert cell.settings == ArgoSettings()
    name = f"through-{seed}"[:60]
    done = attempt(cell, site, tmp_path, name, headers.header(cell, site, name), lambda *_: None)
    assert done.judgement.verdict == TABLE[seed][-1], done.judgement.reason
    assert not done.unhealed

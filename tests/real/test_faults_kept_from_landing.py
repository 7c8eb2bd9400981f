"""Whatever is done a second time, or to what is gone already, does not land; each is healed all the same."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

import pytest

from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.local.provider import LocalProvider
from harness.cluster.protocol import ClusterSpec
from harness.model.verdicts import Verdict
from harness.run import ground, plan
from harness.scenario.types import ArgoSettings
from tests.real import breaking
from tests.real.failing_to_land import RUNS, following, running, written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from harness.run.site import Site

pytestmark = [pytest.mark.real, pytest.mark.nightly]

OFF: Final = "inject: {power-off: {}}"
GONE: Final = "do: {scale-controller: {replicas: 0}}"
NODE: Final = {
    "cordon": 2 * ("inject: {cordon: {}}",),
    "taint-node": 2 * ("inject: {taint-node: {effect: NoSchedule}}",),
    "delete-node": 2 * ("inject: {delete-node: {}}",),
    "power-off": (OFF, OFF),
    "power-on": (OFF, "do: {power-on: {}}", "do: {power-on: {}}"),
    "reboot": (OFF, "inject: {reboot: {}}"),
    "cut-network": (OFF, "inject: {cut-network: {}}"),
    "freeze-node": (OFF, "inject: {freeze-node: {}}"),
    "stop-kubelet": (OFF, "inject: {stop-kubelet: {}}"),
    "stop-runtime": (OFF, "inject: {stop-runtime: {how: kill}}"),
    "starve-memory": (OFF, "inject: {starve-memory: {}}"),
    "drain": (OFF, "inject: {drain: {}}"),
}
CONTROLLER: Final = {
    "scale-controller": ("do: {scale-controller: {replicas: 1}}",),
    "configure-controller": ("do: {configure-controller: {config: {parallelism: ''}}}",),
    "restart-controller": (GONE, "do: {restart-controller: {}}"),
    "kill-controller": (GONE, "inject: {kill-controller: {}}"),
    "freeze-controller": (GONE, "inject: {freeze-controller: {}}"),
    "swap-argo": (f"do: {{swap-argo: {{to: {SEED_RELEASES[-1]}}}}}",),
}
FROZEN: Final = "{inject: {freeze-apiserver: {}}, heal-after: 8s}"
HUNG: Final = "{inject: {freeze-etcd: {}}, heal-after: 8s}"
CONTROL_PLANE: Final = {
    "freeze-apiserver": (FROZEN, FROZEN),
    "freeze-etcd": (HUNG, HUNG),
    "restart-apiserver": (FROZEN, "inject: {restart-apiserver: {}}"),
}
USER: Final = {
    "retry": ("do: {retry: {}}",),
    "suspend": 2 * ("do: {suspend: {}}",),
    "terminate": 2 * ("do: {terminate: {}}",),
    "relabel-task-result": ("do: {relabel-task-result: {completed: 'false'}}",),
}
STEPS: Final = NODE | CONTROLLER | CONTROL_PLANE | USER


@pytest.fixture(scope="module")
def site() -> Iterator[Site]:
    group = plan.ClusterPlan(argo=SEED_RELEASES[-1], settings=ArgoSettings(), together=(), alone=())
    with ground.opened(group, ClusterSpec(name="test-too-late"), LocalProvider(), progress.to()) as opened:
        yield opened


def scenario(steps: tuple[str, ...]) -> str:
    """The first step fires when the pod runs, each other when the one before has landed."""
    method = following(RUNS, steps, within="40s", proof="60s", last_proof="6s")
    return written(method, running("sleep", "60", affinity=breaking.AWAY_FROM_CONTROLLER))


@pytest.mark.parametrize("verb", STEPS)
def test_what_does_not_land_makes_the_verdict_inconclusive(site: Site, tmp_path: Path, verb: str) -> None:
    judgement = breaking.judged(site, tmp_path, scenario(STEPS[verb]))
    *before, last = judgement.landings
    assert judgement.verdict is Verdict.INCONCLUSIVE, judgement.reason
    assert last.verb == verb
    assert [landing.problem for landing in before] == ["" for _ in before]
    assert last.landed is None

"""The controller is scaled to nothing while a step ends: whoever waits for it is not stuck.

Where SHAKEDOWN_HISTORIES names a folder the histories are kept there, for the corpus.
"""

from __future__ import annotations

import os
import shutil
import threading
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from harness.argo.setup import SEED_RELEASES
from harness.build import progress
from harness.cluster.local.provider import LocalProvider
from harness.cluster.protocol import ClusterSpec
from harness.history.reader import read
from harness.history.state import State
from harness.model.events import Nudged
from harness.model.verdicts import Verdict
from harness.oracles.timers import timers_of
from harness.run import ground, headers, plan
from harness.run.attempt import attempt
from harness.scenario.load import load

if TYPE_CHECKING:
    from harness.cluster.api import Api
    from harness.model.verdicts import Judgement
    from harness.run.site import Site

pytestmark = [pytest.mark.real, pytest.mark.alone, pytest.mark.nightly]
SCENARIO = Path(__file__).parent / "controller-away.yaml"
SCALE = "/apis/apps/v1/namespaces/argo/deployments/workflow-controller/scale"
LEASES = "/apis/coordination.k8s.io/v1/namespaces/argo/leases"
AWAY = 20.0
"""Seconds without a controller: longer than it takes to call a workflow stuck."""


class Away(NamedTuple):
    judgement: Judgement
    history: Path


@pytest.fixture(scope="module", params=SEED_RELEASES, ids=str)
def away(request: pytest.FixtureRequest, tmp_path_factory: pytest.TempPathFactory) -> Away:
    cell = plan.CellPlan(loaded=load(SCENARIO), argo=request.param)
    (group,) = plan.clusters([cell])
    name, folder = f"away-{str(cell.argo).replace('.', '-')}", tmp_path_factory.mktemp("away")
    with ground.opened(group, ClusterSpec(name=name), LocalProvider(), progress.to()) as site:
        judgement, history = followed(site, cell, folder)
    if kept := os.environ.get("SHAKEDOWN_HISTORIES"):
        shutil.copy(history, Path(kept) / f"{name}.jsonl")
    return Away(judgement, history)


def followed(site: Site, cell: plan.CellPlan, folder: Path) -> tuple[Judgement, Path]:
    header = headers.header(cell, site, "away")
    taking = threading.Thread(target=take_away, args=(site.api,))
    done = attempt(cell, site, folder, "away", header, lambda *_: taking.start())
    taking.join()
    assert done.artefacts.history is not None
    return done.judgement, done.artefacts.history


def take_away(api: Api) -> None:
    """From when the first step runs; it ends meanwhile."""
    await_first(api, "/api/v1/namespaces/away/pods", lambda pod: pod["status"].get("phase") == "Running")
    scale(api, 0)
    threading.Event().wait(AWAY)
    scale(api, 1)


def await_first(api: Api, path: str, holds: Any) -> None:
    with api.watch(path, resource_version=None, timeout=120) as seen:
        assert any(holds(line.object) for line in seen)


def scale(api: Api, replicas: int) -> None:
    api.patch(SCALE, {"spec": {"replicas": replicas}})


def folded(history: Path) -> State:
    recording = read(history)
    state = State.of(recording.header)
    for entry in recording.entries():
        state.apply(entry)
    return state


def test_a_workflow_that_waited_for_its_controller_succeeds_and_was_never_stuck(away: Away) -> None:
    assert away.judgement.verdict is Verdict.PASS, away.judgement.reason
    assert away.judgement.cause is None


def test_the_controller_was_away_for_longer_than_stuck_takes(away: Away) -> None:
    lease = folded(away.history).lease
    assert lease is not None
    assert lease.silence > timers_of(read(away.history).header).lease_age


def test_a_controller_that_comes_back_does_not_go_on_because_of_a_nudge(away: Away) -> None:
    """Until its lease has run out it may be nudged, and afterwards not before it was given its time."""
    assert away.judgement.violations == ()
    nudges = [entry for entry in read(away.history).entries() if isinstance(entry, Nudged)]
    lease = folded(away.history).lease
    assert lease is not None
    assert all(nudge.t < lease.taken.t for nudge in nudges)

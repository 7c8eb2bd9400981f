"""The same on kind: a harness is killed inside each fault that its nodes can have, and `shakedown clean` undoes it."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from harness.argo.setup import SEED_RELEASES
from harness.cluster.kind import leftovers
from harness.cluster.kind.cluster import KindCluster
from harness.scenario.lint.providers import LACKING
from harness.scenario.verbs import verbs
from tests.real import dying
from tests.real.dying import When
from tests.real.test_a_killed_harness_is_undone import NAME, Victim, die_and_be_undone, furnish, living
from tests.real.test_chaos_toolkit import shakedown

if TYPE_CHECKING:
    from collections.abc import Iterator

pytestmark = [pytest.mark.real, pytest.mark.kind, pytest.mark.nightly]


@pytest.fixture(scope="module")
def cluster() -> Iterator[KindCluster]:
    try:
        shakedown("cluster", "up", NAME, "--provider", "kind", "--argo", str(SEED_RELEASES[-1]))
        attached = KindCluster.attach(NAME)
        furnish(attached)
        yield attached
        attached.leave()
    finally:
        if NAME in leftovers.clusters():
            shakedown("cluster", "down", NAME)


@pytest.fixture
def victim(cluster: KindCluster, verb: str) -> Iterator[Victim]:
    yield from living(cluster, verb)


def of_kind() -> list[str]:
    return [name for name in dying.healed() if not verbs()[name].needs & LACKING["kind"].keys()]


@pytest.mark.parametrize("verb", of_kind())
def test_it_is_undone_by_another_process(cluster: KindCluster, victim: Victim, verb: str) -> None:
    die_and_be_undone(cluster, victim, verb, When.AFTER)


@pytest.mark.parametrize("verb", ["power-off", "freeze-node", "cut-network", "stop-kubelet"])
def test_it_is_undone_where_it_was_half_done(cluster: KindCluster, victim: Victim, verb: str) -> None:
    die_and_be_undone(cluster, victim, verb, When.INSIDE)

"""Of the controller's log only what it should never say of this cell is recorded: also from before a restart, and with
the truth about what nobody can read any more."""

from __future__ import annotations

import time
from datetime import UTC, datetime
from types import SimpleNamespace
from typing import TYPE_CHECKING, Any, cast

import pytest

from harness.model.errors import ClusterFailed
from harness.run.controller_logs import Containers, containers
from harness.run.evidence import Suspicious, controller_log, suspicious, suspicious_lines

if TYPE_CHECKING:
    from pathlib import Path

    from harness.run.site import Site

LINES = (
    '2026-11-21T05:51:55Z level=info msg="Processing workflow" namespace=s1-mine workflow=wf',
    '2026-11-21T05:51:56Z level=error msg="Recovered from panic" namespace=s1-mine r="nil" workflow=wf',
    '2026-11-21T05:51:57Z level=error msg="Recovered from panic" namespace=s2-other r="nil" workflow=wf',
    "2026-11-21T05:51:58Z panic: runtime error: index out of range",
    '2026-11-21T05:51:59Z level=error msg="node is already fulfilled" namespace=s1-mine nodeName=wf',
)
PANIC = "2026-11-21T05:51:50Z panic: send on closed channel"
SINCE = 60.0


def stamp(ago: float) -> str:
    return datetime.fromtimestamp(time.time() - ago, UTC).strftime("%Y-%m-%dT%H:%M:%SZ")


def pod(restarts: int = 0, *, created: float = 900, began: float = 100, ended: float = 20) -> dict[str, Any]:
    """A controller's pod; its container before the present one began and ended so many seconds ago."""
    last = {"terminated": {"startedAt": stamp(began), "finishedAt": stamp(ended), "exitCode": 2}} if restarts else {}
    status = {"name": "workflow-controller", "restartCount": restarts, "lastState": last}
    meta = {"name": "controller-1", "creationTimestamp": stamp(created)}
    return {"metadata": meta, "status": {"containerStatuses": [status]}}


class Cluster:
    """Answers for the log of its one controller as Kubernetes does."""

    def __init__(self, *pods: dict[str, Any], now: str = "", before: str | None = None) -> None:
        self._pods = pods
        self._now = now
        self._before = before

    @property
    def site(self) -> Site:
        fake = SimpleNamespace(
            argo_namespace="argo", controller_pods=lambda: self._pods, api=SimpleNamespace(text=self._text)
        )
        return cast("Site", fake)

    def _text(self, path: str, *, previous: str = "", **query: Any) -> str:
        assert path == "/api/v1/namespaces/argo/pods/controller-1/log"
        assert query == {"sinceSeconds": 60, "timestamps": "true"}
        if not previous:
            return self._now
        if self._before is None:
            raise ClusterFailed('previous terminated container "workflow-controller" not found')
        return self._before


def found(cluster: Cluster) -> Suspicious:
    return suspicious_lines(cluster.site, "s1-mine", SINCE)


def test_lines_of_this_namespace_and_of_none() -> None:
    assert [line[17:19] for line in suspicious(LINES, "s1-mine")] == ["56", "58", "59"]


def test_no_more_lines_than_anybody_reads_and_none_without_end() -> None:
    many = suspicious([f"panic: {'x' * 9000}"] * 100, "s1-mine")
    assert (len(many), {len(line) for line in many}) == (20, {500})


def test_a_panic_is_not_hidden_by_what_is_said_again_and_again() -> None:
    [cut] = suspicious([f'{{"stack":"{"x" * 900}","msg":"Recovered from panic"}}'], "s1-mine")
    assert cut.startswith("Recovered from panic")
    first, *others = suspicious([LINES[4]] * 30 + [PANIC], "s1-mine")
    assert (first, set(others), len(others)) == (PANIC, {LINES[4]}, 19)


def test_a_controller_that_was_never_restarted() -> None:
    assert found(Cluster(pod(), now="\n".join(LINES))) == Suspicious(lines=suspicious(LINES, "s1-mine"), asked=True)
    assert found(Cluster(pod(), now=LINES[0])) == Suspicious(lines=(), asked=True)


def test_what_it_said_before_it_was_restarted_comes_first() -> None:
    crashed = Cluster(pod(restarts=1), now=LINES[1], before=PANIC)
    assert found(crashed) == Suspicious(lines=(PANIC, LINES[1]), asked=True)


def test_a_log_that_is_gone_makes_no_silence_of_it() -> None:
    assert found(Cluster(pod(restarts=1), now=LINES[1])) == Suspicious(lines=(LINES[1],), asked=False)
    twice = pod(restarts=2, began=40)
    assert found(Cluster(twice, now=LINES[0], before=PANIC)) == Suspicious(lines=(PANIC,), asked=False)
    replaced = pod(created=30)
    assert found(Cluster(replaced, now=LINES[0])) == Suspicious(lines=(), asked=False)
    assert found(Cluster()) == Suspicious(lines=(), asked=False)


def test_a_cluster_that_does_not_say_which_controllers_there_are() -> None:
    def refuse() -> tuple[dict[str, Any], ...]:
        raise ClusterFailed("the API does not answer")

    site = cast("Site", SimpleNamespace(argo_namespace="argo", controller_pods=refuse))
    assert suspicious_lines(site, "s1-mine", SINCE) == Suspicious(lines=(), asked=False)


@pytest.mark.parametrize(
    ("given", "wanted"),
    [
        ({}, Containers()),
        ({"restarts": 1, "ended": 80}, Containers()),
        ({"restarts": 1, "ended": 20}, Containers(previous=True)),
        ({"restarts": 3, "began": 100, "ended": 20}, Containers(previous=True)),
        ({"restarts": 3, "began": 30, "ended": 20}, Containers(previous=True, lost="it was started 3 times anew")),
    ],
)
def test_which_containers_spoke_since_the_cell_began(given: dict[str, Any], wanted: Containers) -> None:
    assert containers(pod(**given), time.time() - SINCE) == wanted


def test_a_status_that_says_little_is_not_taken_for_silence() -> None:
    assert containers({"status": {"containerStatuses": [{"restartCount": 1}]}}, 0.0) == Containers(previous=True)
    assert containers({}, 0.0) == Containers()


def test_the_file_beside_the_history_says_what_is_missing(tmp_path: Path) -> None:
    site = Cluster(pod(restarts=1), now=LINES[1]).site
    kept = controller_log(site, "s1-mine", SINCE, tmp_path)
    assert kept is not None
    missing, line = kept.read_text(encoding="utf-8").splitlines()
    assert missing.startswith(
        "(the log of controller-1, which served s1-mine, could not be read, or not all of it: prev"
    )
    assert line == LINES[1]

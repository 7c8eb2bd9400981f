"""What rests on how long something took is unknown where the machine was starved: never a fail, and never a pass."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

from harness.model.events import EndReason, MachineLoad
from harness.model.header import Calibration
from harness.model.verdicts import Judgement, Verdict
from harness.oracles.judge import judge
from harness.oracles.starvation import POD_START
from tests.oracles.build import Tape, header, node, spec
from tests.oracles.test_a_nudge_heals_nothing_unseen import healed
from tests.oracles.test_locks_are_kept import MUTEX, held, running
from tests.oracles.test_markers_logs_and_leftovers_are_told import left
from tests.oracles.test_retries_deadlines_and_shutdowns_keep_time import bounded, retried, stopped

if TYPE_CHECKING:
    from collections.abc import Callable

DONE = node("main", "Succeeded", started=0, finished=1)
STOPPED: dict[str, Any] = {"spec": {"shutdown": "Stop", "templates": [{"name": "main"}]}}


def retry(second: float) -> Tape:
    tape = retried(0, second)
    last = node("a1", "Failed", name="wf.r(1)", started=second, finished=second + 1)
    first = node("a0", "Failed", name="wf.r(0)", started=0, finished=1)
    group = node("r", "Failed", type="Retry", name="wf.r", children=["a0", "a1"], finished=second + 1)
    return tape.workflow("Failed", group, first, last, dt=second + 2)


def deadline() -> Tape:
    templates = [{"name": "main", "activeDeadlineSeconds": 10}]
    return bounded(10, 90).workflow("Failed", node("main", "Failed", started=0, finished=90), templates=templates)


def shutdown() -> Tape:
    over = node(".main", "Failed", started=0, finished=60, name="wf.main")
    return stopped("Stop", ".main").workflow("Failed", over, **STOPPED)


def pod_after_shutdown() -> Tape:
    tape = Tape().lease().workflow("Running", node("main", "Running", started=0), **STOPPED).lease(dt=20)
    tape.pod("u1", "Failed", key="x", name="wf.main", created=20, main=143, wait=0)
    return tape.workflow("Failed", node("main", "Failed", started=0, finished=21), **STOPPED)


def mutex_of_two() -> Tape:
    tape = running(Tape(), **held(MUTEX, "ns/wf")).rival("other", MUTEX).rival("other", MUTEX, dt=6)
    return running(tape).workflow("Succeeded", DONE)


def forgotten_lock() -> Tape:
    tape = running(Tape(), **held(MUTEX, "ns/wf/main")).workflow("Running", DONE, **held(MUTEX, "ns/wf/main"))
    for _ in range(20):
        tape.lease(dt=5)
    still = held(MUTEX, "ns/wf/main", message="goes on")
    return tape.workflow("Running", DONE, **still).workflow("Succeeded", DONE)


OVERDUE: dict[str, tuple[str, Callable[[], Tape]]] = {
    "too hasty a retry": ("retries-respect-backoff", lambda: retry(3)),
    "too late a retry": ("retries-respect-backoff", lambda: retry(80)),
    "a deadline": ("deadlines-honoured", deadline),
    "a shutdown": ("shutdown-honoured", shutdown),
    "a pod after a shutdown": ("shutdown-honoured", pod_after_shutdown),
    "a pod left over": ("nothing-left-over", lambda: left(60)),
    "a nudge": ("goes-on-by-itself", lambda: healed(0.02)),
    "a mutex of two workflows": ("locks-within-limit", mutex_of_two),
    "a lock of a node that has ended": ("nothing-completed-holds-a-lock", forgotten_lock),
}


def loaded(tape: Tape, *, starved: bool, reason: EndReason = EndReason.DECIDED) -> Tape:
    last = tape.entries[-1]
    steal = 0.4 if starved else 0.0
    tape.add(
        MachineLoad(
            seq=last.seq + 1, t=last.t, wall=last.wall, seconds=9.0, cores=2, busy=0.9, steal=steal, load=1.0, stall=0.1
        )
    )
    return tape.end(reason)


def told(tape: Tape, expect: dict[str, Any] | None = None, **more: Any) -> Judgement:
    """Judged with an expectation that the end of the workflow itself meets."""
    assert tape.state.workflow is not None
    expect = expect or {"within": "200s", "workflow": {"phase": str(tape.state.workflow.phase)}}
    return judge(header(spec(expect=expect, **more)), tape.entries)


@pytest.mark.parametrize(("invariant", "made"), OVERDUE.values(), ids=list(OVERDUE))
def test_on_a_fine_machine_it_is_a_fail(invariant: str, made: Callable[[], Tape]) -> None:
    judgement = told(loaded(made(), starved=False))
    assert [violation.invariant for violation in judgement.violations] == [invariant], judgement
    assert judgement.verdict is Verdict.FAIL


@pytest.mark.parametrize(("invariant", "made"), OVERDUE.values(), ids=list(OVERDUE))
def test_on_a_starved_machine_it_is_inconclusive(invariant: str, made: Callable[[], Tape]) -> None:
    judgement = told(loaded(made(), starved=True))
    assert [violation.invariant for violation in judgement.violations] == [invariant]
    assert judgement.verdict is Verdict.INCONCLUSIVE
    assert "the machine was starved: 40% of its processors were taken by others" in judgement.violations[0].message


def test_what_is_kept_on_a_starved_machine_is_still_a_pass() -> None:
    assert told(loaded(running(Tape()).workflow("Succeeded", DONE), starved=True)).verdict is Verdict.PASS


def test_what_no_clock_is_asked_for_is_still_a_fail() -> None:
    two = running(Tape(), **held(MUTEX, "ns/wf/a", "ns/wf/b"))
    assert told(loaded(running(two).workflow("Succeeded", DONE), starved=True)).verdict is Verdict.FAIL


def test_a_symptom_that_rests_on_time_is_not_seen_on_a_starved_machine() -> None:
    bug = {"argo": "*", "link": "unreported", "expect": {"violations": ["deadlines-honoured"]}}
    expect = {"within": "200s", "workflow": {"phase": "Succeeded"}}
    for starved, verdict in ((False, Verdict.KNOWN_BUG), (True, Verdict.INCONCLUSIVE)):
        tape = loaded(deadline(), starved=starved)
        assert told(tape, expect, **{"known-bugs": [bug]}).verdict is verdict


@pytest.mark.parametrize(("starved", "verdict"), [(False, Verdict.FAIL), (True, Verdict.INCONCLUSIVE)])
def test_an_end_that_came_after_its_bound(starved: bool, verdict: Verdict) -> None:
    tape = loaded(running(Tape()).workflow("Succeeded", DONE, dt=70.0), starved=starved)
    judgement = told(tape, {"within": "60s", "workflow": {"phase": "Succeeded"}})
    assert judgement.verdict is verdict
    assert "within: expected 1m" in judgement.reason


@pytest.mark.parametrize(("starved", "verdict"), [(False, Verdict.FAIL), (True, Verdict.INCONCLUSIVE)])
def test_an_end_that_did_not_come_before_the_time_ran_out(starved: bool, verdict: Verdict) -> None:
    tape = loaded(running(Tape()), starved=starved, reason=EndReason.TIMEOUT)
    judgement = told(tape, {"within": "60s", "workflow": {"phase": "Succeeded"}})
    assert judgement.verdict is verdict
    assert ("the time ran out, but the machine was starved: 40%" in judgement.reason) is starved
    stopped_otherwise = told(loaded(running(Tape()), starved=True), {"workflow": {"phase": "Succeeded"}})
    assert stopped_otherwise.verdict is Verdict.FAIL


def test_a_violation_for_certain_outweighs_the_time_that_ran_out() -> None:
    two = running(Tape(), **held(MUTEX, "ns/wf/a", "ns/wf/b"))
    judgement = told(loaded(two, starved=True, reason=EndReason.TIMEOUT), {"workflow": {"phase": "Succeeded"}})
    assert judgement.verdict is Verdict.FAIL


SLOW, QUICK = Calibration(pod_start=POD_START), Calibration(pod_start=POD_START - 0.1)


def judged(tape: Tape, calibration: Calibration, expect: dict[str, Any]) -> Judgement:
    """The same history, as it would be told on another cluster."""
    return judge(header(spec(expect={"within": "200s", **expect}), calibration=calibration), tape.entries)


@pytest.mark.parametrize(("calibration", "verdict"), [(QUICK, Verdict.FAIL), (SLOW, Verdict.INCONCLUSIVE)])
@pytest.mark.parametrize(
    "expect",
    [{"workflow": {"phase": "Succeeded"}}, {"nodes": [{"template": "main", "phase": "Succeeded"}]}],
    ids=["workflow", "node"],
)
def test_an_outcome_that_differs_on_a_slow_cluster(
    expect: dict[str, Any], calibration: Calibration, verdict: Verdict
) -> None:
    over = node("main", "Failed", started=0, finished=1)
    judgement = judged(running(Tape()).workflow("Failed", over).end(), calibration, expect)
    assert judgement.verdict is verdict
    slow = "the cluster was too slow for the times of a scenario: a pod that does nothing took 8.0 s to start; "
    assert (slow in judgement.reason) is (verdict is Verdict.INCONCLUSIVE)


@pytest.mark.parametrize(("invariant", "made"), OVERDUE.values(), ids=list(OVERDUE))
def test_what_is_overdue_on_a_slow_cluster_is_unknown(invariant: str, made: Callable[[], Tape]) -> None:
    tape = made().end()
    assert tape.state.workflow is not None
    judgement = judged(tape, SLOW, {"workflow": {"phase": str(tape.state.workflow.phase)}})
    assert [violation.invariant for violation in judgement.violations] == [invariant]
    assert judgement.verdict is Verdict.INCONCLUSIVE


def test_a_slow_cluster_excuses_no_violation_for_certain() -> None:
    two = running(Tape(), **held(MUTEX, "ns/wf/a", "ns/wf/b"))
    over = running(two).workflow("Succeeded", DONE).end()
    assert judged(over, SLOW, {"workflow": {"phase": "Failed"}}).verdict is Verdict.FAIL


def test_what_is_as_expected_on_a_slow_cluster_is_a_pass() -> None:
    over = running(Tape()).workflow("Succeeded", DONE).end()
    assert judged(over, SLOW, {"workflow": {"phase": "Succeeded"}}).verdict is Verdict.PASS


BROKEN = {"workflow": {"phase": "Failed"}}


@pytest.mark.parametrize(("calibration", "verdict"), [(QUICK, Verdict.KNOWN_BUG), (SLOW, Verdict.INCONCLUSIVE)])
def test_a_symptom_on_a_slow_cluster_may_be_its_own(calibration: Calibration, verdict: Verdict) -> None:
    bug = {"argo": "*", "link": "unreported", "expect": BROKEN}
    over = running(Tape()).workflow("Failed", node("main", "Failed", started=0, finished=1)).end()
    given = spec(expect={"within": "200s", "workflow": {"phase": "Succeeded"}}, **{"known-bugs": [bug]})
    judgement = judge(header(given, calibration=calibration), over.entries)
    assert judgement.verdict is verdict
    assert ("so that this cannot be told from the declared bug" in judgement.reason) is (
        verdict is not Verdict.KNOWN_BUG
    )


def test_a_violation_for_certain_shows_a_bug_on_a_slow_cluster_too() -> None:
    bug = {"argo": "*", "link": "unreported", "expect": {"violations": ["locks-within-limit"]}}
    two = running(Tape(), **held(MUTEX, "ns/wf/a", "ns/wf/b"))
    over = running(two).workflow("Succeeded", DONE).end()
    given = spec(expect={"within": "200s", "workflow": {"phase": "Succeeded"}}, **{"known-bugs": [bug]})
    assert judge(header(given, calibration=SLOW), over.entries).verdict is Verdict.KNOWN_BUG


@pytest.mark.parametrize(("starved", "verdict"), [(False, Verdict.KNOWN_BUG), (True, Verdict.INCONCLUSIVE)])
def test_a_bug_that_is_a_long_wait_is_not_seen_on_a_starved_machine(starved: bool, verdict: Verdict) -> None:
    ends = {"from": {"workflow": "started"}, "to": {"workflow": "finished"}}
    expect = {"within": "200s", "workflow": {"phase": "Succeeded"}, "timing": [ends | {"at-most": "20s"}]}
    bug = {"argo": "*", "link": "unreported", "expect": {"timing": [ends | {"at-least": "30s"}]}}
    tape = loaded(running(Tape()).workflow("Succeeded", DONE, dt=40.0), starved=starved)
    assert told(tape, expect, **{"known-bugs": [bug]}).verdict is verdict

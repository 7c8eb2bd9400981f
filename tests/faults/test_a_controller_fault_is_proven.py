"""A fault of the controller lands when the one that was aimed at is hit, and not when something alike happens."""

import pytest

from harness.model.events import Verb
from harness.oracles.aim import aim
from harness.oracles.proofs import still_on_target
from tests.faults.hosts_and_controllers import LEADER, Ground


def test_a_kill_is_proven_by_the_next_container_and_a_renewed_lease() -> None:
    tape = Ground("kill-controller").fired(**LEADER)
    assert tape.controller("c1", number=2, last_exit=137).proof is None
    proof = tape.led_by("c1").proof
    assert proof is not None
    assert "137" in proof.text
    assert proof.seq == tape.state.seq


@pytest.mark.parametrize(("uid", "number", "last_exit"), [("c1", 2, 1), ("c1", 1, 137), ("c9", 2, 137)])
def test_another_end_does_not_prove_a_kill(uid: str, number: int, last_exit: int) -> None:
    tape = Ground("kill-controller").fired(**LEADER).controller(uid, number=number, last_exit=last_exit)
    assert tape.led_by(uid).proof is None


def test_a_crash_before_the_call_does_not_prove_a_kill() -> None:
    tape = Ground("kill-controller").controller("c1", number=2, last_exit=137)
    tape.fired(**LEADER | {"container_id": "c1-2"})
    assert tape.led_by("c1").proof is None


def test_a_killed_pod_is_proven_by_its_end_and_a_successor_that_leads() -> None:
    tape = Ground("kill-controller", how="pod").fired(**LEADER).gone("c1").controller("c2")
    assert tape.proof is None
    assert tape.led_by("c2").proof is not None


def test_a_pod_that_was_going_already_was_not_killed() -> None:
    tape = Ground("kill-controller", how="pod").controller("c1", deleting=True).fired(**LEADER)
    assert tape.gone("c1").controller("c2").led_by("c2").proof is None


def test_a_pod_that_is_gone_without_a_successor_proves_nothing() -> None:
    assert Ground("kill-controller", how="pod").fired(**LEADER).gone("c1").led_by("c1").proof is None


def frozen() -> Ground:
    return Ground("freeze-controller").fired(**LEADER).read("processes of the controller", "running", "stopped")


def test_a_freeze_is_proven_when_the_lease_has_run_out() -> None:
    assert frozen().proof is None
    tape = frozen()
    tape.host(dt=4.5)
    proof = tape.proof
    assert proof is not None
    assert "not renewed" in proof.text


def test_a_freeze_is_proven_when_another_takes_the_lease() -> None:
    assert frozen().controller("c2").led_by("c2").proof is not None


def test_another_who_took_the_lease_before_it_was_stopped_proves_no_freeze() -> None:
    early = Ground("freeze-controller").fired(**LEADER).controller("c2").led_by("c2")
    tape = early.read("processes of the controller", "running", "stopped")
    tape.host(dt=3.0)
    assert tape.proof is None


def test_another_who_took_the_lease_from_somebody_else_proves_no_freeze() -> None:
    idle = Ground("freeze-controller").controller("c2").led_by("c2").fired(**LEADER)
    assert idle.read("processes of the controller", "running", "stopped").controller("c3").led_by("c3").proof is None


def test_a_controller_that_was_thawed_renews_its_lease_and_proves_nothing() -> None:
    tape = frozen().led_by("c1", dt=3.0)
    tape.host(dt=3.0)
    assert tape.proof is None


def test_a_lease_that_had_run_out_before_proves_no_freeze() -> None:
    tape = Ground("freeze-controller")
    tape.host(dt=10)
    tape.fired(**LEADER).read("processes of the controller", "running", "stopped").host(dt=10)
    assert tape.proof is None


@pytest.mark.parametrize(("before", "after"), [("running", "running"), ("stopped", "stopped"), ("running", "gone")])
def test_a_process_that_was_not_stopped_by_the_step_is_not_frozen(before: str, after: str) -> None:
    tape = Ground("freeze-controller").fired(**LEADER).read("processes of the controller", before, after)
    tape.host(dt=10)
    assert tape.proof is None


def test_what_another_step_read_proves_nothing() -> None:
    tape = Ground("freeze-controller").fired(**LEADER)
    tape.read("processes of the controller", "running", "stopped", step=1).host(dt=10)
    assert tape.proof is None


def test_a_restart_needs_the_old_one_gone_and_a_new_one_that_leads() -> None:
    tape = Ground("restart-controller").fired(**LEADER).controller("c2").led_by("c2")
    assert tape.proof is None
    assert tape.gone("c1").proof is not None


def test_a_successor_from_before_the_call_proves_no_restart() -> None:
    tape = Ground("restart-controller").controller("c2").fired(**LEADER)
    assert tape.gone("c1").led_by("c2").proof is None


def test_scaling_to_none_needs_every_controller_gone() -> None:
    tape = Ground("scale-controller", replicas=0).controller("c2").fired(**LEADER).gone("c1")
    assert tape.proof is None
    assert tape.gone("c2").proof is not None


def test_scaling_up_needs_as_many_that_run() -> None:
    tape = Ground("scale-controller", replicas=2).fired(**LEADER).controller("c2", runs=False)
    assert tape.proof is None
    assert tape.controller("c2").proof is not None


def test_a_controller_that_was_scaled_so_before_is_not_scaled() -> None:
    assert Ground("scale-controller", replicas=1).fired(**LEADER).controller("c1", number=2).proof is None


def test_a_config_key_is_proven_by_what_was_read() -> None:
    tape = Ground("configure-controller", config={"parallelism": "1"}).fired(**LEADER)
    assert tape.proof is None
    proof = tape.read("config parallelism", "", "1").proof
    assert proof is not None
    assert "not there" in proof.text


@pytest.mark.parametrize(("before", "after"), [("1", "1"), ("", "2"), ("2", "")])
def test_a_config_key_that_was_so_before_or_is_not_now_proves_nothing(before: str, after: str) -> None:
    tape = Ground("configure-controller", config={"parallelism": "1"}).fired(**LEADER)
    assert tape.read("config parallelism", before, after).proof is None


def test_a_changed_environment_needs_new_controllers_besides() -> None:
    tape = Ground("configure-controller", config={"parallelism": "1"}, env={"A": "b"}).fired(**LEADER)
    assert tape.read("config parallelism", "", "1").proof is None
    assert tape.controller("c2").led_by("c2").gone("c1").proof is not None


def test_a_swap_needs_the_image_of_the_other_release() -> None:
    tape = Ground("swap-argo", to="v4.0.2").fired(**LEADER).controller("c2", tag="v4.0.2").led_by("c2").gone("c1")
    proof = tape.proof
    assert proof is not None
    assert "v4.0.2" in proof.text


def test_a_restart_of_the_same_release_is_no_swap() -> None:
    tape = Ground("swap-argo", to="v4.0.2").fired(**LEADER).controller("c2").led_by("c2").gone("c1")
    assert tape.proof is None


def test_a_release_that_ran_before_was_not_swapped_in() -> None:
    tape = Ground("swap-argo", to="v4.0.2").controller("c1", tag="v4.0.2").fired(**LEADER)
    assert tape.controller("c2", tag="v4.0.2").led_by("c2").gone("c1").proof is None


def test_the_aim_is_the_leader() -> None:
    tape = Ground("kill-controller").controller("c2")
    target = aim(tape.made, None, tape.state)
    assert target is not None
    assert (target.pod_uid, target.container_id) == ("c1", "c1-1")
    tape.led_by("c2")
    target = aim(tape.made, None, tape.state)
    assert target is not None
    assert target.pod_uid == "c2"


def test_a_moment_without_a_controller_waits_for_one() -> None:
    tape = Ground("kill-controller")
    tape.gone("c1")
    assert aim(tape.made, None, tape.state) is None
    tape = Ground("scale-controller")
    tape.gone("c1")
    assert aim(tape.made, None, tape.state) is not None


def test_a_controller_that_is_gone_or_was_started_anew_is_missed() -> None:
    tape = Ground("kill-controller")
    target = aim(tape.made, None, tape.state)
    assert target is not None
    assert still_on_target(tape.made, target, tape.state) is None
    tape.controller("c1", number=2, last_exit=2)
    assert "had ended" in (still_on_target(tape.made, target, tape.state) or "")
    tape.controller("c1", number=2, verb=Verb.DELETED)
    assert "was gone" in (still_on_target(tape.made, target, tape.state) or "")


def test_a_controller_pod_is_no_pod_of_the_workflow_and_does_not_move_it() -> None:
    tape = Ground("kill-controller")
    moved = tape.state.last_change
    tape.controller("c1", number=2, last_exit=137)
    assert tape.state.last_change == moved
    assert set(tape.state.pods) == {"u1"}


def test_the_end_of_a_later_container_does_not_prove_a_kill() -> None:
    """The one that was aimed at ended by itself; it was its successor that somebody killed."""
    tape = Ground("kill-controller").fired(**LEADER).controller("c1", number=2, last_exit=1)
    assert tape.controller("c1", number=3, last_exit=137).led_by("c1").proof is None

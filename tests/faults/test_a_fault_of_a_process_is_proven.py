"""Faults of processes and memory land, or do not, by what the kernel and the kubelet showed; each with near misses."""

from __future__ import annotations

from dataclasses import replace
from typing import Any

import pytest

from harness.model.events import KernelKill, ReadBack, Stage
from harness.model.header import Cgroup
from harness.oracles.proofs import Proof, prove
from harness.scenario.types import Step
from tests.oracles.build import Tape, header, node

POD: dict[str, Any] = {"pod": "pod-u1", "pod_uid": "u1", "node_id": "main", "host": "node-1"}
AIM: dict[str, Any] = {**POD, "container": "main", "container_id": "u1-main"}


def step(verb: str, **parameters: Any) -> Step:
    when = {"node": {"template": "main", "phase": "Running"}}
    return Step.model_validate({"when": when, "inject": {verb: parameters}})


def hit(cgroup: Cgroup = Cgroup.V1) -> Tape:
    """A pod at work, and the call made on its container main."""
    tape = Tape(replace(header(), cgroup=cgroup)).workflow("Running", node("main", "Running")).pod("u1")
    return tape.fire(**AIM)


def read(tape: Tape, subject: str, before: str, after: str, index: int = 0) -> Tape:
    stamps = tape._stamps(0.1)
    return tape.add(ReadBack(**stamps, step=index, subject=subject, before=before, after=after))


def kernel(tape: Tape, pid: int, container: str = "u1-main") -> Tape:
    return tape.add(KernelKill(**tape._stamps(0.1), container_id=container, pid=pid, task="sh", line="oom-kill"))


def proven(tape: Tape, made: Step) -> Proof | None:
    return prove(made, 0, tape.state)


CHILD = "process child of container main"


def test_a_killed_child_is_proven_by_the_kernel_that_showed_it_gone() -> None:
    proof = proven(read(hit(), CHILD, "12 default", "gone"), step("kill-process", process="child"))
    assert proof is not None
    assert proof.text == "process 12 (child) of container main of pod pod-u1 was gone after SIGKILL"


@pytest.mark.parametrize(
    ("subject", "before", "after", "index"),
    [
        (CHILD, "12 default", "sent", 0),
        (CHILD, "12 default", "gone", 1),
        ("process child of container wait", "12 default", "gone", 0),
        ("process first of container main", "12 default", "gone", 0),
    ],
)
def test_what_was_not_seen_to_go_proves_no_kill(subject: str, before: str, after: str, index: int) -> None:
    assert proven(read(hit(), subject, before, after, index), step("kill-process", process="child")) is None


def test_the_end_of_the_container_alone_proves_no_kill_of_its_child() -> None:
    assert proven(hit().pod("u1", main=137), step("kill-process", process="child")) is None


@pytest.mark.parametrize("disposition", ["ignored", "blocked"])
def test_a_signal_that_a_process_does_not_take_did_not_end_it(disposition: str) -> None:
    made = step("kill-process", process="child", signal="TERM")
    assert proven(read(hit(), CHILD, f"12 {disposition}", "gone"), made) is None
    assert proven(read(hit(), CHILD, "12 caught", "gone"), made) is not None


def test_what_was_read_before_the_call_proves_nothing() -> None:
    early = Tape().workflow("Running", node("main", "Running")).pod("u1")
    assert proven(read(early, CHILD, "12 default", "gone").fire(**AIM), step("kill-process", process="child")) is None


FIRST = "process first of container main"


def test_a_clean_end_proves_a_signal_only_where_it_is_caught_and_at_once() -> None:
    made = step("kill-process", signal="TERM")
    assert proven(read(hit(), FIRST, "12 caught", "sent").pod("u1", main=0), made) is not None
    assert proven(read(hit(), FIRST, "12 caught", "sent").pod("u1", main=0, dt=9), made) is None
    assert proven(read(hit(), FIRST, "12 default", "sent").pod("u1", main=0), made) is None
    assert proven(hit().pod("u1", main=0), made) is None


@pytest.mark.parametrize(("child", "lands"), [("caught", True), ("ignored", False), ("default", False)])
def test_where_the_first_process_passes_signals_on_its_child_tells(child: str, lands: bool) -> None:
    """argoexec catches every signal, and its workload may ignore this one and be done by itself."""
    tape = read(read(hit(), FIRST, "12 caught", "sent"), "child of container main", f"13 {child}", "not signalled")
    assert (proven(tape.pod("u1", main=0), step("kill-process", signal="TERM")) is not None) is lands


@pytest.mark.parametrize(("signal", "code"), [("ABRT", 134), ("SEGV", 139), ("USR1", 138), ("HUP", 129)])
def test_each_signal_has_its_own_exit_code(signal: str, code: int) -> None:
    assert proven(hit().pod("u1", main=code, dt=9), step("kill-process", signal=signal)) is not None
    assert proven(hit().pod("u1", main=code + 1, dt=9), step("kill-process", signal=signal)) is None


FROZEN = "process all of container main"


def test_a_frozen_container_is_proven_by_the_state_of_every_process() -> None:
    proof = proven(read(hit(), FROZEN, "12 S, 13 R", "12 T, 13 T"), step("freeze-process"))
    assert proof is not None
    assert proof.text == "pid 12, 13 of container main of pod pod-u1 is stopped (T)"


@pytest.mark.parametrize(
    ("before", "after"),
    [("12 S, 13 S", "12 T, 13 S"), ("12 T, 13 T", "12 T, 13 T"), ("12 S", ""), ("12 S", "12 gone")],
    ids=["one is awake", "both were frozen before", "nothing was read", "it ended"],
)
def test_what_is_not_newly_frozen_as_a_whole_is_not_proven(before: str, after: str) -> None:
    assert proven(read(hit(), FROZEN, before, after), step("freeze-process")) is None


def test_freezing_another_container_proves_nothing() -> None:
    other = read(hit(), "process all of container wait", "12 S", "12 T")
    assert proven(other, step("freeze-process")) is None


VICTIMS = "memory victims of container main"
DEAD = "alive none; ours 50"


def test_an_oom_kill_of_the_first_process_needs_the_kernel_and_the_kubelet() -> None:
    made = step("oom-kill")
    assert proven(read(kernel(hit(), 12), VICTIMS, "12 S", DEAD).pod("u1", main="OOMKilled"), made) is not None
    assert proven(read(kernel(hit(), 12), VICTIMS, "12 S", DEAD), made) is None
    assert proven(read(hit(), VICTIMS, "12 S", DEAD).pod("u1", main="OOMKilled"), made) is None
    assert proven(kernel(hit(), 12).pod("u1", main="OOMKilled"), made) is None
    assert proven(read(kernel(hit(), 12), VICTIMS, "12 S", DEAD).pod("u1", main=1), made) is None


def test_an_oom_kill_of_another_pid_or_container_or_from_before_is_not_this_one() -> None:
    made = step("oom-kill", process="child")
    assert proven(read(kernel(hit(), 99), VICTIMS, "12 S", DEAD), made) is None
    assert proven(read(kernel(hit(), 12, "u1-wait"), VICTIMS, "12 S", DEAD), made) is None
    early = kernel(Tape().workflow("Running", node("main", "Running")).pod("u1"), 12).fire(**AIM)
    assert proven(read(early, VICTIMS, "12 S", DEAD), made) is None


def test_an_oom_kill_at_another_time_is_not_the_one_that_was_called_for() -> None:
    """Of a process that was chosen, but long after the harness had let go; and an end that came long after the kill."""
    made = step("oom-kill", process="child")
    assert proven(kernel(read(hit(), VICTIMS, "12 S", DEAD), 12), made) is not None
    assert proven(kernel(read(hit(), VICTIMS, "12 S", DEAD).pod("u1", dt=20), 12), made) is None
    slow = Tape().workflow("Running", node("main", "Running")).pod("u1")
    slow = kernel(slow.step(Stage.ARMED).step(Stage.TRIGGERED, **AIM), 12).step(Stage.ACCEPTED, dt=20)
    assert proven(read(slow, VICTIMS, "12 S", DEAD), made) is None
    late = read(kernel(hit(), 12), VICTIMS, "12 S", DEAD).pod("u1", dt=30).pod("u1", main=137)
    assert proven(late, step("oom-kill")) is None


def test_a_kill_that_took_a_bystander_along_is_not_the_one_that_was_wanted() -> None:
    made = step("oom-kill", process="child")
    assert proven(read(kernel(kernel(hit(), 12), 50), VICTIMS, "12 S", DEAD), made) is not None
    assert proven(read(kernel(kernel(hit(), 12), 13), VICTIMS, "12 S", DEAD), made) is None


def test_a_child_may_be_killed_while_its_container_lives_on() -> None:
    made = step("oom-kill", process="child")
    proof = proven(read(kernel(hit(), 12), VICTIMS, "12 S", DEAD), made)
    assert proof is not None
    assert proof.text.endswith("of container main, which had not ended by then")
    assert proven(read(kernel(hit(), 12), VICTIMS, "12 S", "alive 12; ours 50"), made) is None


def test_a_whole_group_needs_a_record_of_each_or_of_one_where_the_kernel_writes_one() -> None:
    made = step("oom-kill", kill="group")

    def killed(cgroup: Cgroup, *pids: int) -> Tape:
        tape = hit(cgroup)
        for pid in pids:
            kernel(tape, pid)
        return read(tape, VICTIMS, "12 S, 13 S", DEAD).pod("u1", main=137)

    assert proven(killed(Cgroup.V1, 12, 13), made) is not None
    assert proven(killed(Cgroup.V1, 12), made) is None
    assert proven(killed(Cgroup.V2, 12), made) is not None
    assert proven(killed(Cgroup.V2), made) is None


STARVED = "processor time of container main"
FREE, CUT = "quota none of 100000, held back 0", "quota 1000 of 100000, held back 3"


def test_a_starved_container_is_proven_by_the_periods_in_which_it_was_held_back() -> None:
    assert proven(read(hit(), STARVED, FREE, CUT), step("starve-cpu")) is not None


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (FREE, "quota 1000 of 100000, held back 0"),
        (FREE, "quota none of 100000, held back 3"),
        (FREE, "quota 5000 of 100000, held back 3"),
        ("quota 1000 of 100000, held back 0", CUT),
        ("", CUT),
    ],
    ids=["never held back", "no quota", "too large a quota", "starved before", "nobody looked before"],
)
def test_what_does_not_hold_a_container_back_newly_is_not_proven(before: str, after: str) -> None:
    assert proven(read(hit(), STARVED, before, after), step("starve-cpu")) is None


def test_a_full_volume_is_proven_by_the_refusal_of_the_kernel() -> None:
    made, subject = step("fill-disk", path="/work"), "volume /work of container main"
    assert proven(read(hit(), subject, "", "ENOSPC, 0 of 8388608 bytes free"), made) is not None
    assert proven(read(hit(), subject, "", "ENOSPC, 4096 of 8388608 bytes free"), made) is None
    assert proven(read(hit(), subject, "", "taken, 0 of 8388608 bytes free"), made) is None
    assert proven(read(hit(), "volume /tmp of container main", "", "ENOSPC, 0 of 1 bytes free"), made) is None


def test_nothing_is_proven_before_the_call_is_accepted() -> None:
    tape = Tape().pod("u1").step(Stage.TRIGGERED, **AIM)
    assert proven(read(tape, FROZEN, "12 S", "12 T"), step("freeze-process")) is None
    assert proven(tape.step(Stage.ACCEPTED), step("freeze-process")) is not None

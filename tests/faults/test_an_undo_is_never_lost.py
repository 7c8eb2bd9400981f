"""What must be undone outlives the harness that was to undo it."""

import hashlib
import json
import os
import subprocess
import sys
from dataclasses import replace
from pathlib import Path

import pytest

from harness.cluster.kernel.processes import ProcessId, identify
from harness.model.errors import HarnessError
from harness.model.events import Target
from harness.run import undo, undoing
from harness.run.undo import Undo
from harness.scenario.verbs import Drain


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path))
    return tmp_path


def dead() -> ProcessId:
    ended = subprocess.Popen([sys.executable, "-c", "input()"], stdin=subprocess.PIPE)
    known = identify(ended.pid)
    ended.communicate()
    assert known is not None
    return known


def drained(owner: ProcessId) -> Undo:
    return Undo(
        cluster="gone-long-ago", provider="local", namespace="n", workflow="w", verb="drain",
        parameters={"grace": "5s"}, target=Target(host="node-1"), owner=owner, remembered={"was": "schedulable"},
    )  # fmt: skip


def test_what_is_written_is_read_back_whole() -> None:
    mine = drained(undo.me())
    path = undo.write(mine, "cell-0")
    assert [(path, mine)] == list(undo.pending())
    assert mine.action == Drain.model_validate({"grace": "5s"})


def test_a_living_harness_keeps_its_faults() -> None:
    undo.write(drained(undo.me()), "cell-0")
    assert undoing.orphaned() == ()
    assert list(undoing.finish()) == []
    assert len(list(undo.pending())) == 1


def test_a_pid_that_was_given_to_another_process_does_not_keep_them() -> None:
    assert drained(replace(undo.me(), started=undo.me().started - 1)).orphaned


def test_what_a_dead_harness_left_in_a_dead_cluster_is_over() -> None:
    undo.write(drained(dead()), "cell-0")
    (done,) = undoing.finish()
    assert (done.problem, done.detail) == ("", "nothing to undo, its cluster is gone")
    assert list(undo.pending()) == []


def test_an_unknown_provider_is_not_taken_for_a_cluster_that_is_gone() -> None:
    undo.write(replace(drained(dead()), provider="moon"), "cell-0")
    (done,) = undoing.finish()
    assert "does not know provider moon" in done.problem
    assert len(list(undo.pending())) == 1


def test_one_that_cannot_be_undone_stops_no_other() -> None:
    undo.write(replace(drained(dead()), provider="moon"), "cell-0")
    undo.write(drained(dead()), "cell-1")
    undo.write(replace(drained(dead()), provider="moon"), "cell-2")
    assert [bool(each.problem) for each in undoing.finish()] == [True, False, True]


def test_the_newest_comes_first() -> None:
    for index in range(3):
        path = undo.write(replace(drained(undo.me()), namespace=f"n{index}"), f"cell-{index}")
        os.utime(path, ns=(index, index))
    assert [each.namespace for _, each in undo.pending()] == ["n2", "n1", "n0"]


@pytest.mark.parametrize("damage", ["", "{", "[]", "null", '{"cluster": "a"}'])
def test_a_file_that_cannot_be_read_is_never_taken_for_done(damage: str) -> None:
    path = undo.write(drained(dead()), "cell-0")
    path.write_text(damage)
    (bad,) = undoing.orphaned()
    assert "look at it, undo by hand, delete it" in str(bad)
    (left,) = undoing.finish()
    assert str(left).startswith("cell-0.json: NOT UNDONE, ")
    assert path.exists()


def test_a_file_that_cannot_be_read_hides_no_other() -> None:
    undo.write(drained(dead()), "cell-0")
    undo.write(drained(dead()), "cell-1").write_text("{")
    undo.write(drained(dead()), "cell-2")
    assert len(undoing.orphaned()) == 3
    assert sorted(bool(each.problem) for each in undoing.finish()) == [False, False, True]
    assert [path.stem for path, _ in undo.noted()] == ["cell-1"]


def test_a_heal_that_fails_in_the_harness_itself_stops_no_other(cache: Path) -> None:
    adopted = cache / "owned" / f"{hashlib.sha256(b'odd').hexdigest()[:32]}.json"
    adopted.parent.mkdir()
    adopted.write_text(json.dumps({"context": "odd", "kubeconfig": 5, "identity": "", "digest": ""}))
    undo.write(drained(dead()), "cell-0")
    undo.write(replace(drained(dead()), provider="existing", cluster="odd"), "cell-1")
    undo.write(drained(dead()), "cell-2")
    done = list(undoing.finish())
    assert sorted(bool(each.problem) for each in done) == [False, False, True]
    assert "failed in the harness itself" in "".join(each.problem for each in done)
    assert [path.stem for path, _ in undo.pending()] == ["cell-1"]


def test_a_verb_that_this_harness_does_not_know_is_told() -> None:
    path = undo.write(drained(dead()), "cell-0")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"verb": "meteor"}))
    (bad,) = undoing.orphaned()
    assert isinstance(bad, undo.BadUndo)


def test_a_verb_of_another_version_is_left_to_its_harness_while_that_lives() -> None:
    path = undo.write(drained(undo.me()), "cell-0")
    path.write_text(json.dumps(json.loads(path.read_text()) | {"verb": "meteor"}))
    assert undoing.orphaned() == ()
    assert list(undoing.finish()) == []
    assert path.exists()


def test_where_it_cannot_be_written_nothing_may_be_injected(cache: Path) -> None:
    (cache / "undo").write_text("a file where the folder should be")
    with pytest.raises(HarnessError, match="so the fault was not injected"):
        undo.write(drained(undo.me()), "cell-0")


def test_what_was_undone_by_hand_and_read_back_is_over_and_nothing_else() -> None:
    undo.write(drained(undo.me()), "drained")
    undo.write(replace(drained(undo.me()), target=Target(host="node-2")), "other-node")
    undo.write(replace(drained(undo.me()), cluster="other"), "other-cluster")
    undo.settle("gone-long-ago", "node-1", ("power-off",))
    assert len(list(undo.pending())) == 3
    undo.settle("gone-long-ago", "node-1", ("drain", "cordon"))
    assert sorted(path.stem for path, _ in undo.pending()) == ["other-cluster", "other-node"]

"""What a call needs to know is read, and its undo written, while the step is armed: the call is only the call."""

from __future__ import annotations

import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

from harness.cluster.api import ApiConflict
from harness.faults import revoke
from harness.faults.context import Context, Missed
from harness.model.events import Target
from harness.run import undo
from harness.run.healing import Healing
from harness.run.undoing import Silence
from harness.scenario.verbs import ExhaustQuota, Revoke

if TYPE_CHECKING:
    from pathlib import Path

RULES = [{"resources": ["workflowtaskresults"], "verbs": ["create", "patch"]}]


@pytest.fixture(autouse=True)
def cache(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.setenv("SHAKEDOWN_CACHE", str(tmp_path))
    return tmp_path


@dataclass(slots=True)
class Roles:
    """An API server with one role, as far as `revoke` asks it: versions, conflicts, and what is allowed."""

    rules: list[dict[str, Any]] = field(default_factory=lambda: [dict(rule) for rule in RULES])
    version: int = 1
    asked: list[str] = field(default_factory=list)
    slow: threading.Event | None = None

    def get(self, path: str) -> dict[str, Any]:
        self.asked.append("get")
        if self.slow is not None:
            assert self.slow.wait(10)
        return {"metadata": {"resourceVersion": str(self.version)}, "rules": self.rules}

    def create(self, path: str, body: dict[str, Any]) -> dict[str, Any]:
        self.asked.append("review")
        return {"status": {"allowed": "create" in self.rules[0]["verbs"]}}

    def patch(self, path: str, body: dict[str, Any]) -> None:
        self.asked.append("patch")
        if body.get("metadata", {}).get("resourceVersion", str(self.version)) != str(self.version):
            raise ApiConflict("changed", status=409, reason="Conflict")
        self.rules, self.version = body["rules"], self.version + 1


@dataclass(slots=True)
class Place:
    api: Roles
    name: str = "cluster"
    provider: str = "local"


def context(api: Roles, workflow: str = "wf") -> Context:
    return Context(
        cluster=Place(api),  # type: ignore[arg-type]  # no more of a cluster is wanted here
        namespace="ns",
        workflow="wf",
        target=Target(workflow=workflow),
        journal=Silence(),
        cli=None,
        controller_hosts=frozenset,
    )


def test_the_call_is_the_writing_alone_and_its_undo_is_on_the_disk_before() -> None:
    api, healing = Roles(), Healing("cell")
    healing.prepare(0, "revoke", Revoke(), context(api))
    known = healing.about_to(0, "revoke", Revoke(), context(api))
    assert [each.verb for _, each in undo.pending()] == ["revoke"]
    api.asked.clear()
    revoke.inject(known, Revoke())
    assert api.asked[0] == "patch"
    assert healing.heal_all() == ()
    assert api.rules == RULES
    assert list(undo.pending()) == []


def test_a_call_waits_for_what_is_still_being_noted() -> None:
    api, healing = Roles(slow=threading.Event()), Healing("cell")
    healing.prepare(0, "revoke", Revoke(), context(api))
    assert api.slow is not None
    threading.Timer(0.05, api.slow.set).start()
    assert healing.about_to(0, "revoke", Revoke(), context(api)).remembered["before"] == "allowed"
    assert api.asked == ["get", "review"]


def test_what_was_changed_since_is_not_called_the_work_of_the_step() -> None:
    api, healing = Roles(), Healing("cell")
    healing.prepare(0, "revoke", Revoke(), context(api))
    known = healing.about_to(0, "revoke", Revoke(), context(api))
    api.version += 1
    with pytest.raises(Missed, match="changed by somebody else"):
        revoke.inject(known, Revoke())


def test_a_step_that_never_fires_leaves_nothing_and_undoes_nothing() -> None:
    api, healing = Roles(), Healing("cell")
    healing.prepare(0, "revoke", Revoke(), context(api))
    assert healing.heal_all() == ()
    assert api.asked == ["get", "review"]
    assert list(undo.pending()) == []


def test_it_is_noted_anew_for_another_target_and_not_early_where_a_fault_stands() -> None:
    api, healing = Roles(), Healing("cell")
    healing.prepare(0, "revoke", Revoke(), context(api))
    healing.about_to(0, "revoke", Revoke(), context(api, workflow="another"))
    assert api.asked == ["get", "review"] * 2
    healing.prepare(1, "revoke", Revoke(), context(api))
    assert api.asked == ["get", "review"] * 2


def test_only_what_notices_a_change_is_noted_early() -> None:
    api, healing = Roles(), Healing("cell")
    healing.prepare(0, "exhaust-quota", ExhaustQuota(), context(api))
    assert api.asked == []

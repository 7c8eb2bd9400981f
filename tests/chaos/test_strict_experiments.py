"""An experiment in which an action failed is not green."""

from typing import Any

import pytest

from harness.chaos.strict import after_experiment_control


def journal(*statuses: str, status: str = "completed", rollback: str = "succeeded") -> dict[str, Any]:
    runs = [{"activity": {"name": f"a{i}"}, "status": each} for i, each in enumerate(statuses)]
    rollbacks = [{"activity": {"name": "undo"}, "status": rollback}]
    return {"status": status, "run": runs, "rollbacks": rollbacks}


@pytest.mark.parametrize(
    ("before", "after"),
    [
        (journal("succeeded", "succeeded"), "completed"),
        (journal("succeeded", "failed"), "failed"),
        (journal("aborted"), "failed"),
        (journal("succeeded", rollback="failed"), "failed"),
        (journal("failed", status="interrupted"), "interrupted"),
        (journal(), "completed"),
        (journal() | {"steady_states": {"before": {"steady_state_met": False}}}, "failed"),
        (journal() | {"steady_states": {"before": {"steady_state_met": True}}}, "completed"),
        (journal() | {"steady_states": {"before": None}}, "completed"),
    ],
)
def test_a_failed_activity_fails_the_experiment(before: dict[str, Any], after: str) -> None:
    after_experiment_control(context={}, state=before, configuration={}, secrets={})
    assert before["status"] == after

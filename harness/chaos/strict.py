"""A control that makes an experiment fail when an action in it failed.

Chaos Toolkit notes a failed action in the journal and goes on; without a hypothesis that notices, the experiment ends
as `completed` with exit code 0 although nothing was disturbed. So does one whose hypothesis did not hold at the
beginning. That is a green that proves nothing.
"""

import logging
from typing import Any

logger = logging.getLogger("chaostoolkit")

__all__ = ["after_experiment_control"]


def after_experiment_control(context: dict[str, Any], state: dict[str, Any], **_: Any) -> None:
    """Marks the journal as failed, after the rollbacks have been played."""
    failed = [run["activity"]["name"] for run in state["run"] + state["rollbacks"] if run["status"] != "succeeded"]
    before = (state.get("steady_states") or {}).get("before")
    if before and not before["steady_state_met"]:
        failed.append("the steady state, which was not there at the beginning")
    if failed and state["status"] == "completed":
        logger.error(f"the experiment fails, because of: {', '.join(failed)}")
        state["status"] = "failed"

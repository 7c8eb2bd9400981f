"""Scenarios in which a fault of processes, memory or pods is kept from landing, whatever the machine is busy with."""

from __future__ import annotations

from typing import Final

import yaml

from tests.real.failing_to_land import Raw, shell, written

BUDGET: Final[Raw] = {"podDisruptionBudget": {"minAvailable": 1}}
ENDED: Final = "{target: {template: first}}"
KEPT: Final = {
    "kill-process": (ENDED, "had ended with exit 0 before the call"),
    "freeze-process": ("{process: none-is-like-it}", "has no process 'none-is-like-it'"),
    "oom-kill": ("{process: none-is-like-it}", "has no process 'none-is-like-it'"),
    "delete-pod": ("{grace: 5s, target: {template: first}}", "was Succeeded before the call"),
    "evict-pod": ("{patience: 1s}", "was refused for 1 s"),
    "fail-pod": (ENDED, "was Succeeded before the call"),
    "hold-finalizer": (ENDED, "was Succeeded before the call"),
    "break-image": ("{container: none-is-like-it}", "has no container none-is-like-it"),
    "make-unschedulable": ("{}", "no proof"),
    "starve-cpu": (ENDED, "had ended with exit 0 before the call"),
    "fill-disk": ("{path: /etc}", "is no volume with a size of its own"),
}
"""What the step says, and why nothing came of it."""


def scenario(verb: str) -> str:
    parameters, _ = KEPT[verb]
    tasks = [{"name": "first", "template": "first"}, {"name": "second", "template": "second", "depends": "first"}]
    return written(
        [
            {
                "when": {"pod": {"template": "second", "container": {"name": "main", "state": "running"}}},
                "inject": {verb: yaml.safe_load(parameters)},
                "proof-within": "3s",
            }
        ],
        {"name": "main", "dag": {"tasks": tasks}},
        shell("exit 0", "first"),
        shell("sleep 60", "second"),
        spec=BUDGET if verb == "evict-pod" else None,
    )

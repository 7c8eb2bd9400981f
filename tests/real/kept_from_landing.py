"""Scenarios in which a fault of processes, memory or pods is kept from landing, whatever the machine is busy with."""

from __future__ import annotations

from typing import Final

BUDGET: Final = "podDisruptionBudget: {minAvailable: 1}"
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
    return f"""
name: kept-from-landing
title: A fault that does not land
workflow:
  apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  spec:
    entrypoint: main
    {BUDGET if verb == "evict-pod" else ""}
    templates:
      - name: main
        dag:
          tasks:
            - {{name: first, template: first}}
            - {{name: second, template: second, depends: first}}
      - name: first
        container: {{image: "alpine:3.18", command: [sh, -c], args: ["exit 0"]}}
      - name: second
        container: {{image: "alpine:3.18", command: [sh, -c], args: ["sleep 60"]}}
method:
  - when: {{pod: {{template: second, container: {{name: main, state: running}}}}}}
    inject: {{{verb}: {parameters}}}
    proof-within: 3s
expect:
  workflow: {{phase: Succeeded}}
"""

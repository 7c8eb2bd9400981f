"""What a workflow needs beside it, such as the limit of a semaphore; a closed set of kinds, so that a run stays within
its own namespace."""

from typing import Annotated, Any, Final

from pydantic import AfterValidator, WithJsonSchema

from harness.scenario.problems import listed, show

KINDS: Final = {"ConfigMap": "v1", "Workflow": "argoproj.io/v1alpha1", "WorkflowTemplate": "argoproj.io/v1alpha1"}


def fits(given: dict[str, Any]) -> dict[str, Any]:
    kind, version, meta = given.get("kind"), given.get("apiVersion"), given.get("metadata")
    if not isinstance(kind, str) or kind not in KINDS:
        raise ValueError(f"kind: {show(kind)} cannot stand beside a workflow; allowed: {listed(KINDS)}")
    if version != KINDS[kind]:
        raise ValueError(f"apiVersion: a {kind} is of {KINDS[kind]}, not {show(version)}")
    if not isinstance(meta, dict) or not isinstance(meta.get("name"), str) or not meta["name"]:
        raise ValueError(f"the {kind} has no metadata.name")
    if "namespace" in meta:
        raise ValueError(f"the {kind} names a namespace: every run has one of its own")
    return given


Companion = Annotated[
    dict[str, Any],
    AfterValidator(fits),
    WithJsonSchema(
        {
            "type": "object",
            "required": ["apiVersion", "kind", "metadata"],
            "properties": {"kind": {"type": "string", "enum": list(KINDS)}},
        }
    ),
]

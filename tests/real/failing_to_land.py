"""Writes scenarios whose workflow would succeed by itself, so that all that is judged is a fault that does not land."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Final

import yaml

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

Raw = dict[str, Any]
IMAGE: Final = "alpine:3.18"
RUNS: Final[Raw] = {"pod": {"template": "main", "phase": "Running"}}


def written(steps: Sequence[Raw], *templates: Raw, objects: Sequence[Raw] = (), spec: Raw | None = None) -> str:
    """The file of a scenario with these steps, while a workflow with these templates runs from `main` on."""
    whole: Raw = {"name": "kept-from-landing", "title": "A fault that does not land"}
    whole |= {"objects": list(objects)} if objects else {}
    workflow = {"entrypoint": "main", **(spec or {}), "templates": list(templates)}
    whole["workflow"] = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "spec": workflow}
    whole |= {"method": list(steps), "expect": {"workflow": {"phase": "Succeeded"}}}
    return yaml.safe_dump(whole, sort_keys=False)


def running(*command: str, name: str = "main", affinity: Mapping[str, Any] | None = None) -> Raw:
    """A template with one container."""
    place = {"affinity": dict(affinity)} if affinity else {}
    return {"name": name, **place, "container": {"image": IMAGE, "command": list(command)}}


def shell(script: str, name: str = "main") -> Raw:
    made = running("sh", "-c", name=name)
    made["container"]["args"] = [script]
    return made


def following(first: Raw, deeds: Iterable[str], within: str, proof: str, last_proof: str) -> list[Raw]:
    """The first fires at `first`, each other when the one before has landed; a deed is `inject: {VERB: {...}}`."""
    parsed = [yaml.safe_load(deed) for deed in deeds]
    whens = [first, *({"landed": f"step-{number}"} for number in range(len(parsed) - 1))]
    proofs = [*(proof for _ in parsed[1:]), last_proof]
    return [
        {"name": f"step-{number}", "when": when, "within": within, "proof-within": patience, **deed}
        for number, (when, patience, deed) in enumerate(zip(whens, proofs, parsed, strict=True))
    ]

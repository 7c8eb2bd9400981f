"""An action of somebody else is called by Chaos Toolkit itself, in a process that is told of no other cluster."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from harness.cluster import foreign
from harness.faults import chaos_toolkit
from harness.faults.context import Context, Refused
from harness.model.events import Target
from harness.scenario.verbs import ChaosToolkit

if TYPE_CHECKING:
    from harness.cluster.apifaults import ApiTouch

EXTENSION = "tests.faults.foreign_extension"
KUBECONFIG = Path("/run/this-cluster.kubeconfig")


@dataclass(slots=True)
class Kept:
    """The commands that were told to the history."""

    commands: list[tuple[tuple[str, ...], int, str]] = field(default_factory=list)

    def command(self, argv: tuple[str, ...], exit_code: int, output: str, seconds: float) -> None:
        self.commands.append((argv, exit_code, output))

    def read_back(self, subject: str, *, before: str = "", after: str) -> None: ...

    def accepted(self, detail: str) -> None: ...

    def api_touched(self, touch: ApiTouch) -> None: ...

    def node_power(self, host: str, *, on: bool, processes: int) -> None: ...


def inject(function: str, kept: Kept, **more: Any) -> str:
    arguments = more.pop("arguments", {})
    verb = {"action": f"{EXTENSION}:{function}", "proof": {"workflow": {"final": True}}, "arguments": arguments}
    cluster: Any = type("Cluster", (), {"kubeconfig": KUBECONFIG})
    context = Context(
        cluster=cluster,
        namespace="ns",
        workflow="wf",
        target=Target(pod="pod-a", host="node-1"),
        journal=kept,
        cli=None,
        controller_hosts=frozenset,
    )
    return chaos_toolkit.inject(context, ChaosToolkit.model_validate({**verb, "pause": "50ms", **more}))


def test_nothing_that_it_sees_names_another_cluster(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("KUBECONFIG", "/home/me/production")
    monkeypatch.setenv("KUBERNETES_CONTEXT", "production")
    monkeypatch.setenv("CHAOSTOOLKIT_IN_POD", "true")
    seen = json.loads(foreign.call(EXTENSION, "environment", {}, KUBECONFIG, 60))
    assert seen == {"KUBECONFIG": str(KUBECONFIG)}


def test_it_is_called_again_where_it_failed_and_each_attempt_is_told(tmp_path: Path) -> None:
    kept, marker = Kept(), tmp_path / "pod-a"
    did = inject("fail_at_first", kept, arguments={"marker": str(tmp_path / "{{pod}}")}, attempts=2)
    assert did == f'{EXTENSION}:fail_at_first returned "now"'
    named = json.dumps({"marker": str(marker)})
    assert [(argv[2], code, output) for argv, code, output in kept.commands] == [
        (named, 1, "RuntimeError: not yet"),
        (named, 0, '"now"'),
    ]


@pytest.mark.parametrize(
    ("function", "arguments", "said"),
    [
        ("sleep", {"seconds": 60}, "it had not come back after 2 s"),
        ("die", {}, "its process ended with exit code 3"),
        ("there_is_none", {}, "has no attribute 'there_is_none'"),
    ],
)
def test_what_fails_each_time_was_not_done(function: str, arguments: dict[str, Any], said: str) -> None:
    with pytest.raises(Refused, match=rf"{function} failed 1 times, the last time: .*{said}"):
        inject(function, Kept(), arguments=arguments, attempts=1, timeout="2s" if function == "sleep" else "60s")

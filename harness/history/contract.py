"""The shape of every line of a history, for readers in other languages: docs/history.schema.json is made from here.

The strict reading itself is in format.py, which also gives better words for what is wrong.
"""

import json
import sys
from typing import Annotated, Any, Final, Literal, TypeAlias

from pydantic import BaseModel, ConfigDict, Field, TypeAdapter

from harness.model.api import Deed
from harness.model.events import EndReason, Resource, Stage, Verb
from harness.model.header import Cgroup

Count: TypeAlias = Annotated[int, Field(ge=0)]
Seconds: TypeAlias = Annotated[float, Field(ge=0)]


class Shape(BaseModel):
    """Nothing that is not written here may be in a line."""

    model_config = ConfigDict(extra="forbid", strict=True)


class ScenarioShape(Shape):
    name: str
    sha256: str
    spec: dict[str, Any]
    file: str = ""
    lines: dict[str, Annotated[int, Field(ge=1)]] = {}


class SettingsShape(Shape):
    env: dict[str, str]
    args: list[str]
    config: dict[str, str] = {}


class CalibrationShape(Shape):
    """The machine when the recording began; null where it was not measured."""

    cores: Count | None
    pod_start: Seconds | None
    watch_lag: Seconds | None
    steal: Seconds | None
    busy: Seconds | None
    load: Seconds | None
    spin: Seconds | None


class HeaderLine(Shape):
    """The first line."""

    format: Literal["argo-shakedown-history"]
    version: Literal[1]
    harness: str
    scenario: ScenarioShape
    argo: str
    kubernetes: str
    provider: str
    cgroup: Annotated[Cgroup, Field(strict=False)]
    settings: SettingsShape
    namespace: str
    workflow: str
    builds: dict[str, str]
    started: float
    nodes: list[str]
    run: Annotated[int, Field(ge=1)] = 1
    calibration: CalibrationShape
    argo_namespace: str = "argo"
    """Where Argo's controller runs."""
    reused: bool = False
    """Whether cells of an earlier run or another release had used the cluster, in which nothing of them was found."""


class EntryShape(Shape):
    seq: Annotated[int, Field(ge=1)]
    t: Seconds
    wall: float


class WatchShape(EntryShape):
    kind: Literal["watch"]
    resource: Annotated[Resource, Field(strict=False)]
    verb: Annotated[Verb, Field(strict=False)]
    version: str
    name: str


class WholeWatchLine(WatchShape):
    """A version of an object."""

    object: dict[str, Any]


class DiffWatchLine(WatchShape):
    """A version of an object as what changed since the one of the entry `base`."""

    base: Annotated[int, Field(ge=1)]
    diff: dict[str, dict[str, Any] | list[Any]]


class GapLine(EntryShape):
    kind: Literal["gap"]
    resource: Annotated[Resource, Field(strict=False)]
    why: str


class TargetShape(Shape):
    pod: str
    pod_uid: str
    node_id: str
    container: str
    container_id: str
    host: str
    workflow: str


class StepLine(EntryShape):
    kind: Literal["step"]
    step: Count
    verb: str
    stage: Annotated[Stage, Field(strict=False)]
    target: TargetShape | None
    cause: Count | None
    detail: str


class KernelKillLine(EntryShape):
    kind: Literal["kernel-kill"]
    container_id: str
    pid: int
    task: str
    line: str


class PowerLine(EntryShape):
    kind: Literal["power"]
    host: str
    on: bool
    processes: Count


class CommandLine(EntryShape):
    kind: Literal["command"]
    step: Count
    argv: list[str]
    exit_code: int
    output: str
    seconds: Seconds


class ReadBackLine(EntryShape):
    """What was read of a step's effect from the kernel or the API, where no watch shows it."""

    kind: Literal["read-back"]
    step: Count
    subject: str
    before: str
    after: str


class ApiLine(EntryShape):
    """What the API proxy did to one request of the controller, or to one event of its watch."""

    kind: Literal["api"]
    step: Count
    deed: Annotated[Deed, Field(strict=False)]
    number: Count
    client: str
    verb: str
    resource: str
    path: str
    status: Count
    seconds: Seconds
    detail: str


class NudgeLine(EntryShape):
    kind: Literal["nudge"]
    accepted: bool
    detail: str


class ControllerLogLine(EntryShape):
    """What the workflow controller's log should never say of this cell; `asked` is false where it was not readable."""

    kind: Literal["controller-log"]
    lines: list[str]
    asked: bool


class MachineLine(EntryShape):
    """How busy the machine was while the cell ran: shares of all processors, seconds, a load average."""

    kind: Literal["machine"]
    seconds: Seconds
    cores: Count
    busy: Seconds
    steal: Seconds
    load: Seconds
    stall: Seconds
    pressure: Seconds | None


class EndLine(EntryShape):
    """The last line."""

    kind: Literal["end"]
    reason: Annotated[EndReason, Field(strict=False)]
    detail: str


class NoteLine(EntryShape):
    kind: Literal["note"]
    text: str


Line: TypeAlias = (
    HeaderLine
    | WholeWatchLine
    | DiffWatchLine
    | GapLine
    | StepLine
    | KernelKillLine
    | PowerLine
    | CommandLine
    | ReadBackLine
    | ApiLine
    | NudgeLine
    | ControllerLogLine
    | MachineLine
    | EndLine
    | NoteLine
)
LINE: Final[TypeAdapter[Line]] = TypeAdapter(Line)


def schema() -> dict[str, Any]:
    """The JSON Schema of one line, committed as docs/history.schema.json."""
    drawn = _without_defaults(LINE.json_schema())
    return {
        "$schema": "https://json-schema.org/draft/2020-12/schema",
        "title": "One line of history.jsonl: the first is a HeaderLine, the last an EndLine, the rest is in between",
        **drawn,
    }


def _without_defaults(drawn: Any) -> Any:
    """`additionalProperties: true` says nothing, and not every validator knows it."""
    if isinstance(drawn, list):
        return [_without_defaults(item) for item in drawn]
    if isinstance(drawn, dict):
        return {k: _without_defaults(v) for k, v in drawn.items() if (k, v) != ("additionalProperties", True)}
    return drawn


if __name__ == "__main__":
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")

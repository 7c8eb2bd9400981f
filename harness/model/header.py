"""The first line of a history: under what conditions it was recorded, so that it can be judged by itself."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any, Final

FORMAT: Final = "argo-shakedown-history"
VERSION: Final = 1
ARGO_NAMESPACE: Final = "argo"
"""Where the official manifests put Argo."""


class Cgroup(StrEnum):
    """Of the hierarchy that limits memory on the cluster nodes; unknown where the harness cannot look at them."""

    V1 = "v1"
    V2 = "v2"
    UNKNOWN = "unknown"


@dataclass(frozen=True, slots=True, kw_only=True)
class ScenarioRecord:
    """The scenario as it was run. `spec` is the whole of it as JSON; `sha256` is the hash of its source file.

    `file` is that file, and `lines` where in it stands what is expected, as `expect.nodes.0` to line; a path that is
    not there stands where the one above it does. Both are empty in histories that were recorded without them.
    """

    name: str
    sha256: str
    spec: Mapping[str, Any]
    file: str = ""
    lines: Mapping[str, int] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerSettings:
    """`config` is the data of the controller's config map, where Argo was not installed by the harness."""

    env: Mapping[str, str] = field(default_factory=dict)
    args: tuple[str, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)


@dataclass(frozen=True, slots=True, kw_only=True)
class Calibration:
    """How fast and how busy the machine was when the recording began; None where it was not measured.

    `pod_start` is seconds from creating a pod that does nothing to its container running, `watch_lag` seconds from an
    accepted write to its watch event; `steal` and `busy` are shares (0 to 1) of all processors, `load` the one-minute
    load average, `spin` seconds for a fixed loop.
    """

    cores: int | None = None
    pod_start: float | None = None
    watch_lag: float | None = None
    steal: float | None = None
    busy: float | None = None
    load: float | None = None
    spin: float | None = None


@dataclass(frozen=True, slots=True, kw_only=True)
class Header:
    """`builds` ties a component to its image digest or build id; `started` is the wall clock at t = 0.

    `run` counts the runs of a scenario that is repeated, from 1: what has a probability is drawn with it. A run that
    proved nothing is made again under its own number.
    """

    harness: str
    scenario: ScenarioRecord
    argo: str
    kubernetes: str
    provider: str
    cgroup: Cgroup
    settings: ControllerSettings
    namespace: str
    workflow: str
    builds: Mapping[str, str] = field(default_factory=dict)
    started: float
    nodes: tuple[str, ...] = ()
    run: int = 1
    calibration: Calibration = field(default_factory=Calibration)
    argo_namespace: str = ARGO_NAMESPACE
    """Where its controller runs."""
    reused: bool = False
    """Whether cells of an earlier run or another release had used the cluster, in which nothing of them was found."""
    format: str = FORMAT
    version: int = VERSION

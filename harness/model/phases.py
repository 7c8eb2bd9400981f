"""Argo's phases, because almost every judgement asks whether one of them is terminal."""

from enum import StrEnum


class Phase(StrEnum):
    """Phase of a workflow or of one of its nodes (Argo's `WorkflowPhase` and `NodePhase`)."""

    UNKNOWN = ""
    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    SKIPPED = "Skipped"
    FAILED = "Failed"
    ERROR = "Error"
    OMITTED = "Omitted"

    @property
    def terminal(self) -> bool:
        return self in TERMINAL


TERMINAL = frozenset({Phase.SUCCEEDED, Phase.SKIPPED, Phase.FAILED, Phase.ERROR, Phase.OMITTED})

"""Argo's phases, because almost every judgement asks whether one of them is terminal."""

from enum import StrEnum
from typing import Self


class Phase(StrEnum):
    """Phase of a workflow or of one of its nodes (Argo's `WorkflowPhase` and `NodePhase`)."""

    terminal: bool

    def __new__(cls, value: str) -> Self:
        member = str.__new__(cls, value)
        member._value_ = value
        member.terminal = value in ("Succeeded", "Skipped", "Failed", "Error", "Omitted")
        return member

    UNKNOWN = ""
    PENDING = "Pending"
    RUNNING = "Running"
    SUCCEEDED = "Succeeded"
    SKIPPED = "Skipped"
    FAILED = "Failed"
    ERROR = "Error"
    OMITTED = "Omitted"


TERMINAL = frozenset(phase for phase in Phase if phase.terminal)

"""How a campaign is to go, as the command line or pytest were told."""

from dataclasses import dataclass, field
from pathlib import Path

from harness.model.repetition import Repeat


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`together` bounds the cells at once in one cluster, `clusters` the clusters at once."""

    folder: Path
    run: str
    provider: str = "local"
    nodes: int = 2
    clusters: int = 2
    together: int = 6
    repeat: Repeat = field(default_factory=Repeat)

"""How a campaign is to go, as the command line or pytest were told."""

from dataclasses import dataclass, field
from pathlib import Path
from typing import Final

from harness.argo.installed import Found
from harness.cluster.ownership import Claim
from harness.cluster.protocol import ImageSource
from harness.model.repetition import Repeat

NODES: Final = 2
CLUSTERS: Final = 2
"""Of clusters that the harness starts, where nobody says how many."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Options:
    """`together` bounds the cells at once in one cluster, `clusters` the clusters at once."""

    folder: Path
    run: str
    provider: str = "local"
    claim: Claim | None = None
    """The cluster that runs already, where the provider is `existing`."""
    installed: Found | None = None
    """The Argo of that cluster, where it is used as it is."""
    images: ImageSource = ImageSource.AUTO
    keep: bool = False
    """Whether clusters stay when the run is over, and such of earlier runs are used."""
    nodes: int = NODES
    clusters: int = CLUSTERS
    together: int = 6
    repeat: Repeat = field(default_factory=Repeat)

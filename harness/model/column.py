"""What the cells of one column of the grid have in common: a release of Argo and, where a run has several, one of
Kubernetes."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Column:
    """`kubernetes` is empty in a run on one Kubernetes: what is the same for all cells need not be in every name."""

    argo: str
    kubernetes: str = ""

    @classmethod
    def of(cls, argo: str, kubernetes: str, *, several: bool) -> Column:
        return cls(argo, kubernetes if several else "")

    @property
    def id(self) -> str:
        """In names of cells, files and folders: `v3.7.15`, or `v3.7.15-v1.34.4`."""
        return f"{self.argo}-{self.kubernetes}" if self.kubernetes else self.argo

    def __str__(self) -> str:
        return f"{self.argo} on {self.kubernetes}" if self.kubernetes else self.argo

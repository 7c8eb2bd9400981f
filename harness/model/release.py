"""Releases are compared all over (known bugs, recipes, the grid), so they are parsed once into something ordered."""

from __future__ import annotations

import re
from dataclasses import dataclass, field
from typing import Final

from packaging.version import Version

from harness.model.errors import UsageError

_TAG: Final = re.compile(r"v?(\d+\.\d+\.\d+(?:-(?:rc|alpha|beta)\.?\d+)?)")


@dataclass(frozen=True, slots=True, kw_only=True, order=True)
class Release:
    """One release of Argo Workflows, or of Kubernetes: `v3.5.10`."""

    version: Version
    tag: str = field(compare=False)

    @classmethod
    def parse(cls, text: str) -> Release:
        match = _TAG.fullmatch(text.strip())
        if match is None:
            raise UsageError(f"{text!r} is not a release", cure="write it like v3.5.10 or 3.5.10")
        return cls(version=Version(match[1]), tag=f"v{match[1]}")

    def __str__(self) -> str:
        return self.tag

    @property
    def major(self) -> int:
        return self.version.major

    @property
    def minor(self) -> int:
        return self.version.minor

    @property
    def patch(self) -> int:
        return self.version.micro

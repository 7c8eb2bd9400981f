"""How an image is named: the name says a release only where it ends in the tag of one."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import Final

from harness.model.errors import UsageError
from harness.model.release import Release

_REFERENCE: Final = re.compile(r"(?P<repository>[^@\s]+?)(?::(?P<tag>[\w][\w.-]*))?(?:@(?P<digest>[\w+.-]+:\w+))?")


@dataclass(frozen=True, slots=True, kw_only=True)
class Image:
    """`quay.io/argoproj/workflow-controller:v3.7.15@sha256:...`; tag and digest are "" where the name has none."""

    repository: str
    tag: str = ""
    digest: str = ""

    @classmethod
    def parse(cls, text: str) -> Image:
        """Whatever is no name of an image is a repository without a tag."""
        match = _REFERENCE.fullmatch(text)
        # the port of a registry looks like a tag, but a tag has no path behind it, and a bare digest is no name
        if match is None or text.startswith("sha256:"):
            return cls(repository=text)
        return cls(**{key: value or "" for key, value in match.groupdict().items()})

    @property
    def name(self) -> str:
        """Without the registry and the folders before it."""
        return self.repository.rpartition("/")[2]

    @property
    def release(self) -> Release | None:
        """None where the tag is not that of a release."""
        try:
            return Release.parse(self.tag)
        except UsageError:
            return None

"""Compiling takes minutes, and Go says nothing meanwhile; this tells how far it is."""

from __future__ import annotations

import re
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from harness.build.progress import Step
    from harness.build.toolchain import Go


def compile_into(
    folder: Path,
    packages: Sequence[str],
    *,
    go: Go,
    source: Path,
    variables: Mapping[str, str],
    what: str,
    step: Step,
) -> None:
    """Builds commands into a folder; `variables` are set at link time."""
    flags = " ".join(["-s -w", *(f"-X {name}={value}" for name, value in variables.items())])
    total = _count(go, packages, source, what)
    with tempfile.TemporaryDirectory(dir=folder, prefix=".work-") as scratch:
        go.run(
            *("build", "-v", "-trimpath", "-ldflags", flags, "-o", f"{folder}/", *packages),
            cwd=source,
            what=what,
            watch=_teller(step, total),
            scratch=Path(scratch),
        )


def _count(go: Go, packages: Sequence[str], source: Path, what: str) -> int:
    return len(go.run("list", "-deps", *packages, cwd=source, what=what).splitlines())


def _teller(step: Step, total: int) -> Callable[[str], None]:
    compiled = 0

    def tell(line: str) -> None:
        nonlocal compiled
        if re.fullmatch(r"[\w./~-]+", line):
            compiled += 1
            step.show(f"{compiled} of at most {total} packages compiled: {line}")
        elif line.startswith("go: downloading"):
            step.show(line.removeprefix("go: "))

    return tell

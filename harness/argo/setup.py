"""Whatever a run needs is made before it starts, in one place: a cold machine shows all of what is ahead of it."""

from __future__ import annotations

import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.argo import build as argo
from harness.argo import releases
from harness.build import debian, kubernetes, progress
from harness.model.errors import HarnessError
from harness.model.release import Release

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path

    from harness.argo.build import ArgoBuild
    from harness.build.progress import Progress

SEED_RELEASES: Final = (Release.parse("v3.5.10"), Release.parse("v3.7.15"))


@dataclass(frozen=True, slots=True, kw_only=True)
class Prepared:
    """All that a local cluster with Argo is made of."""

    debian: Path | None
    """None where no cluster is made."""
    kubernetes: tuple[Path, ...]
    builds: tuple[ArgoBuild, ...]


def prepare(wanted: Iterable[Release], versions: Sequence[str], progress: Progress) -> Prepared:
    """Makes what is missing; when nothing is, this takes milliseconds. Without `versions` clusters bring their own."""
    wanted = tuple(dict.fromkeys(wanted))
    for release in wanted:
        releases.check(release)
    if steps := missing(wanted, versions):
        progress.plan(steps)
    return Prepared(
        debian=debian.ensure(progress) if versions else None,
        kubernetes=tuple(kubernetes.ensure(version, progress) for version in versions),
        builds=tuple(argo.ensure(release, progress) for release in wanted),
    )


def missing(wanted: Sequence[Release], versions: Sequence[str]) -> list[str]:
    """The steps that are still to be made, in their order."""
    packages = [debian.STEP] if versions and not debian.find() else []
    builds = [argo.step_name(release) for release in wanted if argo.find(release) is None]
    # the manifests of a release are rendered with the kubectl of the default version, or the machine's own
    renders = [kubernetes.DEFAULT] if builds and kubernetes.found_kubectl() is None else []
    needed = dict.fromkeys([*versions, *renders])
    clusters = [kubernetes.step_name(each) for each in needed if kubernetes.find(each) is None]
    return packages + clusters + builds


def main(arguments: Sequence[str]) -> int:
    """For `make setup`: the releases, or the seeds' two."""
    try:
        wanted = [Release.parse(text) for text in arguments] or list(SEED_RELEASES)
        prepare(wanted, (kubernetes.DEFAULT,), progress.to())
    except HarnessError as error:
        print(f"shakedown: {error}", file=sys.stderr)
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))

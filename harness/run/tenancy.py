"""The cluster of a group of cells: a new one that goes with them or, where clusters are kept, one of an earlier run
that is as good as new."""

from __future__ import annotations

import time
from contextlib import contextmanager, suppress
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING

from harness import __version__
from harness.cluster import keeping
from harness.cluster.keeping import Kept
from harness.model.errors import HarnessError
from harness.run import cluster_wide, inspection
from harness.run.inspection import Doubtful

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    from harness.build.progress import Progress
    from harness.cluster.keeping import Hold
    from harness.cluster.protocol import Cluster, ClusterSpec
    from harness.cluster.provider import Provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Pack:
    """An archive, and the images that are in it."""

    names: tuple[str, ...]
    archive: Path

    @property
    def stamps(self) -> Mapping[str, str]:
        return dict.fromkeys(self.names, keeping.stamp(self.archive))


@dataclass(slots=True, kw_only=True)
class Tenancy:
    """`reused` where an earlier run has used the cluster; `spoiled` says why no later one may."""

    cluster: Cluster
    reused: bool = False
    spoiled: str = ""


@contextmanager
def cluster(wanted: ClusterSpec, provider: Provider, packs: Sequence[Pack], progress: Progress) -> Iterator[Tenancy]:
    """A cluster with these images. It is gone when the context ends, but for a persistent one that is neither spoiled
    nor left by an exception: that one stays for whoever comes next."""
    if wanted.persistent:
        with _kept(wanted, provider, packs, progress) as tenancy:
            yield tenancy
        return
    running = provider.start(_with_images(wanted, packs), progress)
    try:
        yield Tenancy(cluster=running)
    finally:
        running.close()


@contextmanager
def _kept(wanted: ClusterSpec, provider: Provider, packs: Sequence[Pack], progress: Progress) -> Iterator[Tenancy]:
    hold, tenancy = _found(wanted, provider, packs, progress) or _made(wanted, provider, packs, progress)
    try:
        try:
            yield tenancy
        except BaseException:
            _end(hold, tenancy.cluster)
            raise
        if tenancy.spoiled:
            progress.say(f"cluster {hold.name} is not kept: {tenancy.spoiled}")
            _end(hold, tenancy.cluster)
        else:
            tenancy.cluster.leave()
    finally:
        hold.release()


def _found(
    wanted: ClusterSpec, provider: Provider, packs: Sequence[Pack], progress: Progress
) -> tuple[Hold, Tenancy] | None:
    asked = Kept.of(wanted, provider.name, __version__)
    for name in keeping.names():
        there = keeping.read(name)
        if there is None or not there.alike(asked):
            continue
        hold = keeping.hold(name)
        if hold is None:
            continue
        try:
            tenancy = _taken(hold, provider, packs, progress)
        except BaseException:
            hold.release()
            raise
        if tenancy is not None:
            return hold, tenancy
        hold.release()
    return None


def _taken(hold: Hold, provider: Provider, packs: Sequence[Pack], progress: Progress) -> Tenancy | None:
    """None where it is gone, or not to be trusted, which is told."""
    began = time.monotonic()
    running: Cluster | None = None
    try:
        kept = keeping.read(hold.name)
        if kept is None or kept.seconds is None:
            raise Doubtful("the run that started it, or was ending it, was killed")
        running = provider.attach(hold.name)
        if running is None:
            keeping.forget(hold.name)
            return None
        with progress.step(f"looking over cluster {hold.name}") as step:
            inspection.inspect(running, kept)
            step.show("loading images")
            _load(running, hold, kept, packs)
    except HarnessError as doubt:
        if running is not None:
            running.leave()
        progress.say(
            f"kept cluster {hold.name} is not used again: {doubt}; `shakedown cluster down {hold.name}` ends it"
        )
        return None
    took = time.monotonic() - began
    progress.say(
        f"cluster {hold.name} is used again, and was found clean: that took {took:.1f} s, its start had taken"
        f" {kept.seconds:.1f} s, so {max(0.0, kept.seconds - took):.1f} s are saved"
    )
    return Tenancy(cluster=running, reused=True)


def _load(running: Cluster, hold: Hold, kept: Kept, packs: Sequence[Pack]) -> None:
    """Those that are not there as they are wanted: of two builds of one release the name is the same."""
    missing = [pack for pack in packs if not _has(running, kept, pack)]
    if not missing:
        return
    new = {name: stamp for pack in missing for name, stamp in pack.stamps.items()}
    others = {name: stamp for name, stamp in kept.images.items() if name not in new}
    hold.write(replace(kept, images=others))
    for pack in missing:
        running.load_image(pack.archive)
    hold.write(replace(kept, images={**others, **new}))


def _has(running: Cluster, kept: Kept, pack: Pack) -> bool:
    return all(kept.images.get(name) == stamp and running.has_image(name) for name, stamp in pack.stamps.items())


def _made(wanted: ClusterSpec, provider: Provider, packs: Sequence[Pack], progress: Progress) -> tuple[Hold, Tenancy]:
    hold = keeping.reserve(wanted.name)
    try:
        asked = Kept.of(wanted, provider.name, __version__)
        hold.write(asked)
        began = time.monotonic()
        running = provider.start(_with_images(wanted, packs), progress)
        images = {name: stamp for pack in packs for name, stamp in pack.stamps.items()}
        took = round(time.monotonic() - began, 1)
        hold.write(replace(asked, seconds=took, images=images, found=cluster_wide.found(running.api)))
    except BaseException:
        if not _alive(provider, wanted.name):
            keeping.forget(hold.name)
        hold.release()
        raise
    return hold, Tenancy(cluster=running)


def _end(hold: Hold, running: Cluster) -> None:
    """The record says first that nobody is to use it, and goes last."""
    with suppress(HarnessError):
        if kept := keeping.read(hold.name):
            hold.write(replace(kept, seconds=None))
    running.close()
    keeping.forget(hold.name)


def _alive(provider: Provider, name: str) -> bool:
    """One that cannot be told is kept in mind."""
    try:
        return name in provider.clusters()
    except HarnessError:
        return True


def _with_images(wanted: ClusterSpec, packs: Sequence[Pack]) -> ClusterSpec:
    return replace(wanted, images=tuple(pack.archive for pack in packs))

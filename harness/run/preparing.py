"""Before the first cluster: a machine that can carry one, nothing left of a killed run, and every release built."""

from collections.abc import Callable, Iterable, Mapping
from typing import TypeVar

from harness.argo import setup
from harness.build.progress import Progress
from harness.cluster.provider import Provider
from harness.model.errors import ReleaseUnavailable
from harness.model.release import Release
from harness.run import undoing

T = TypeVar("T")


def prepare(
    provider: Provider, releases: Iterable[Release], kubernetes: Iterable[str], progress: Progress
) -> Mapping[str, str]:
    """Why a release, of Argo or of Kubernetes, cannot be had, for those that cannot: their cells are infra, the others
    run.

    Raises HarnessError if nothing can be run here.
    """
    wanted = tuple(dict.fromkeys(releases))
    if not wanted:
        return {}
    provider.check()
    for undone in undoing.finish():
        progress.say(f"a killed run had left {undone}")
    for leftover in provider.sweep():
        progress.say(f"removed what a killed run left: {leftover}")
    return available(wanted, tuple(dict.fromkeys(kubernetes)) if provider.builds_kubernetes else (), progress)


def available(wanted: tuple[Release, ...], kubernetes: tuple[str, ...], progress: Progress) -> Mapping[str, str]:
    """All at once where that is possible, so that the progress tells all that is ahead."""
    try:
        setup.prepare(wanted, kubernetes, progress)
    except ReleaseUnavailable:
        if len(wanted) == len(kubernetes) == 1:
            raise
        return one_by_one(wanted, kubernetes, progress)
    return {}


def one_by_one(wanted: tuple[Release, ...], kubernetes: tuple[str, ...], progress: Progress) -> Mapping[str, str]:
    missing = tried(kubernetes, lambda on: setup.prepare((), (on,), progress))
    there = [on for on in kubernetes if on not in missing][:1]
    missing |= tried(wanted, lambda release: setup.prepare((release,), there, progress))
    for told in missing.values():
        progress.say(told)
    return missing


def tried(wanted: Iterable[T], make: Callable[[T], object]) -> dict[str, str]:
    """Why some cannot be had. Raises ReleaseUnavailable where that is so for all."""
    missing: dict[str, ReleaseUnavailable] = {}
    there: list[T] = []
    for each in wanted:
        try:
            make(each)
            there.append(each)
        except ReleaseUnavailable as error:
            missing[str(each)] = error
    if missing and not there:
        raise next(iter(missing.values()))
    return {name: str(error) for name, error in missing.items()}

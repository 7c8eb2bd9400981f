"""Before the first cluster: a machine that can carry one, nothing left of a killed run, and every release built."""

from collections.abc import Iterable, Mapping

from harness.argo import setup
from harness.build.progress import Progress
from harness.cluster.provider import Provider
from harness.model.errors import ReleaseUnavailable
from harness.model.release import Release
from harness.run import undoing


def prepare(provider: Provider, releases: Iterable[Release], kubernetes: str, progress: Progress) -> Mapping[str, str]:
    """Why a release cannot be had, for those that cannot: their cells are infra, the others run.

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
    return available(wanted, kubernetes, progress)


def available(wanted: tuple[Release, ...], kubernetes: str, progress: Progress) -> Mapping[str, str]:
    """All at once where that is possible, so that the progress tells all that is ahead."""
    try:
        setup.prepare(wanted, kubernetes, progress)
    except ReleaseUnavailable as error:
        if len(wanted) == 1:
            raise
        return one_by_one(wanted, kubernetes, progress, error)
    return {}


def one_by_one(
    wanted: tuple[Release, ...], kubernetes: str, progress: Progress, first: ReleaseUnavailable
) -> Mapping[str, str]:
    setup.prepare((), kubernetes, progress)
    missing = {}
    for release in wanted:
        try:
            setup.prepare((release,), kubernetes, progress)
        except ReleaseUnavailable as error:
            missing[str(release)] = str(error)
    if len(missing) == len(wanted):
        raise first
    for told in missing.values():
        progress.say(told)
    return missing

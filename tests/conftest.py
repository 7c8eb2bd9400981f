"""Tests that name no provider mean the embedded cluster, also on a machine where kind could be had."""

import os

import pytest
from hypothesis import settings
from xdist.scheduler import LoadScopeScheduling

from harness.cluster.providers import VARIABLE

os.environ.setdefault(VARIABLE, "local")
settings.register_profile("untimed", deadline=None)
settings.load_profile("untimed")

CLEANERS = (
    "test_a_killed_harness_is_undone.py",
    "test_both_ways_with_chaos_toolkit.py",
    "test_chaos_toolkit.py",
)
"""Each runs `shakedown clean`, or leaves to another process what that would undo: beside each other they interfere."""


class ByCluster(LoadScopeScheduling):  # type: ignore[misc]  # xdist has no types
    """A file's tests share one worker, since they share one cluster, and the files that clean up share one, too.

    `--dist loadgroup` would say the same, but pytest 9 does not see the groups of xdist 3.8.
    """

    def _split_scope(self, nodeid: str) -> str:
        file = nodeid.partition("::")[0]
        return "cleaning" if file.endswith(CLEANERS) else file


def pytest_xdist_make_scheduler(config: pytest.Config, log: object) -> ByCluster | None:
    return ByCluster(config, log) if config.getvalue("dist") == "loadfile" else None

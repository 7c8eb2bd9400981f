"""Takes everything of a cluster out of the engine, however far its making had come."""

from __future__ import annotations

import time
from typing import Final

from harness.cluster.kind import engine
from harness.cluster.kind.layout import KIND_LABEL

_SETTLED: Final = 1.5
"""Seconds in which nothing new may appear: an engine goes on making what a client that was killed had asked for."""
_WITHIN: Final = 60.0
_LOOK: Final = 0.25


def containers(kind_name: str) -> tuple[str, ...]:
    """By name; stopped ones and half-made ones, too."""
    filters = ("--filter", f"label={KIND_LABEL}={kind_name}")
    return tuple(engine.call("ps", "--all", *filters, "--format", "{{.Names}}").split())


def remove(kind_name: str, *, half_made: bool = False) -> None:
    """Containers with their volumes, then the network. Raises EngineFailed."""
    deadline = time.monotonic() + _WITHIN
    quiet_since = time.monotonic()
    while True:
        if found := containers(kind_name):
            engine.attempt("rm", "--force", "--volumes", *found)
            quiet_since = time.monotonic()
        elif not half_made or time.monotonic() - quiet_since > _SETTLED:
            break
        if time.monotonic() > deadline:
            raise engine.EngineFailed(f"containers of {kind_name} would not go: {', '.join(found)}")
        time.sleep(_LOOK)  # the engine tells nobody that nothing more is coming
    _remove_network(kind_name)


def _remove_network(kind_name: str) -> None:
    done = engine.attempt("network", "rm", kind_name)
    if done.returncode != 0 and "not found" not in done.stderr.lower():
        raise engine.EngineFailed(f"network {kind_name} would not go: {engine.said(done)}")

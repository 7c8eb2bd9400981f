"""Something for the controller to do: suspended workflows, since no pod has to start for them."""

from __future__ import annotations

import threading
import time
from contextlib import contextmanager, suppress
from typing import TYPE_CHECKING, Any, Final

from harness.cluster.api import ApiNotFound
from harness.run.submission import submit
from tests.real.breaking import WORKFLOWS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.run.site import Site

PAUSE: Final = 0.4
"""Seconds between two workflows."""


def waiting(site: Site, name: str) -> None:
    """A workflow whose one node is suspended."""
    spec = {"entrypoint": "main", "templates": [{"name": "main", "suspend": {}}]}
    kind: dict[str, Any] = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow"}
    submit(site.api, kind | {"metadata": {"name": name, "namespace": "default"}, "spec": spec})


def phase(site: Site, name: str) -> str:
    return str(site.api.get(f"{WORKFLOWS}/{name}").get("status", {}).get("phase", ""))


def comes_to_run(site: Site, name: str, within: float) -> bool:
    """Whether the controller has seen the workflow and written that it runs."""
    deadline = time.monotonic() + within
    while phase(site, name) != "Running" and time.monotonic() < deadline:
        time.sleep(0.05)
    return phase(site, name) == "Running"


def end(site: Site, name: str) -> None:
    with suppress(ApiNotFound):
        site.api.delete(f"{WORKFLOWS}/{name}", grace=0)


@contextmanager
def stirred(site: Site, name: str) -> Iterator[None]:
    """One workflow after the other, until the context ends; then all of them go."""
    over = threading.Event()
    made: list[str] = []

    def stir() -> None:
        while not over.wait(PAUSE):
            made.append(f"{name}-{len(made)}")
            waiting(site, made[-1])

    thread = threading.Thread(target=stir)
    thread.start()
    try:
        yield
    finally:
        over.set()
        thread.join()
        for each in made:
            end(site, each)

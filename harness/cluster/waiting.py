"""An install is ready at a moment that the API announces; it is awaited by watch, never by asking again and again."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from harness.model.errors import GaveUpWaiting

if TYPE_CHECKING:
    from collections.abc import Callable, Collection

    from harness.cluster.api import Api

Manifest = dict[str, Any]


def until_all(
    api: Api,
    path: str,
    names: Collection[str],
    done: Callable[[Manifest], bool],
    *,
    seconds: float,
    what: str,
    or_gone: bool = False,
) -> None:
    """Returns once `done` holds for each named object, or it is gone if that counts; gives up after `seconds`."""
    deadline = time.monotonic() + seconds
    missing = set(names)
    while missing:
        left = deadline - time.monotonic()
        if left <= 0:
            raise GaveUpWaiting(f"{what} took longer than {seconds:g} s; still missing: {', '.join(sorted(missing))}")
        _follow(api, path, missing, done, max(1, round(left)), or_gone)


def _follow(
    api: Api, path: str, missing: set[str], done: Callable[[Manifest], bool], seconds: int, or_gone: bool
) -> None:
    listed = api.get(path)
    there = {item["metadata"]["name"]: item for item in listed["items"]}
    missing -= {name for name in missing if (done(there[name]) if name in there else or_gone)}
    if not missing:
        return
    with api.watch(path, resource_version=listed["metadata"]["resourceVersion"], timeout=seconds) as watch:
        for line in watch:
            if or_gone if line.type == "DELETED" else line.type != "BOOKMARK" and done(line.object):
                missing.discard(line.object["metadata"]["name"])
            if not missing:
                return


def until_gone(
    api: Api, path: str, names: Collection[str], *, seconds: float, what: str = "the end of the old controller"
) -> None:
    """Returns once the named objects are deleted; gives up after `seconds`."""
    until_all(api, path, names, lambda _: False, seconds=seconds, what=what, or_gone=True)


def holds(condition: str) -> Callable[[Manifest], bool]:
    """Whether an object has a status condition."""

    def check(manifest: Manifest) -> bool:
        conditions = manifest.get("status", {}).get("conditions") or []
        return any(each["type"] == condition and each["status"] == "True" for each in conditions)

    return check

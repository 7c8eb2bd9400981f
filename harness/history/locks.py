"""What a workflow holds of semaphores and mutexes; Argo keeps the two in different shapes."""

from collections.abc import Iterator, Mapping
from typing import Any

from harness.history.raw import items, text, texts
from harness.model.workflow import Hold


def parse_holds(synchronization: Mapping[str, Any]) -> tuple[Hold, ...]:
    return tuple(_holds(synchronization)) if synchronization else ()


def _holds(raw: Mapping[str, Any]) -> Iterator[Hold]:
    for item in items(raw, "semaphore", "holding"):
        if holders := texts(item, "holders"):
            yield Hold(lock=text(item, "semaphore"), holders=holders, mutex=False)
    for item in items(raw, "mutex", "holding"):
        if holder := text(item, "holder"):
            yield Hold(lock=text(item, "mutex"), holders=(holder,), mutex=True)

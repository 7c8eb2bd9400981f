"""Attempts that are too many, lost, too early or too late."""

from collections.abc import Iterator
from typing import Any

from harness.history.stamps import epoch
from harness.mutation import edits
from harness.mutation.mutant import Mutator
from harness.mutation.tape import Raw, Tape


def _retried(raw: Raw) -> list[str]:
    return [
        node["name"]
        for node in edits.nodes(raw).values()
        if node.get("type") == "Retry" and len([c for c in node.get("children", ()) if c in edits.nodes(raw)]) > 1
    ]


def retried_too_often(tape: Tape) -> Iterator[Tape]:
    def edit(raw: Raw) -> None:
        for template in raw["spec"].get("templates", ()):
            if "retryStrategy" in template:
                template["retryStrategy"]["limit"] = "0"

    if _retried(tape.last()) and not edits.retried_by_hand(tape):
        yield tape.edited(tape.versions, edit)


def attempt_is_lost(tape: Tape) -> Iterator[Tape]:
    def edit(raw: Raw) -> None:
        for name in _retried(raw):
            for node in edits.nodes(raw).values():
                if node["name"] == f"{name}(0)":
                    node["name"] = f"{name}(5)"

    if _retried(tape.last()) and not edits.retried_by_hand(tape):
        yield tape.edited(tape.versions, edit)


def _strategy(raw: Raw, **fields: Any) -> None:
    for template in raw["spec"].get("templates", ()):
        if "retryStrategy" in template:
            template["retryStrategy"] |= fields


def retried_too_soon(tape: Tape) -> Iterator[Tape]:
    """The backoff is a minute, and the second attempt starts as the first one ends."""

    def edit(raw: Raw) -> None:
        _strategy(raw, limit="9", backoff={"duration": "60s"})
        for name in _retried(raw):
            named = {node["name"]: node for node in edits.nodes(raw).values()}
            first, second = named.get(f"{name}(0)"), named.get(f"{name}(1)")
            if first and second and first.get("finishedAt"):
                second["startedAt"] = first["finishedAt"]

    if _retried(tape.last()) and not edits.retried_by_hand(tape):
        yield tape.edited(tape.versions, edit)


def retried_too_late(tape: Tape) -> Iterator[Tape]:
    """The first attempt began a minute before the second, and all of it may take ten seconds."""

    def edit(raw: Raw) -> None:
        _strategy(raw, backoff={"duration": "1s", "maxDuration": "10s"})
        for name in _retried(raw):
            named = {node["name"]: node for node in edits.nodes(raw).values()}
            first, second = named.get(f"{name}(0)"), named.get(f"{name}(1)")
            if first and second and epoch(second.get("startedAt")):
                first["startedAt"] = edits.moved(second["startedAt"], -60)

    if _retried(tape.last()) and not edits.retried_by_hand(tape):
        yield tape.edited(tape.versions, edit)


LIMIT = (
    Mutator("more attempts than the limit", retried_too_often),
    Mutator("an attempt is lost", attempt_is_lost),
)
BACKOFF = (
    Mutator("an attempt does not wait for its backoff", retried_too_soon),
    Mutator("an attempt begins after maxDuration", retried_too_late),
)

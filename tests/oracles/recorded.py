"""Recorded histories of the corpus, entry by entry, with the state at any moment."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from harness.history.reader import read
from harness.history.state import State
from harness.model.verdicts import Verdict
from harness.mutation.corpus import CORPUS, Sample, samples

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.model.events import AnyEntry
    from harness.model.header import Header

RELEASES = ("v3.5.10", "v3.7.15")


GREEN = (Verdict.PASS, Verdict.KNOWN_BUG)


def of(*scenarios: str, verdicts: tuple[Verdict, ...] = GREEN) -> list[Sample]:
    """The samples of these scenarios; each must have been recorded on both releases."""
    found = [sample for sample in samples() if sample.scenario in scenarios and sample.verdict in verdicts]
    assert {(one.scenario, one.argo) for one in found} >= {(name, argo) for name in scenarios for argo in RELEASES}
    return found


@lru_cache(maxsize=4)
def recorded(file: str) -> tuple[Header, tuple[AnyEntry, ...]]:
    recording = read(CORPUS / file)
    return recording.header, tuple(recording.entries())


def states(file: str) -> Iterator[tuple[State, float]]:
    """The state after every entry, with the time of the next one: until then nothing more is known."""
    header, entries = recorded(file)
    state = State.of(header)
    for entry, after in zip(entries, (*entries[1:], entries[-1]), strict=True):
        state.apply(entry)
        yield state, after.t


def at(file: str, t: float) -> State:
    """What was known at `t`."""
    header, entries = recorded(file)
    state = State.of(header)
    for entry in entries:
        if entry.t > t:
            break
        state.apply(entry)
    return state


def end(file: str) -> State:
    return at(file, float("inf"))

"""All invariants over one history. Each is shown only what it wakes for; the rest costs it nothing."""

from collections.abc import Iterator
from functools import lru_cache

from harness.history.state import State
from harness.history.wake import Wake
from harness.model.events import AnyEntry
from harness.model.verdicts import Violation
from harness.oracles.invariants.invariant import Invariant

FOLD = "the fold"


class Panel:
    """`busy` is who is at work, for the message of a crash."""

    def __init__(self, watchers: Iterator[Invariant]) -> None:
        self._watchers = tuple(watchers)
        self._awake: dict[frozenset[Wake], tuple[Invariant, ...]] = {}
        self.busy = FOLD

    def observe(self, entry: AnyEntry, state: State, found: list[Violation]) -> None:
        """Adds what is violated to `found`."""
        for watcher in self._awake.get(state.news) or self._woken(state.news):
            self.busy = watcher.name
            if broken := watcher.observe(entry, state):
                found.extend(broken)
        self.busy = FOLD

    def finish(self, state: State, found: list[Violation]) -> None:
        for watcher in self._watchers:
            self.busy = watcher.name
            found.extend(watcher.finish(state))

    def _woken(self, news: frozenset[Wake]) -> tuple[Invariant, ...]:
        wanted = _wanted(tuple(watcher.wakes for watcher in self._watchers), news)
        found = self._awake[news] = tuple(self._watchers[index] for index in wanted)
        return found


@lru_cache(maxsize=256)
def _wanted(wakes: tuple[frozenset[Wake], ...], news: frozenset[Wake]) -> tuple[int, ...]:
    """Those who want to be shown such news; the same for every history."""
    return tuple(index for index, own in enumerate(wakes) if not own.isdisjoint(news))

"""A watch never goes back: an object that does tells of a reordered or doctored history, on which no verdict can rest.

Lines are counted and timed by the reader already; this looks at what they show. Resource versions are compared as the
numbers that they are in every Kubernetes there is, and passed over where they are none. Both clocks of an entry are
one, read once: where they drift apart, every stamp of Argo would be put in the wrong place.
"""

from math import isnan, nan
from typing import Final

from harness.history.errors import BadHistory
from harness.model.events import AnyEntry, Gap, Seen, Verb

DRIFT: Final = 0.01
"""Seconds by which the two clocks of an entry may differ from those of the first; the recorder rounds to 1 us."""
_DELETED: Final = Verb.DELETED


class Continuity:
    """What was shown last of every object. After a gap all starts anew."""

    def __init__(self) -> None:
        self._versions: dict[str, int] = {}
        self._deleted: set[str] = set()
        self._began = nan

    def check(self, entry: AnyEntry) -> None:
        """Raises BadHistory with the line of the entry."""
        began = entry.wall - entry.t
        if not -DRIFT < began - self._began < DRIFT:
            self._drifted(entry, began)
        if isinstance(entry, Seen) and (uid := entry.object.uid):
            version = int(entry.version) if entry.version.isdecimal() else 0
            if version < self._versions.get(uid, 0) or uid in self._deleted:
                raise self._wrong(entry, version)
            self._versions[uid] = version
            if entry.verb is _DELETED:
                self._deleted.add(uid)
        elif isinstance(entry, Gap):
            self._versions.clear()

    def _drifted(self, entry: AnyEntry, began: float) -> None:
        if not isnan(self._began):
            why = f"the wall clock is {began - self._began:+.2f} s off the time of the history"
            raise BadHistory("", entry.seq + 1, why)
        self._began = began

    def _wrong(self, entry: Seen, version: int) -> BadHistory:
        known = self._versions.get(entry.object.uid, 0)
        what = "is there again after it was deleted"
        if version < known:
            what = f"goes back from resourceVersion {known} to {version}"
        return BadHistory("", entry.seq + 1, f"reordered: {entry.resource} {entry.object.name} {what}")


__all__ = ["Continuity"]

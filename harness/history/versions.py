"""Watch entries are stored as the difference to the object's version before; both ends keep the same last versions.

An object is known by its UID, so one that was deleted and made again under the same name starts whole.
"""

import json
from collections.abc import Mapping
from typing import Any, Final

from harness.history.diff import Misfit, apply, difference
from harness.history.format import dump
from harness.history.raw import mapping, text
from harness.model.events import Resource, Verb

_Key = tuple[str, str]
KEPT: Final = 512
"""Objects whose last version is remembered: a long history has events without end, and almost none comes twice."""
_BESIDE: Final = frozenset({"base", "diff", "object"})


class Versions:
    """The last version of the objects seen last, and the entry that it came with."""

    def __init__(self) -> None:
        self._last: dict[_Key, tuple[int, dict[str, Any]]] = {}
        self._known: dict[tuple[str, int], _Key] = {}

    def pack(self, seq: int, resource: Resource, verb: Verb, raw: Mapping[str, Any]) -> dict[str, Any]:
        """The fields of the line: `object`, or `base` and `diff` where that is shorter and gives the same back."""
        written = dump(raw)
        # A copy of our own: whoever changes the object later does not change what the next one differs from.
        own: dict[str, Any] = json.loads(written)
        before = self._last.get(_key(resource, own))
        self._keep(seq, resource, verb, own)
        if before is not None:
            base, old = before
            change = difference(old, own)
            change = {} if change is None else change
            if isinstance(change, dict) and len(dump(change)) < len(written) and dump(apply(old, change)) == written:
                return {"base": base, "diff": change}
        return {"object": own}

    def unpack(self, line: dict[str, Any]) -> dict[str, Any]:
        """The line with its whole object. Raises Misfit where it is not the next version of anything known."""
        resource, seq, verb = line.get("resource"), line.get("seq"), line.get("verb")
        whole = line
        if "diff" in line:
            whole = {key: value for key, value in line.items() if key not in _BESIDE}
            whole["object"] = self._changed(resource, line.get("base"), line["diff"])
        found = whole.get("object")
        if isinstance(found, dict) and isinstance(seq, int) and isinstance(resource, str):
            self._keep(seq, resource, verb, found)
        return whole

    def _changed(self, resource: Any, base: Any, change: Any) -> dict[str, Any]:
        key = self._known.get((resource, base)) if isinstance(resource, str) and isinstance(base, int) else None
        if key is None:
            raise Misfit(f"it changes the {resource} of entry {base}, which is not the last version of any")
        if not isinstance(change, dict):
            raise Misfit("its diff is not an object")
        changed: dict[str, Any] = apply(self._last[key][1], change)
        return changed

    def _keep(self, seq: int, resource: str, verb: Any, raw: dict[str, Any]) -> None:
        key = _key(resource, raw)
        before = self._last.pop(key, None)
        if before is not None:
            self._known.pop((resource, before[0]), None)
        if verb != Verb.DELETED:
            self._last[key] = seq, raw
            self._known[resource, seq] = key
        if len(self._last) > KEPT:
            oldest = next(iter(self._last))
            self._known.pop((oldest[0], self._last.pop(oldest)[0]), None)


def _key(resource: str, raw: Mapping[str, Any]) -> _Key:
    meta = mapping(raw, "metadata")
    return str(resource), text(meta, "uid") or f"{text(meta, 'namespace')}/{text(meta, 'name')}"


__all__ = ["Versions"]

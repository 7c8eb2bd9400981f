"""A recorded history in memory, whole objects and all, in the form in which it can be broken."""

import json
from collections.abc import Callable, Iterable, Iterator
from dataclasses import dataclass, replace
from functools import cached_property
from pathlib import Path
from typing import Any

from harness.history.parse import parse
from harness.history.reader import read
from harness.model.events import AnyEntry, Ended, Resource, Seen, StepChanged
from harness.model.header import Header

Raw = dict[str, Any]
Edit = Callable[[Raw], None]


@dataclass(frozen=True, slots=True)
class Moment:
    """One entry; `raw` is the object of a watch entry and must not be changed in place."""

    entry: AnyEntry
    raw: Raw | None = None

    def edited(self, edit: Edit) -> "Moment":
        """The same moment, had the API shown another object."""
        assert isinstance(self.entry, Seen)
        raw = copied(self.raw)
        edit(raw)
        return Moment(replace(self.entry, object=parse(self.entry.resource, raw)), raw)

    def at(self, t: float) -> "Moment":
        return Moment(replace(self.entry, t=t, wall=self.entry.wall + t - self.entry.t), self.raw)

    def of(self, resource: Resource) -> bool:
        return isinstance(self.entry, Seen) and self.entry.resource is resource


@dataclass(frozen=True)
class Tape:
    """All moments of one history, the end last."""

    name: str
    header: Header
    moments: tuple[Moment, ...]

    @property
    def entries(self) -> Iterator[AnyEntry]:
        return (moment.entry for moment in self.moments)

    def where(self, resource: Resource) -> list[int]:
        return [index for index, moment in enumerate(self.moments) if moment.of(resource)]

    @cached_property
    def versions(self) -> list[int]:
        """Where the workflow of this history is shown."""
        name = self.header.workflow
        return [i for i in self.where(Resource.WORKFLOW) if (self.moments[i].raw or {})["metadata"]["name"] == name]

    @property
    def end(self) -> int:
        return next(i for i, moment in enumerate(self.moments) if isinstance(moment.entry, Ended))

    def last(self) -> Raw:
        """The workflow as it was shown last; a copy."""
        return copied(self.moments[self.versions[-1]].raw)

    def made_of(self, moments: Iterable[Moment]) -> "Tape":
        """Numbered anew, so that only what was changed on purpose is wrong with it."""
        return Tape(self.name, self.header, numbered(tuple(moments)))

    def without(self, *indexes: int) -> "Tape":
        return self.made_of(moment for i, moment in enumerate(self.moments) if i not in indexes)

    def with_moment(self, index: int, moment: Moment) -> "Tape":
        """Put in before `index`, at the time of what comes before it."""
        t = self.moments[index - 1].entry.t if index else 0.0
        return self.made_of((*self.moments[:index], moment.at(t), *self.moments[index:]))

    def edited(self, indexes: Iterable[int], edit: Edit) -> "Tape":
        chosen = set(indexes)
        return self.made_of(m.edited(edit) if i in chosen else m for i, m in enumerate(self.moments))

    def one_more_version(self, edit: Edit) -> "Tape":
        """The workflow is shown once more at the very end, changed."""
        return self.with_moment(self.end, self.moments[self.versions[-1]].edited(edit))


def numbered(moments: tuple[Moment, ...]) -> tuple[Moment, ...]:
    new = {id(moment): seq for seq, moment in enumerate(moments, start=1)}
    seqs = {moment.entry.seq: new[id(moment)] for moment in reversed(moments)}
    return tuple(_renumbered(moment, new[id(moment)], seqs) for moment in moments)


def _renumbered(moment: Moment, seq: int, seqs: dict[int, int]) -> Moment:
    entry = moment.entry
    if isinstance(entry, StepChanged) and entry.cause is not None:
        entry = replace(entry, cause=seqs.get(entry.cause, entry.cause))
    return moment if entry.seq == seq and entry is moment.entry else Moment(replace(entry, seq=seq), moment.raw)


def copied(raw: Raw | None) -> Raw:
    copy: Raw = json.loads(json.dumps(raw))
    return copy


def load(path: Path) -> Tape:
    recording = read(path)
    moments = tuple(Moment(entry, line.get("object")) for entry, line in recording.raw_entries())
    return Tape(path.name.partition(".jsonl")[0], recording.header, moments)

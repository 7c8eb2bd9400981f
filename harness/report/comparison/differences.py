"""Where providers differ, and why: another verdict first, then another reason for the same one, what one cannot do,
settings of the controller, out-of-memory kills, and times."""

from __future__ import annotations

import re
from dataclasses import dataclass
from enum import StrEnum
from typing import TYPE_CHECKING, Final

from harness.model.header import Cgroup
from harness.model.verdicts import Verdict
from harness.report.comparison.facts import OOM, SILENT
from harness.scenario.lint.providers import LACKING
from harness.scenario.verbs import Capability, Scope, verbs

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from harness.report.comparison.table import Row, Square, Table

RATIO: Final = 2.0
"""Of two medians: below, one provider is as quick as the other."""
LEAST: Final = 1.0
"""Seconds that two medians must be apart: of shorter cells the ratio says nothing."""
UNEXPLAINED: Final = "unexplained"
_BROKEN: Final = frozenset({Verdict.FAIL, Verdict.KNOWN_BUG})
"""Verdicts whose reason says what is wrong."""
_NUMBERS: Final = re.compile(r"\d+(\.\d+)?")
_LONGEST: Final = 80
NO_ANSWER: Final = SILENT - {Verdict.SKIPPED}
_GROUPS: Final[Mapping[Cgroup, str]] = {
    Cgroup.V1: "cgroup v1, the kernel kills one process",
    Cgroup.V2: "cgroup v2, the kubelet has the whole container killed",
    Cgroup.UNKNOWN: "a cgroup version that is unknown, its nodes being out of reach",
}
_NODE_LOST: Final[Mapping[str, str]] = {
    "local": "8 s until a lost node is noticed and 3 s until its pods are given up",
    "kind": "8 s until a lost node is noticed and 3 s until its pods are given up",
    "existing": "what its owner has set for lost nodes, by default 50 s and then 300 s",
}
"""By provider. Where it is the same it explains nothing."""
_IMAGES: Final[Mapping[str, str]] = {
    "local": "images that its nodes have from the start",
    "kind": "images that its nodes have from the start",
    "existing": "images that its nodes pull when they are first wanted",
}


class Kind(StrEnum):
    """In the order in which they are told."""

    VERDICT = "verdict"
    NOT_RUN = "not-run"
    NO_ANSWER = "no-answer"
    CAUSE = "cause"
    REASON = "reason"
    REFUSED = "refused"
    NOT_SELECTED = "not-selected"
    SETTINGS = "settings"
    OOM = "oom"
    TIME = "time"

    @property
    def alarming(self) -> bool:
        return self in (Kind.VERDICT, Kind.NOT_RUN)


@dataclass(frozen=True, slots=True, kw_only=True)
class Difference:
    kind: Kind
    scenario: str
    argo: str
    text: str


def find(table: Table) -> tuple[Difference, ...]:
    """The worst first, and those of one kind in the order of the rows."""
    found = [
        Difference(kind=kind, scenario=row.scenario, argo=row.argo, text=text)
        for row in table.rows
        for kind, text in _of_row(row)
    ]
    return tuple(sorted(found, key=lambda each: list(Kind).index(each.kind)))


def _of_row(row: Row) -> Iterator[tuple[Kind, str]]:
    yield from _verdicts(row)
    for square in row.squares:
        if not square.verdicts:
            yield _missing(row, square)
    yield from _settings(row.run)
    if OOM & set(row.verbs):
        yield from _ooms(row.run)
    yield from _times(row)


def _verdicts(row: Row) -> Iterator[tuple[Kind, str]]:
    if len({verdict for square in row.run for verdict in square.verdicts} - {Verdict.SKIPPED}) > 1:
        told = (f"{square.word} on {square.place} ({'; '.join(square.reasons)})" for square in row.run)
        yield Kind.VERDICT, "; ".join([f"the verdict differs: {', '.join(told)}", *_around(row.run)])
    elif any(verdict in NO_ANSWER for square in row.run for verdict in square.verdicts):
        told = (f"{square.word} on {square.place} ({'; '.join(square.reasons)})" for square in row.run)
        yield Kind.NO_ANSWER, f"says nothing about Argo: {', '.join(told)}"
    elif len({cause for square in row.run for cause in square.causes}) > 1:
        told = (f"{' or '.join(cause or 'none' for cause in square.causes)} on {square.place}" for square in row.run)
        yield Kind.CAUSE, f"the verdict is the same, the cause of being stuck differs: {', '.join(told)}"
    elif len({_shape(reason) for square in row.run if _BROKEN & set(square.verdicts) for reason in square.reasons}) > 1:
        told = (f"{' or '.join(square.reasons)} on {square.place}" for square in row.run)
        yield Kind.REASON, f"the verdict is the same, the reason differs: {', '.join(told)}"


def _shape(reason: str) -> str:
    """Without its numbers, which are others in every run."""
    return _NUMBERS.sub("#", reason)


def _around(squares: Sequence[Square]) -> Iterator[str]:
    """What else was not the same."""
    if len({square.kubernetes for square in squares}) > 1:
        yield ", ".join(f"Kubernetes {' and '.join(square.kubernetes)} on {square.place}" for square in squares)
    if len({square.facts.cgroups for square in squares}) > 1:
        told = ((square.place, " and ".join(square.facts.cgroups) or "unknown") for square in squares)
        yield ", ".join(f"cgroup {version} on {place}" for place, version in told)


def _missing(row: Row, square: Square) -> tuple[Kind, str]:
    if square.promised:
        return Kind.NOT_RUN, f"not run on {square.place}, where it was to be: its run has no result"
    lacks = LACKING.get(square.place.provider, {})
    reasons = list(dict.fromkeys(lacks[need] for need in _needs(row) if need in lacks))
    if reasons:
        return Kind.REFUSED, f"cannot be done on {square.place}: {'; '.join(reasons)}"
    return Kind.NOT_SELECTED, f"no run on {square.place} had it, for no reason that is recorded"


def _needs(row: Row) -> Sequence[Capability]:
    known = verbs()
    return sorted({need for verb in row.verbs if verb in known for need in known[verb].needs})


def _settings(squares: Sequence[Square]) -> Iterator[tuple[Kind, str]]:
    """Those that are not the same wherever a history tells."""
    known = [(square.place, square.facts.settings) for square in squares if square.facts.settings is not None]
    if len({settings for _, settings in known}) > 1:
        shared = frozenset.intersection(*(settings for _, settings in known))
        told = (f"{', '.join(map(_cut, sorted(own - shared))) or 'nothing'} on {place}" for place, own in known)
        yield Kind.SETTINGS, f"the settings of the controller differ: {'; '.join(told)}"


def _cut(setting: str) -> str:
    return setting if len(setting) <= _LONGEST else f"{setting[: _LONGEST - 3]}..."


def _ooms(squares: Sequence[Square]) -> Iterator[tuple[Kind, str]]:
    """How many processes a kill takes follows from the version of cgroups (kubernetes/kubernetes#117793)."""
    if len({(square.facts.cgroups, square.facts.killed) for square in squares}) > 1:
        yield Kind.OOM, "out-of-memory kills differ: " + "; ".join(map(_oom, squares))


def _oom(square: Square) -> str:
    groups = " and ".join(_GROUPS[each] for each in square.facts.cgroups) or "no history to tell the cgroup version"
    named = " or ".join(map(str, square.facts.killed))
    log = f"the kernel's log names {named}" if named else "no kill is in the kernel's log"
    return f"{square.place} has {groups}; {log}"


def _times(row: Row) -> Iterator[tuple[Kind, str]]:
    timed = sorted((square.seconds, index) for index, square in enumerate(row.run) if square.seconds is not None)
    if len(timed) < 2:
        return
    (low, first), (high, last) = timed[0], timed[-1]
    if high - low < LEAST or high <= RATIO * low:
        return
    quick, slow = row.run[first], row.run[last]
    ratio = f"{high / low:.1f} times as long" if low > 0 else "longer"
    why = "; ".join(_reasons(row, quick, slow)) or UNEXPLAINED
    yield Kind.TIME, f"takes {ratio} on {slow.place} ({high:.1f} s) as on {quick.place} ({low:.1f} s): {why}"


def _reasons(row: Row, quick: Square, slow: Square) -> Iterator[str]:
    """What is known of the providers, and what was measured."""
    known = verbs()
    if any(known[verb].scope is Scope.NODE for verb in row.verbs if verb in known):
        yield from _set(_NODE_LOST, quick, slow)
    yield from _set(_IMAGES, quick, slow)
    fast, late = quick.facts.pod_start, slow.facts.pod_start
    if fast is not None and late is not None and late > RATIO * fast:
        yield f"an idle pod starts in {late:g} s on {slow.place} and in {fast:g} s on {quick.place}, as measured"


def _set(settings: Mapping[str, str], quick: Square, slow: Square) -> Iterator[str]:
    here, there = (settings.get(square.place.provider, "") for square in (slow, quick))
    if here and there and here != there:
        yield f"{slow.place} has {here}, {quick.place} {there}"

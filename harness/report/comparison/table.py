"""Scenario and release by provider: what all the runs say of one cell on one provider is one square."""

from __future__ import annotations

from dataclasses import dataclass
from statistics import median
from typing import TYPE_CHECKING

from harness.model.errors import UsageError
from harness.model.release import Release
from harness.report.comparison import facts

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from harness.model.cells import CellResult
    from harness.model.verdicts import Verdict
    from harness.report.comparison.facts import Facts
    from harness.report.results import Results


@dataclass(frozen=True, slots=True, kw_only=True)
class Place:
    """A column. `kubernetes` is empty where all the runs on that provider have the same."""

    provider: str
    kubernetes: str = ""

    def __str__(self) -> str:
        return f"{self.provider} on {self.kubernetes}" if self.kubernetes else self.provider


@dataclass(frozen=True, slots=True, kw_only=True)
class Square:
    """`verdicts` are all that were reached, each once; `seconds` is the median over `runs`, None where nothing was
    run that tells anything. `promised` where a run was to have the cell."""

    place: Place
    verdicts: tuple[Verdict, ...] = ()
    reasons: tuple[str, ...] = ()
    causes: tuple[str, ...] = ()
    kubernetes: tuple[str, ...] = ()
    seconds: float | None = None
    runs: int = 0
    facts: Facts = facts.NOTHING
    promised: bool = False

    @property
    def word(self) -> str:
        return ", ".join(self.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Row:
    scenario: str
    argo: str
    verbs: tuple[str, ...]
    """Of the scenario's method."""
    squares: tuple[Square, ...]

    @property
    def run(self) -> tuple[Square, ...]:
        return tuple(square for square in self.squares if square.verdicts)


@dataclass(frozen=True, slots=True, kw_only=True)
class Table:
    places: tuple[Place, ...]
    rows: tuple[Row, ...]


def arrange(runs: Sequence[Results]) -> Table:
    """Providers in the order in which they are met, scenarios by name, releases by age. Raises UsageError where there
    is nothing to compare."""
    several = _on_several(runs)
    cells = [(_place(cell.provider, cell.kubernetes, several), cell) for run in runs for cell in run.cells]
    promised = set(_promised(runs, several))
    places = tuple(dict.fromkeys([*(place for place, _ in cells), *(place for place, *_ in promised)]))
    if len(places) < 2:
        raise UsageError(
            f"nothing to compare: these runs have {' and '.join(map(str, places)) or 'no cells'} alone",
            cure="name runs on two providers, such as --provider local and --provider kind",
        )
    names = dict.fromkeys([*((cell.scenario, cell.argo) for _, cell in cells), *((s, a) for _, s, a in promised)])

    def row(scenario: str, argo: str) -> Row:
        mine = [(place, cell) for place, cell in cells if (cell.scenario, cell.argo) == (scenario, argo)]
        squares = (
            _square(
                place,
                [cell for there, cell in mine if there == place],
                promised=(place, scenario, argo) in promised,
            )
            for place in places
        )
        verbs = dict.fromkeys(verb for _, cell in mine for verb in cell.verbs)
        return Row(scenario=scenario, argo=argo, verbs=tuple(verbs), squares=tuple(squares))

    ordered = sorted(names, key=lambda name: (name[0], Release.parse(name[1])))
    return Table(places=places, rows=tuple(row(*name) for name in ordered))


def _square(place: Place, cells: Sequence[CellResult], *, promised: bool) -> Square:
    if not cells:
        return Square(place=place, promised=promised)
    times = [seconds for cell in cells for seconds in _times(cell)]
    return Square(
        place=place,
        verdicts=tuple(dict.fromkeys(cell.judgement.verdict for cell in cells)),
        reasons=tuple(dict.fromkeys(cell.judgement.reason for cell in cells)),
        causes=tuple(dict.fromkeys(str(cell.judgement.cause or "") for cell in cells)),
        kubernetes=tuple(dict.fromkeys(cell.kubernetes for cell in cells)),
        seconds=round(median(times), 1) if times else None,
        runs=len(times),
        facts=facts.of(cells),
        promised=promised,
    )


def _times(cell: CellResult) -> Iterator[float]:
    """Seconds of every run that has told something about Argo."""
    if cell.repetition is not None:
        yield from (run.seconds for run in cell.repetition.runs if _telling(run.verdict))
    elif _telling(cell.judgement.verdict):
        yield cell.seconds


def _telling(verdict: Verdict) -> bool:
    return verdict not in facts.SILENT


def _on_several(runs: Iterable[Results]) -> frozenset[str]:
    """The providers with more than one Kubernetes."""
    seen: dict[str, set[str]] = {}
    for run in runs:
        for cell in run.cells:
            seen.setdefault(cell.provider, set()).add(cell.kubernetes)
    return frozenset(provider for provider, kubernetes in seen.items() if len(kubernetes) > 1)


def _place(provider: str, kubernetes: str, several: frozenset[str]) -> Place:
    return Place(provider=provider, kubernetes=kubernetes if provider in several else "")


def _promised(runs: Iterable[Results], several: frozenset[str]) -> Iterator[tuple[Place, str, str]]:
    """What a run on one provider was to do; of a merged one nobody can tell which provider was meant."""
    for run in runs:
        provider = run.run.provider
        if "," in provider:
            continue
        for scenario, column in run.plan.cells:
            kubernetes = column.kubernetes or (run.run.kubernetes[0] if run.run.kubernetes else "")
            yield _place(provider, kubernetes, several), scenario, column.argo

"""Faults that land: from the watch event that shows their moment to the call that the API or the kernel has accepted.

They are the steps of one scenario, run as any scenario is, again and again, one cell at a time on an idle cluster.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.bench.figures import Figure, Sense
from harness.history.reader import read
from harness.history.state import State
from harness.run import headers
from harness.run.attempt import attempt
from harness.run.plan import CellPlan
from harness.scenario.load import load
from harness.scenario.verbs import Capability, verbs

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from harness.build.progress import Step
    from harness.model.verdicts import Landing
    from harness.run.site import Site

SCENARIO: Final = Path(__file__).with_name("one-after-the-other.yaml")
HEALED: Final = 100
"""Landings with something to undo, all of which must be undone and read back."""
ROUNDS: Final = 15
"""Cells after which it is given up: ten are enough where all land."""
ASKED: Final = 30.0
ASKED_P99: Final = 150.0
"""Milliseconds, for faults of the API and of the kernel alike."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Hit:
    """A step that was fired. `healed` is None where there is nothing to undo."""

    landing: Landing
    healed: bool | None

    @property
    def kind(self) -> str:
        return "kernel" if Capability.PROCESSES in verbs()[self.landing.verb].needs else "api"

    @property
    def milliseconds(self) -> float:
        return 1000 * (self.landing.latency or 0.0)


def measure(site: Site, folder: Path, step: Step) -> tuple[Figure, ...]:
    hits = tuple(collected(site, folder, step))
    return (*latencies(hits), *heals(hits))


def collected(site: Site, folder: Path, step: Step) -> Iterator[Hit]:
    plan = CellPlan(loaded=load(SCENARIO), argo=site.build.release)
    undone = 0
    for number in range(ROUNDS):
        for hit in cell(plan, site, folder / str(number), f"landings-{number}"):
            undone += hit.healed is not None
            yield hit
        step.show(f"{undone} of {HEALED} landed and were to be healed")
        if undone >= HEALED:
            return


def cell(plan: CellPlan, site: Site, folder: Path, namespace: str) -> Iterator[Hit]:
    done = attempt(plan, site, folder, namespace, headers.header(plan, site, namespace), lambda *_: None)
    assert done.artefacts.history is not None
    recording = read(done.artefacts.history)
    state = State.of(recording.header)
    for entry in recording.entries():
        state.apply(entry)
    for landing in done.judgement.landings:
        if landing.landed is not None:
            lasting = plan.loaded.scenario.method[landing.step].heal_after is not None
            yield Hit(landing=landing, healed=state.steps[landing.step].healed is not None if lasting else None)


def latencies(hits: Sequence[Hit]) -> Iterator[Figure]:
    for kind, values in grouped((hit.kind, hit) for hit in hits):
        yield Figure(name=f"landing-of-{kind}-faults", unit="ms", values=values, asked=ASKED, asked_p99=ASKED_P99)
    for verb, values in grouped((hit.landing.verb, hit) for hit in hits):
        yield Figure(name=f"landing-of-{verb}", unit="ms", values=values)


def grouped(hits: Iterable[tuple[str, Hit]]) -> Iterator[tuple[str, tuple[float, ...]]]:
    found: dict[str, list[float]] = defaultdict(list)
    for key, hit in hits:
        found[key].append(hit.milliseconds)
    return ((key, tuple(found[key])) for key in sorted(found))


def heals(hits: Sequence[Hit]) -> Iterator[Figure]:
    """Of the first hundred: how many were undone, and the undoing read back."""
    lasting = [hit for hit in hits if hit.healed is not None][:HEALED]
    read_back = float(sum(bool(hit.healed) for hit in lasting))
    yield Figure(
        name="heals-read-back", unit=f"of {HEALED}", values=(read_back,), asked=float(HEALED), sense=Sense.AT_LEAST
    )

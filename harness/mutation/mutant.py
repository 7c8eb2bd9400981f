"""What a mutant is, and when it counts as killed."""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path

from harness.model.verdicts import Judgement
from harness.mutation.corpus import CORPUS, samples
from harness.mutation.tape import Tape, load
from harness.oracles.judge import judge

Make = Callable[[Tape], Iterator[Tape]]


@dataclass(frozen=True, slots=True)
class Mutator:
    """One way to break a history; `make` gives nothing for a history that cannot be broken so.

    `ground` makes what is to be broken where no recorded history has it, such as a lock that is held; what it makes
    must itself be lawful.
    """

    kind: str
    make: Make
    ground: Make | None = None

    def grounds(self, tape: Tape) -> Iterator[Tape]:
        yield from (tape,) if self.ground is None else self.ground(tape)

    def mutants(self, tape: Tape) -> Iterator[Tape]:
        for ground in self.grounds(tape):
            yield from self.make(ground)


def judged(tape: Tape) -> Judgement:
    return judge(tape.header, tape.entries)


def broken(judgement: Judgement) -> frozenset[str]:
    """Names of the invariants that are violated."""
    return frozenset(violation.invariant for violation in judgement.violations)


def differs(mutated: Judgement, healthy: Judgement) -> bool:
    """Killed: another verdict, another cause, or an invariant that is violated now and was not before."""
    same = (mutated.verdict, mutated.cause) == (healthy.verdict, healthy.cause)
    return not same or bool(broken(mutated) - broken(healthy))


@lru_cache(maxsize=4)
def healthy(folder: Path = CORPUS) -> tuple[Tape, ...]:
    """Histories of the corpus that pass with no violation: one per scenario and release, so that none weighs double."""
    chosen = {(sample.scenario, sample.argo): sample for sample in reversed(samples(folder)) if sample.healthy}
    return tuple(load(folder / sample.file) for _, sample in sorted(chosen.items()))

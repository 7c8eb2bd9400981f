"""How many mutants the judges kill, kind by kind."""

from collections.abc import Iterator, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final

from harness.mutation import damage
from harness.mutation.corpus import CORPUS, samples
from harness.mutation.general import General
from harness.mutation.kinds import EQUIVALENT, GENERAL
from harness.mutation.mutant import Mutator, broken, differs, healthy, judged
from harness.mutation.tape import Tape
from harness.mutation.targeted import TARGETED

FLOOR: Final = 0.82
"""Share of the general mutants that must be killed; `make mutation` and the tests fail below it. Only ever raised."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Kind:
    """One way of breaking histories: how often it was tried and noticed. `survivors` say on which history."""

    group: str
    name: str
    tried: int
    survivors: tuple[str, ...]
    unlawful: tuple[str, ...] = ()
    lawful: str = ""

    @property
    def killed(self) -> int:
        return self.tried - len(self.survivors)


@dataclass(frozen=True, slots=True, kw_only=True)
class Score:
    targeted: tuple[Kind, ...]
    general: tuple[Kind, ...]
    equivalent: tuple[Kind, ...]
    damage: tuple[Kind, ...]

    @property
    def share(self) -> float:
        return sum(kind.killed for kind in self.general) / max(sum(kind.tried for kind in self.general), 1)

    @property
    def problems(self) -> Iterator[str]:
        for kind in (*self.targeted, *self.damage):
            if kind.survivors or not kind.tried:
                yield f"{kind.group}: {kind.name}: {kind.killed} of {kind.tried} killed"
            yield from (f"{kind.group}: {kind.name}: the ground itself is judged {text}" for text in kind.unlawful)
        for kind in self.general:
            if not kind.tried or (kind.survivors and not kind.lawful):
                yield f"{kind.name}: {kind.killed} of {kind.tried} killed, and nothing explains the survivors"
        for kind in self.equivalent:
            if kind.killed or not kind.tried:
                yield f"{kind.name}: changes nothing, and yet {kind.killed} of {kind.tried} verdicts"
        if self.share < FLOOR:
            yield f"{self.share:.1%} of the general mutants are killed, committed are {FLOOR:.0%}"


def score(folder: Path = CORPUS) -> Score:
    tapes = healthy(folder)
    return Score(
        targeted=tuple(_targeted(name, mutator, tapes) for name, of in TARGETED.items() for mutator in of),
        general=tuple(_general(tapes, GENERAL)),
        equivalent=tuple(_general(tapes, EQUIVALENT)),
        damage=tuple(_damage(folder)),
    )


def _targeted(invariant: str, mutator: Mutator, tapes: Sequence[Tape]) -> Kind:
    tried, survivors, unlawful = 0, [], []
    for tape in tapes:
        for ground in mutator.grounds(tape):
            if ground is not tape and (wrong := broken(judged(ground))):
                unlawful.append(f"{', '.join(sorted(wrong))} on {tape.name}")
            for mutant in mutator.make(ground):
                tried += 1
                if invariant not in broken(judged(mutant)):
                    survivors.append(tape.name)
    return Kind(
        group=invariant, name=mutator.kind, tried=tried, survivors=tuple(survivors), unlawful=tuple(unlawful)
    )  # fmt: skip


def _general(tapes: Sequence[Tape], kinds: Sequence[General]) -> Iterator[Kind]:
    whole = {tape.name: judged(tape) for tape in tapes}
    for kind in kinds:
        fates = [(tape.name, differs(judged(mutant), whole[tape.name])) for tape in tapes for mutant in kind.make(tape)]
        survivors = tuple(name for name, killed in fates if not killed)
        yield Kind(group="general", name=kind.kind, tried=len(fates), survivors=survivors, lawful=kind.lawful)


def _damage(folder: Path) -> Iterator[Kind]:
    fates: dict[str, list[str | None]] = {kind: [] for kind in damage.DAMAGES}
    for sample in samples(folder)[::4]:
        for kind, lines in damage.damaged(folder / sample.file):
            fates[kind].append(None if damage.noticed(lines) else sample.file)
    for kind, found in fates.items():
        yield Kind(group="file", name=kind, tried=len(found), survivors=tuple(name for name in found if name))

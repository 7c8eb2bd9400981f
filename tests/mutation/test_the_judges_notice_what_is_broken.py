"""Recorded histories keep their verdicts, and what breaks them is noticed."""

from __future__ import annotations

from functools import lru_cache
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from harness.history.reader import read
from harness.model.verdicts import Verdict
from harness.mutation.__main__ import PAGE
from harness.mutation.corpus import CORPUS, INDEX, Sample, differences, samples
from harness.mutation.mutant import broken, healthy, judged
from harness.mutation.page import page
from harness.mutation.score import Score, score
from harness.mutation.targeted import TARGETED
from harness.oracles.invariants import INVARIANTS
from harness.oracles.judge import declared
from harness.scenario.load import discover, load_all

if TYPE_CHECKING:
    from harness.mutation.tape import Tape

SEEDS = Path(__file__).parents[2] / "scenarios" / "seeds"
RELEASES = ("v3.5.10", "v3.7.15")


@lru_cache
def scored() -> Score:
    return score()


def test_every_history_of_the_corpus_keeps_its_verdict() -> None:
    assert list(differences()) == []


def test_the_index_lists_what_is_there() -> None:
    assert {sample.file for sample in samples()} == {path.name for path in CORPUS.glob("*.jsonl.gz")}
    assert len(samples()) >= 40


def test_the_corpus_is_small() -> None:
    sizes = [path.stat().st_size for path in CORPUS.iterdir() if path.name != INDEX]
    assert max(sizes) < 40_000
    assert sum(sizes) < 2_000_000


def test_the_corpus_has_every_seed_on_both_releases_in_the_declared_colour() -> None:
    """Where the scenario is not for a release there can be no history of it."""
    found = {(sample.scenario, sample.argo): {s.verdict for s in samples() if _same(s, sample)} for sample in samples()}
    for path in discover((SEEDS,)):
        for loaded in load_all(path):
            for argo in RELEASES:
                scenario = loaded.scenario
                if scenario.skipped(argo) is None:
                    wanted = Verdict.KNOWN_BUG if scenario.known_bug(argo) else Verdict.PASS
                    assert wanted in found[scenario.name, argo], f"{scenario.name} on {argo}"


def _same(one: Sample, other: Sample) -> bool:
    return (one.scenario, one.argo) == (other.scenario, other.argo)


def test_every_invariant_has_breaks_of_its_own() -> None:
    assert set(TARGETED) == set(INVARIANTS), "an invariant needs a mutator in harness/mutation/targeted"
    assert all(TARGETED.values())


@pytest.mark.parametrize("tape", healthy(), ids=lambda tape: tape.name)
def test_no_invariant_cries_wolf(tape: Tape) -> None:
    assert broken(judged(tape)) == frozenset()


def test_known_bugs_break_no_more_than_they_declare() -> None:
    for sample in samples():
        if sample.verdict is Verdict.KNOWN_BUG:
            bug = declared(read(CORPUS / sample.file).header).known_bug(sample.argo)
            assert bug is not None
            assert set(sample.violations) <= set(bug.expect.violations), sample.file


def test_the_score_has_not_dropped() -> None:
    assert list(scored().problems) == []


def test_the_page_is_current() -> None:
    assert PAGE.read_text(encoding="utf-8") == page(scored()), "write it anew: make mutation"

"""Several threads take the runs of a cell, none too many; the last one to end settles it, once."""

from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from pathlib import Path

from harness.model.cells import Artefacts
from harness.model.release import Release
from harness.model.repetition import Repeat
from harness.model.verdicts import Judgement, Landing, Verdict
from harness.run.attempt import Attempt
from harness.run.options import Options
from harness.run.plan import CellPlan
from harness.run.repeating import Runs, Turn, lanes
from harness.scenario.load import load
from tests.scenario.writing import GOOD, write

NOT_RUN = Judgement(verdict=Verdict.INCONCLUSIVE, reason="not run")


def runs(folder: Path, repeat: Repeat) -> Runs:
    plan = CellPlan(loaded=load(write(folder, GOOD)), argo=Release.parse("v3.7.15"))
    return Runs(plan, Options(folder=folder, run="r", repeat=repeat))


def tried(verdict: Verdict, number: int = 1) -> Attempt:
    return Attempt(
        judgement=Judgement(verdict=verdict, reason=f"run {number}"),
        artefacts=Artefacts(folder=Path(f"attempt-{number}"), history=Path(f"attempt-{number}/history.jsonl")),
        namespace=f"s{number}",
        started=100.0,
        finished=112.0,
        unhealed=(),
        verdict_delay=0.1,
    )


def go_through(mine: Runs, verdicts: dict[int, Verdict]) -> list[int]:
    """One thread's share; unlisted runs pass."""
    done: list[int] = []
    while True:
        with mine.next() as turn:
            if turn is None:
                return done
            mine.add(turn, tried(verdicts.get(turn.attempt, Verdict.PASS), turn.attempt))
            done.append(turn.attempt)


def test_each_number_goes_to_one_thread(tmp_path: Path) -> None:
    mine = runs(tmp_path, Repeat.parse("40"))
    with ThreadPoolExecutor(max_workers=8) as pool:
        shares = list(pool.map(lambda _: go_through(mine, {}), range(8)))
    assert sorted(number for share in shares for number in share) == list(range(1, 41))
    assert [mine.finished(), mine.finished()] == [True, False]


def test_no_more_are_under_way_than_are_wanted(tmp_path: Path) -> None:
    mine = runs(tmp_path, Repeat.parse("2"))
    with mine.next() as first, mine.next() as second, mine.next() as third:
        assert (first, second, third) == (Turn(1, 1), Turn(2, 2), None)
        assert not mine.finished()
    assert not mine.finished(), "both died without a result: they are wanted again"
    with mine.next() as again:
        assert again == Turn(3, 2), "a new attempt at the run that died last"


def test_a_run_that_told_nothing_is_made_again_under_its_number(tmp_path: Path) -> None:
    mine, made = runs(tmp_path, Repeat.parse("3")), []
    for verdict in (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.FAIL, Verdict.PASS):
        with mine.next() as turn:
            assert turn is not None
            mine.add(turn, tried(verdict, turn.attempt))
            made.append((turn.attempt, turn.run))
    assert made == [(1, 1), (2, 2), (3, 2), (4, 3)]


def test_an_inconclusive_run_is_tried_again_and_kept_apart(tmp_path: Path) -> None:
    mine = runs(tmp_path, Repeat.parse("3"))
    assert go_through(mine, {2: Verdict.INCONCLUSIVE}) == [1, 2, 3, 4]
    result = mine.result(NOT_RUN)
    assert result.repetition is not None
    assert (result.repetition.n, result.repetition.passes, result.repetition.inconclusive) == (3, 3, 1)
    assert result.judgement.verdict is Verdict.PASS
    assert [judgement.reason for judgement in result.earlier] == ["run 2"]


def test_the_first_of_the_worst_speaks_for_all(tmp_path: Path) -> None:
    mine = runs(tmp_path, Repeat.parse("4"))
    go_through(mine, {2: Verdict.FAIL, 3: Verdict.FAIL})
    result = mine.result(NOT_RUN)
    assert result.judgement.verdict is Verdict.FAIL
    assert result.namespace == "s2"
    assert result.artefacts is not None
    assert result.artefacts.folder == Path("attempt-2")
    assert result.repetition is not None
    assert [run.history for run in result.repetition.runs] == [Path(f"attempt-{n}/history.jsonl") for n in (1, 2, 3, 4)]


def test_a_cell_that_never_ran_says_so(tmp_path: Path) -> None:
    result = runs(tmp_path, Repeat()).result(NOT_RUN)
    assert (result.judgement, result.artefacts, result.repetition) == (NOT_RUN, None, None)


def test_every_cell_gets_its_first_run_before_any_gets_a_second(tmp_path: Path) -> None:
    many, once = runs(tmp_path, Repeat.parse("3")), runs(tmp_path, Repeat())
    assert list(lanes([many, once], 6)) == [many, once, many, many]
    assert list(lanes([many], 2)) == [many, many]


def without(number: int) -> Attempt:
    """A run that says nothing, because a step was not drawn in it."""
    step = Landing(
        step=0, name="kill", verb="kill-process", triggered=None, accepted=None, landed=None, proof="",
        not_drawn="not drawn",
    )  # fmt: skip
    said = Judgement(verdict=Verdict.INCONCLUSIVE, reason="no chance", landings=(step,), left_out=True)
    return replace(tried(Verdict.PASS, number), judgement=said)


def test_a_run_without_a_step_is_not_made_again_under_its_number(tmp_path: Path) -> None:
    mine = runs(tmp_path, Repeat.parse("3"))
    made = []
    for number in range(1, 5):
        with mine.next() as turn:
            if turn is not None:
                made.append(turn.run)
                mine.add(turn, without(number) if number == 1 else tried(Verdict.KNOWN_BUG, number))
    result = mine.result(NOT_RUN)
    assert made == [1, 2, 3]
    assert (result.judgement.verdict, result.earlier) == (Verdict.KNOWN_BUG, ())
    assert result.repetition is not None
    assert (result.repetition.n, result.repetition.left_out) == (2, 1)
    assert [run.left_out for run in result.repetition.runs] == [True, False, False]

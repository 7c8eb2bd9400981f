"""What is fired to measure landings: enough of each kind, and nothing among the misses that could land."""

from __future__ import annotations

from collections import Counter

from harness.bench.landings import hits, misses
from harness.bench.landings.hits import Hit
from harness.chaos.deeds import of_verb
from harness.faults.registry import fault_of
from harness.model.verdicts import Landing
from harness.scenario.lint import Context, check
from harness.scenario.load import load


def landing(verb: str, latency: float) -> Landing:
    return Landing(step=0, name=verb, verb=verb, triggered=1.0, accepted=1.0 + latency, landed=2.0, proof="seen")


def test_the_scenario_that_lands_is_one_that_anybody_could_run() -> None:
    assert check([hits.SCENARIO], Context()).problems == ()


def test_a_round_has_both_kinds_and_ten_rounds_are_a_hundred_heals() -> None:
    method = load(hits.SCENARIO).scenario.method
    lasting = [step for step in method if step.heal_after is not None]
    assert len(lasting) * 10 == hits.HEALED
    assert all(fault_of(step.action).heal is not None for step in lasting)
    kinds = Counter(Hit(landing=landing(step.verb, 0), healed=None).kind for step in method)
    assert min(kinds["api"], kinds["kernel"]) >= 5


def test_figures_are_told_by_kind_and_by_verb_and_what_is_asked_is_asked_of_the_kind() -> None:
    found = [Hit(landing=landing(verb, 0.02), healed=None) for verb in ("cordon", "cordon", "freeze-process")]
    figures = {figure.name: figure for figure in hits.latencies(found)}
    assert {name: len(figure.values) for name, figure in figures.items()} == {
        "landing-of-api-faults": 2,
        "landing-of-kernel-faults": 1,
        "landing-of-cordon": 2,
        "landing-of-freeze-process": 1,
    }
    asked = {figure.name: (figure.asked, figure.asked_p99) for figure in figures.values()}
    assert asked["landing-of-api-faults"] == asked["landing-of-kernel-faults"] == (30.0, 150.0)
    assert asked["landing-of-cordon"] == (None, None)


def test_a_heal_that_is_not_read_back_is_a_figure_that_is_missed() -> None:
    all_but_one = [Hit(landing=landing("cordon", 0), healed=number > 0) for number in range(100)]
    (figure,) = hits.heals(all_but_one)
    assert figure.shortfall == "median 99 of 100, asked at least 100"
    (whole,) = hits.heals([*all_but_one[1:], Hit(landing=landing("cordon", 0), healed=True)])
    assert whole.shortfall == ""


def test_landings_that_never_came_are_heals_that_are_missing() -> None:
    (figure,) = hits.heals([Hit(landing=landing("cordon", 0), healed=True)])
    assert figure.shortfall == "median 1 of 100, asked at least 100"


def test_two_hundred_are_kept_from_landing_by_everything_on_the_list() -> None:
    chosen = [each for number in range(misses.TOGETHER) for each in misses.share(number)]
    assert len(chosen) == misses.ATTEMPTS
    assert set(map(id, chosen)) == set(map(id, misses.MISSES))


def test_what_is_kept_from_landing_is_what_a_scenario_could_say() -> None:
    for each in misses.MISSES:
        assert of_verb(each.verb, **each.parameters).name == each.verb

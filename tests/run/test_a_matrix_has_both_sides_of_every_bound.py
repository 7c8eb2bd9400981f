"""What scenarios declare to change between two releases is run on both; nothing that cannot be had is asked for."""

from __future__ import annotations

import json
from itertools import pairwise
from pathlib import Path
from typing import TYPE_CHECKING

from click.testing import CliRunner
from hypothesis import given
from hypothesis import strategies as st

from harness.argo import releases
from harness.argo.releases import Known, Standing
from harness.cli.matrix import matrix
from harness.model.errors import ReleaseUnavailable
from harness.model.release import Release
from harness.run.gate import context
from harness.run.matrix import Matrix, asked, derive
from harness.scenario.lint import accept
from harness.scenario.load import discover
from harness.scenario.types import Scenario

if TYPE_CHECKING:
    from collections.abc import Mapping

SCENARIOS = Path(__file__).parents[2] / "scenarios"
BUG = {"link": "argoproj/argo-workflows#13373", "expect": {"workflow": {"stuck": True}}}
WAIVER = {"invariant": "goes-on-by-itself", "reason": "seen so"}
NOTHING: Mapping[str, object] = {}
TAGS = [str(line.release).removeprefix("v") for line in releases.catalogue()]


def scenario(declared: Mapping[str, object] = NOTHING, name: str = "one") -> Scenario:
    workflow = {"apiVersion": "argoproj.io/v1alpha1", "kind": "Workflow", "spec": {"entrypoint": "main"}}
    rest = {"name": name, "title": "a scenario", "workflow": workflow, "expect": {"workflow": {"phase": "Succeeded"}}}
    return Scenario.model_validate({**rest, **declared})


def known(*tags: str, refused: tuple[str, ...] = ()) -> tuple[Known, ...]:
    lines = [Known(release=Release.parse(tag), standing=Standing.BUILT) for tag in tags]
    return (*lines, *(Known(release=Release.parse(t), standing=Standing.REFUSED, why="it is refused") for t in refused))


def why(found: Matrix) -> dict[str, tuple[str, ...]]:
    return {str(choice.argo): choice.why for choice in found.choices}


LINE = known("v3.5.4", "v3.5.5", "v3.5.6", "v3.5.8", "v3.5.10", "v3.5.11", "v3.5.13", "v3.6.0", "v3.6.1")


def test_a_known_bug_is_run_where_it_begins_and_where_it_is_fixed() -> None:
    found = derive([scenario({"known-bugs": [{**BUG, "argo": ">=3.5.6,<3.5.11"}]})], LINE)
    about = "argoproj/argo-workflows#13373 (>=3.5.6,<3.5.11): one"
    assert why(found) == {
        "v3.5.5": (f"last before {about}",),
        "v3.5.6": (f"first with {about}",),
        "v3.5.10": (f"last with {about}",),
        "v3.5.11": (f"first without {about}",),
        "v3.5.13": ("newest of 3.5",),
        "v3.6.1": ("newest of 3.6",),
    }


def test_a_waiver_counts_as_a_bug_does() -> None:
    found = derive([scenario({"waive": [{**WAIVER, "argo": ">=3.6.1"}]})], LINE)
    assert why(found)["v3.6.0"] == ("last without a waiver of goes-on-by-itself (>=3.6.1): one",)
    assert why(found)["v3.6.1"][0] == "first with a waiver of goes-on-by-itself (>=3.6.1): one"


def test_a_release_on_which_the_scenario_is_skipped_is_no_side_of_anything() -> None:
    declared = {"known-bugs": [{**BUG, "argo": "<3.5.11"}], "skip": [{"argo": "<3.5.6", "reason": "not there yet"}]}
    found = why(derive([scenario(declared)], LINE))
    assert "v3.5.5" not in found
    assert found["v3.5.6"] == ("first after a skip (<3.5.6): one",)


def test_a_line_on_which_everything_is_skipped_is_left_out_and_told() -> None:
    found = derive([scenario({"skip": [{"argo": ">=3.6", "reason": "gone"}]})], LINE)
    assert "v3.6.1" not in why(found)
    assert found.notes == ("v3.6.1, newest of its line, is left out: every scenario is skipped there",)


def test_scenarios_that_say_the_same_share_a_line() -> None:
    bugs = [{**BUG, "argo": "<3.5.6"}]
    found = why(derive([scenario({"known-bugs": bugs}, name) for name in ("one", "two")], LINE))
    assert found["v3.5.5"] == ("last with argoproj/argo-workflows#13373 (<3.5.6): one, two",)


def test_a_bound_that_cannot_be_had_is_stood_in_for_and_told() -> None:
    catalogue = known("v3.5.2", "v3.5.4", "v3.5.5", refused=("v3.5.3",))
    found = derive([scenario({"known-bugs": [{**BUG, "argo": "<3.5.3 || ==3.5.5"}]})], catalogue)
    assert "v3.5.3" not in why(found)
    assert {"v3.5.2", "v3.5.4"} < why(found).keys()
    assert found.notes == (
        "v3.5.3, a bound of <3.5.3 || ==3.5.5, is not in: it is refused; beside it are v3.5.2 and v3.5.4",
    )


def test_nothing_declared_leaves_the_newest_of_each_line() -> None:
    assert list(why(derive([scenario()], LINE))) == ["v3.5.13", "v3.6.1"]


def test_nothing_that_can_be_had_makes_an_empty_matrix() -> None:
    assert derive([scenario({"known-bugs": [{**BUG, "argo": "<3.5.3"}]})], known(refused=("v3.5.3",))).choices == ()


RANGES = st.builds(
    " ".join, st.tuples(st.sampled_from(["<", "<=", ">", ">=", "==", "!="]), st.sampled_from(TAGS))
) | st.builds(">={},<{}".format, st.sampled_from(TAGS), st.sampled_from(TAGS))


@given(bug=RANGES, waived=RANGES, skipped=st.none() | RANGES)
def test_wherever_something_declared_changes_both_sides_are_in(bug: str, waived: str, skipped: str | None) -> None:
    declared = scenario(
        {
            "known-bugs": [{**BUG, "argo": bug}],
            "waive": [{**WAIVER, "argo": waived}],
            "skip": [{"argo": skipped, "reason": "so"}] if skipped else [],
        }
    )
    chosen = {choice.argo for choice in derive([declared], releases.catalogue()).choices}
    had = [line.release for line in releases.catalogue() if line.standing is not Standing.REFUSED]
    assert chosen <= set(had)
    for before, after in pairwise(had):
        said = [
            (declared.known_bug(str(one)), [w.argo.holds(str(one)) for w in declared.waive]) for one in (before, after)
        ]
        runs = [one for one in (before, after) if declared.skipped(str(one)) is None]
        assert said[0] == said[1] or chosen.issuperset(runs)
        assert len(runs) != 1 or chosen.issuperset(runs)


def test_the_seeds_of_this_project_are_run_where_their_bugs_begin_and_end() -> None:
    loaded = [each.scenario for each in accept(discover([SCENARIOS / "seeds"]), context("local"))]
    found = {choice.argo.tag for choice in derive(loaded, releases.catalogue()).choices}
    assert {"v3.5.5", "v3.5.6", "v3.5.10", "v3.5.11", "v3.7.15", "v4.0.2"} <= found
    assert not found & {"v3.5.3", "v4.0.0", "v4.1.0"}


def test_releases_that_are_named_are_taken_as_they_are() -> None:
    assert why(asked([Release.parse("v3.7.15"), Release.parse("v3.5.10")])) == {
        "v3.5.10": ("asked for",),
        "v3.7.15": ("asked for",),
    }


def called(*words: str) -> str:
    done = CliRunner().invoke(matrix, list(words), catch_exceptions=False)
    assert done.exit_code == 0, done.output
    return done.stdout


def test_the_line_for_github_is_one_job_for_each_release() -> None:
    name, _, value = called(str(SCENARIOS / "seeds"), "--argo", "v3.7.15 v3.5.10", "--github").partition("=")
    told = json.loads(value)
    assert name == "matrix"
    assert [job["argo"] for job in told["include"]] == ["v3.5.10", "v3.7.15"]


def test_the_json_says_which_cells_are_expected() -> None:
    told = json.loads(called(str(SCENARIOS / "seeds" / "oom-wait.yaml"), "--argo", "newest", "--json"))
    assert told["releases"] == [{"argo": str(releases.newest()), "why": ["asked for"]}]
    assert told["expected"] == [{"scenario": "oom-wait", "argo": str(releases.newest()), "kubernetes": ""}]


def test_the_list_for_people_has_every_reason() -> None:
    lines = called(str(SCENARIOS / "seeds")).splitlines()
    assert "v4.0.2     newest of 4.0" in lines
    assert any(line.startswith("note: v3.5.3, a bound of <3.5.3, is not in") for line in lines)


def test_a_release_that_is_known_to_be_refused_is_not_made_a_job() -> None:
    done = CliRunner().invoke(matrix, [str(SCENARIOS / "seeds"), "--argo", "v4.1.0"])
    assert isinstance(done.exception, ReleaseUnavailable)


def test_what_is_no_release_is_wrong_usage() -> None:
    done = CliRunner().invoke(matrix, [str(SCENARIOS / "seeds"), "--argo", "newer"])
    assert "'newer' is not a release" in str(done.exception)


def test_each_release_is_run_on_each_kubernetes() -> None:
    both = ("--argo", "v3.7.15", "--kubernetes", "v1.31.14,v1.34.4")
    told = json.loads(called(str(SCENARIOS / "seeds" / "oom-wait.yaml"), *both, "--json"))
    assert [(cell["argo"], cell["kubernetes"]) for cell in told["expected"]] == [
        ("v3.7.15", "v1.31.14"),
        ("v3.7.15", "v1.34.4"),
    ]


def test_a_release_of_a_line_that_nobody_knows_is_refused_with_what_there_is() -> None:
    result = CliRunner().invoke(matrix, [str(SCENARIOS / "seeds"), "--argo", "v9.9.9"])
    assert isinstance(result.exception, ReleaseUnavailable)
    assert "no release like Argo v9.9.9 is known; these can be had: v3.4.17, v3.5.2," in str(result.exception)
    assert "v3.5.3" not in str(result.exception)
    # a patch that came out after this was written
    assert CliRunner().invoke(matrix, [str(SCENARIOS / "seeds"), "--argo", "v3.7.99"]).exit_code == 0

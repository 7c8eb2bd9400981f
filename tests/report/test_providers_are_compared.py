"""`shakedown compare`: one table over the runs of several providers, and a reason for each difference."""

from __future__ import annotations

import gzip
import json
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from click.testing import CliRunner

from harness.cli import compare as comparing
from harness.model.cells import Artefacts, CellResult, RunInfo
from harness.model.column import Column
from harness.model.errors import Exit, UsageError
from harness.model.repetition import Conclusion, Interval, Repetition, Run
from harness.model.verdicts import StuckCause, Verdict
from harness.report import results
from harness.report.comparison import differences, page, table
from harness.report.comparison.differences import Kind
from harness.report.plan import NOTHING, Plan
from tests.report.conftest import BEGAN, NEW, OLD, cell, run_in

if TYPE_CHECKING:
    from harness.report.comparison.differences import Difference

CORPUS = Path(__file__).parents[1] / "corpus"
OOM = "Failed: OOMKilled (exit code 137)"


def ran(scenario: str, provider: str, verdict: Verdict = Verdict.PASS, seconds: float = 5.0, **more: Any) -> CellResult:
    given = {"argo": NEW, "reason": "as declared", "artefacts": None, **more}
    argo, reason, artefacts = (given.pop(name) for name in ("argo", "reason", "artefacts"))
    times = {"started": BEGAN, "finished": BEGAN + seconds}
    return cell(scenario, argo, verdict, reason, artefacts, provider=provider, **times, **given)


def on(folder: Path, provider: str, *cells: CellResult, plan: Plan = NOTHING, name: str = "") -> results.Results:
    """A run as it is read from its file."""
    return results.read(wrote(folder, provider, *cells, plan=plan, name=name))


def wrote(folder: Path, provider: str, *cells: CellResult, plan: Plan = NOTHING, name: str = "") -> Path:
    base: RunInfo = run_in(folder / (name or provider))
    kubernetes = tuple(dict.fromkeys(each.kubernetes for each in cells)) or base.kubernetes
    return results.write(replace(base, provider=provider, kubernetes=kubernetes), cells, plan)


def found(*runs: results.Results) -> tuple[Difference, ...]:
    return differences.find(table.arrange(runs))


def told(*runs: results.Results) -> list[tuple[Kind, str]]:
    return [(each.kind, each.text) for each in found(*runs)]


def recorded(folder: Path, name: str, **header: Any) -> Artefacts:
    """A stored history, with another header."""
    first, *rest = gzip.decompress((CORPUS / f"{name}.jsonl.gz").read_bytes()).decode().splitlines(keepends=True)
    path = folder / f"{name}-{'-'.join(map(str, header.values()))[:40].replace('/', '')}.jsonl"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text("".join([json.dumps({**json.loads(first), **header}) + "\n", *rest]))
    return Artefacts(folder=folder, history=path)


def test_the_same_everywhere_is_said_to_be(tmp_path: Path) -> None:
    runs = [on(tmp_path, provider, ran("drain", provider)) for provider in ("local", "kind")]
    made = table.arrange(runs)
    assert differences.find(made) == ()
    text = page.render(runs, made, ())
    assert "| scenario | release | local | kind |" in text
    assert "| drain | v3.7.15 | ✅ pass <sub>5.0 s</sub> | ✅ pass <sub>5.0 s</sub> |" in text
    assert "The same verdict for 1 of 1 cells that ran on more than one provider." in text
    assert "Nothing differs." in text


def test_another_verdict_comes_first_with_both_reasons(tmp_path: Path) -> None:
    local = on(tmp_path, "local", ran("a", "local", seconds=1.0), ran("b", "local", reason=OOM))
    failed = ran("b", "kind", Verdict.FAIL, reason="workflow.phase: expected Failed, seen Running")
    kind = on(tmp_path, "kind", ran("a", "kind", seconds=9.0), failed)
    assert told(local, kind) == [
        (
            Kind.VERDICT,
            f"the verdict differs: pass on local ({OOM}), fail on kind (workflow.phase: expected Failed, seen Running)",
        ),
        (Kind.TIME, "takes 9.0 times as long on kind (9.0 s) as on local (1.0 s): unexplained"),
    ]
    assert page.alike(table.arrange([local, kind]), found(local, kind)) == (1, 2)


def test_what_else_differs_stands_beside_another_verdict(tmp_path: Path) -> None:
    v1 = recorded(tmp_path / "local", "oom-main-v3.7.15-1")
    v2 = recorded(tmp_path / "kind", "oom-main-v3.7.15-1", provider="kind", cgroup="v2")
    local = on(tmp_path, "local", ran("a", "local", artefacts=v1))
    kind = on(tmp_path, "kind", ran("a", "kind", Verdict.FAIL, artefacts=v2, kubernetes="v1.34.4"))
    ((_, text),) = told(local, kind)
    assert text.endswith(
        "; Kubernetes v1.33.13 on local, Kubernetes v1.34.4 on kind; cgroup v1 on local, cgroup v2 on kind"
    )


def test_two_runs_on_one_provider_that_disagree_differ(tmp_path: Path) -> None:
    one = on(tmp_path, "local", ran("a", "local"), name="one")
    two = on(tmp_path, "local", ran("a", "local", Verdict.FAIL, reason="stuck"), name="two")
    kind = on(tmp_path, "kind", ran("a", "kind"))
    assert told(one, two, kind) == [
        (Kind.VERDICT, "the verdict differs: pass, fail on local (as declared; stuck), pass on kind (as declared)")
    ]


def test_an_inconclusive_cell_is_no_agreement(tmp_path: Path) -> None:
    runs = [
        on(tmp_path, each, ran("a", each, Verdict.INCONCLUSIVE, reason="no eviction was seen"))
        for each in ("local", "kind")
    ]
    (difference,) = found(*runs)
    assert difference.kind is Kind.NO_ANSWER
    assert page.alike(table.arrange(runs), (difference,)) == (0, 1)
    assert comparing.exit_code([difference.kind]) is Exit.INCONCLUSIVE


def test_what_was_skipped_on_both_is_not_counted(tmp_path: Path) -> None:
    runs = [on(tmp_path, each, ran("a", each, Verdict.SKIPPED)) for each in ("local", "kind")]
    assert page.alike(table.arrange(runs), found(*runs)) == (0, 0)


def test_another_cause_under_the_same_verdict_is_told(tmp_path: Path) -> None:
    local = on(tmp_path, "local", ran("a", "local", Verdict.KNOWN_BUG, cause=StuckCause.POD_GONE))
    kind = on(tmp_path, "kind", ran("a", "kind", Verdict.KNOWN_BUG, cause=StuckCause.EXIT_HANDLER))
    assert told(local, kind) == [
        (
            Kind.CAUSE,
            "the verdict is the same, the cause of being stuck differs: pod-gone on local, exit-handler on kind",
        )
    ]


@pytest.mark.parametrize("verdict", [Verdict.FAIL, Verdict.KNOWN_BUG])
def test_another_reason_of_the_same_verdict_is_told(tmp_path: Path, verdict: Verdict) -> None:
    local = on(tmp_path, "local", ran("a", "local", verdict, reason="nodes.main: seen Failed after 3.2 s"))
    same = on(tmp_path, "kind", ran("a", "kind", verdict, reason="nodes.main: seen Failed after 11 s"))
    assert told(local, same) == []
    other = on(tmp_path, "kind", ran("a", "kind", verdict, reason="locks-are-kept: held twice"))
    why = "nodes.main: seen Failed after 3.2 s on local, locks-are-kept: held twice on kind"
    assert told(local, other) == [(Kind.REASON, f"the verdict is the same, the reason differs: {why}")]
    assert comparing.exit_code([Kind.REASON, Kind.SETTINGS]) is Exit.OK


def test_a_pass_has_no_reason_to_compare(tmp_path: Path) -> None:
    local, kind = (on(tmp_path, each, ran("a", each, reason=f"Succeeded on {each}")) for each in ("local", "kind"))
    assert told(local, kind) == []


def test_other_settings_of_the_controller_are_told(tmp_path: Path) -> None:
    def set_to(provider: str, **env: str) -> results.Results:
        settings = {"env": {"SAME": "1", "KUBERNETES_SERVICE_HOST": provider, **env}, "args": [], "config": {}}
        artefacts = recorded(tmp_path / provider, "drain-v3.7.15-1", provider=provider, settings=settings)
        return on(tmp_path, provider, ran("a", provider, artefacts=artefacts))

    assert told(set_to("local", REQUEUE="1s"), set_to("kind", REQUEUE="1s")) == []
    unknown = on(tmp_path, "existing", ran("a", "existing"))
    (difference,) = found(set_to("local", REQUEUE="1s"), set_to("kind", REQUEUE="10s", MORE="x"), unknown)
    assert difference.kind is Kind.SETTINGS
    assert difference.text == "the settings of the controller differ: REQUEUE=1s on local; MORE=x, REQUEUE=10s on kind"


def test_what_a_provider_cannot_do_is_told_with_its_reason(tmp_path: Path) -> None:
    local = on(tmp_path, "local", ran("a", "local"), ran("b", "local", verbs=("slow-api",)))
    kind = on(tmp_path, "kind", ran("a", "kind"))
    assert told(local, kind) == [
        (
            Kind.REFUSED,
            "cannot be done on kind: the API proxy runs beside the control plane of a local cluster, not yet in a node"
            " of kind",
        )
    ]
    assert "| cannot |" in page.render([local, kind], table.arrange([local, kind]), found(local, kind))


def test_what_nobody_asked_for_is_not_called_refused(tmp_path: Path) -> None:
    local = on(tmp_path, "local", ran("a", "local"), ran("b", "local"))
    kind = on(tmp_path, "kind", ran("a", "kind"))
    assert told(local, kind) == [(Kind.NOT_SELECTED, "no run on kind had it, for no reason that is recorded")]


def test_a_result_that_was_to_be_there_is_missed(tmp_path: Path) -> None:
    """Also of a scenario that the provider could not do: the run that promised it thought otherwise."""
    local = on(tmp_path, "local", ran("a", "local"), ran("b", "local", verbs=("slow-api",)))
    plan = Plan(cells=tuple((name, Column(NEW)) for name in ("a", "b")))
    kind = on(tmp_path, "kind", ran("a", "kind"), plan=plan)
    (difference,) = found(local, kind)
    assert (difference.kind, difference.scenario) == (Kind.NOT_RUN, "b")
    assert comparing.exit_code([difference.kind]) is Exit.FAIL


def test_oom_kills_are_told_by_cgroup_version_as_recorded(tmp_path: Path) -> None:
    name, verbs = "oom-main-v3.7.15-1", ("oom",)
    v1 = recorded(tmp_path / "local", name)
    v2 = recorded(tmp_path / "kind", name, provider="kind", cgroup="v2")
    local = on(tmp_path, "local", ran("oom-main", "local", verbs=verbs, artefacts=v1))
    kind = on(tmp_path, "kind", ran("oom-main", "kind", verbs=verbs, artefacts=v2))
    lost = on(tmp_path, "existing", ran("oom-main", "existing", verbs=verbs))
    assert told(local, kind, lost) == [
        (
            Kind.OOM,
            "out-of-memory kills differ: local has cgroup v1, the kernel kills one process; the kernel's log names 1;"
            " kind has cgroup v2, the kubelet has the whole container killed; the kernel's log names 1;"
            " existing has no history to tell the cgroup version; no kill is in the kernel's log",
        )
    ]


def test_the_same_oom_kill_on_both_is_no_difference(tmp_path: Path) -> None:
    runs = [
        on(
            tmp_path,
            each,
            ran("oom", each, verbs=("oom",), artefacts=recorded(tmp_path / each, "oom-main-v3.7.15-1", provider=each)),
        )
        for each in ("local", "kind")
    ]
    assert told(*runs) == []


@pytest.mark.parametrize(("quick", "slow"), [(0.2, 1.1), (5.0, 10.0), (5.0, 5.0)])
def test_small_differences_in_time_are_none(tmp_path: Path, quick: float, slow: float) -> None:
    local, kind = (on(tmp_path, name, ran("a", name, seconds=s)) for name, s in (("local", quick), ("kind", slow)))
    assert told(local, kind) == []


@pytest.mark.parametrize(
    ("verbs", "provider", "why"),
    [
        (("power-off",), "existing", "existing has what its owner has set for lost nodes"),
        (("power-off",), "kind", "unexplained"),
        (("delete-pod",), "existing", "existing has images that its nodes pull when they are first wanted"),
    ],
)
def test_only_settings_that_differ_explain_a_time(
    tmp_path: Path, verbs: tuple[str, ...], provider: str, why: str
) -> None:
    """Local clusters and those of kind notice a lost node after the same time: that is no reason then."""
    local = on(tmp_path, "local", ran("a", "local", verbs=verbs, seconds=10))
    other = on(tmp_path, provider, ran("a", provider, verbs=verbs, seconds=300))
    ((kind, text),) = told(local, other)
    assert kind is Kind.TIME
    assert text.startswith(f"takes 30.0 times as long on {provider} (300.0 s) as on local (10.0 s): {why}")
    assert ("lost nodes" in text) == (why.endswith("lost nodes"))


def test_a_measured_pod_start_explains_a_time(tmp_path: Path) -> None:
    fast, late = (
        recorded(tmp_path / name, "drain-v3.7.15-1", calibration={"pod_start": s})
        for name, s in (("local", 0.8), ("kind", 2.4))
    )
    local = on(tmp_path, "local", ran("a", "local", artefacts=fast, seconds=4))
    kind = on(tmp_path, "kind", ran("a", "kind", artefacts=late, seconds=12))
    assert told(local, kind) == [
        (
            Kind.TIME,
            "takes 3.0 times as long on kind (12.0 s) as on local (4.0 s): an idle pod starts in 2.4 s on kind and in"
            " 0.8 s on local, as measured",
        )
    ]


def test_times_are_medians_of_the_runs_that_tell_something(tmp_path: Path) -> None:
    verdicts = (Verdict.PASS, Verdict.INCONCLUSIVE, Verdict.PASS, Verdict.PASS)
    repeated = Repetition(
        asked="3",
        conclusion=Conclusion.STILL_HEALTHY,
        n=3,
        passes=3,
        broken=0,
        inconclusive=1,
        share=Interval(low=0.3, high=1.0),
        rate=Interval(low=0.0, high=0.7),
        runs=tuple(
            Run(verdict=verdict, reason="", seconds=s)
            for verdict, s in zip(verdicts, (4.0, 90.0, 6.0, 20.0), strict=True)
        ),
    )
    local = on(tmp_path, "local", replace(ran("a", "local"), repetition=repeated))
    kind = on(tmp_path, "kind", ran("a", "kind"))
    (row,) = table.arrange([local, kind]).rows
    assert [(square.seconds, square.runs) for square in row.squares] == [(6.0, 3), (5.0, 1)]


def test_a_provider_on_two_releases_of_kubernetes_has_two_columns(tmp_path: Path) -> None:
    local = on(tmp_path, "local", *(ran("a", "local", kubernetes=each) for each in ("v1.31.14", "v1.34.4")))
    kind = on(tmp_path, "kind", ran("a", "kind"))
    assert list(map(str, table.arrange([local, kind]).places)) == ["local on v1.31.14", "local on v1.34.4", "kind"]


def test_rows_are_by_scenario_and_by_age_of_the_release(tmp_path: Path) -> None:
    names = [("b", NEW), ("a", "v3.10.0"), ("a", NEW), ("a", OLD)]
    runs = [on(tmp_path, each, *(ran(name, each, argo=argo) for name, argo in names)) for each in ("local", "kind")]
    assert [(row.scenario, row.argo) for row in table.arrange(runs).rows] == [
        ("a", OLD),
        ("a", NEW),
        ("a", "v3.10.0"),
        ("b", NEW),
    ]


def test_runs_on_one_provider_are_nothing_to_compare(tmp_path: Path) -> None:
    runs = [on(tmp_path, "local", ran("a", "local"), name=name) for name in ("one", "two")]
    with pytest.raises(UsageError, match="these runs have local alone"):
        table.arrange(runs)


def test_the_command_writes_markdown_and_ends_with_one_where_verdicts_differ(tmp_path: Path) -> None:
    local = wrote(tmp_path, "local", ran("a", "local"))
    kind = wrote(tmp_path, "kind", ran("a", "kind", Verdict.FAIL, reason="seen | <b>Running</b>"))
    made = tmp_path / "docs" / "providers.md"
    command = [str(local.parent), str(kind), "-o", str(made)]
    done = CliRunner().invoke(comparing.compare, command, standalone_mode=False)
    assert done.return_value is Exit.FAIL
    assert done.output == f"{made}: the same verdict for 0 of 1 cells, 1 differences\n"
    assert "## Another verdict" in made.read_text()
    assert r"seen \| \<b\>Running\</b\>" in made.read_text()


def test_a_run_that_is_named_twice_counts_once(tmp_path: Path) -> None:
    local, kind = (wrote(tmp_path, each, ran("a", each)) for each in ("local", "kind"))
    link = tmp_path / "latest"
    link.symlink_to(local.parent, target_is_directory=True)
    command = [str(local.parent), str(link), str(local), str(kind), "--json"]
    data = json.loads(CliRunner().invoke(comparing.compare, command).output)
    assert (data["format"], data["version"], data["providers"]) == (page.FORMAT, 1, ["local", "kind"])
    assert [run["provider"] for run in data["runs"]] == ["local", "kind"]
    assert data["rows"][0]["squares"][0] == {
        "provider": "local",
        "verdicts": ["pass"],
        "causes": [],
        "seconds": 5.0,
        "runs": 1,
        "cgroups": [],
    }
    assert data["differences"] == []

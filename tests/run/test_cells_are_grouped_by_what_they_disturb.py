"""Cells share a cluster where they want the same one, and run at the same time where no fault reaches further."""

from pathlib import Path

import pytest

from harness.model.release import Release
from harness.run.plan import CellPlan, cells, clusters
from harness.scenario.load import Loaded, load_all

SCENARIO = """
name: {name}
title: a scenario
argo: {{settings: {settings}}}
workflow:
  apiVersion: argoproj.io/v1alpha1
  kind: Workflow
  spec:
    entrypoint: main
    templates: [{{name: main, container: {{image: "alpine:3.18", command: [sleep, "1"]}}}}]
method: [{{when: {{node: {{template: main, phase: Running}}}}, inject: {{{verb}: {{}}}}}}]
expect: {{workflow: {{phase: Succeeded}}}}
skip: [{{argo: "==3.7.1", reason: not there}}]
"""
OLD, NEW, SKIPPED = (Release.parse(tag) for tag in ("v3.5.10", "v3.7.15", "v3.7.1"))


def plans(folder: Path, *chosen: tuple[str, str, str]) -> tuple[CellPlan, ...]:
    loaded: list[Loaded] = []
    for name, verb, settings in chosen:
        path = folder / f"{name}.yaml"
        path.write_text(SCENARIO.format(name=name, verb=verb, settings=settings))
        loaded += load_all(path)
    return cells(loaded, (OLD, NEW, SKIPPED))


@pytest.mark.parametrize(
    ("verb", "alone"),
    [("kill-process", False), ("oom", False), ("delete-pod", False), ("drain", True), ("power-off", True)],
)
def test_a_fault_beyond_its_namespace_runs_alone(tmp_path: Path, verb: str, alone: bool) -> None:
    assert {plan.alone for plan in plans(tmp_path, ("one", verb, "fast"))} == {alone}


def test_each_release_has_a_cluster_of_its_own_and_a_skipped_cell_has_none(tmp_path: Path) -> None:
    groups = clusters(plans(tmp_path, ("one", "oom", "fast"), ("two", "drain", "fast")))
    assert [group.argo for group in groups] == [OLD, NEW]
    assert [[plan.loaded.scenario.name for plan in group.together] for group in groups] == [["one"], ["one"]]
    assert [[plan.loaded.scenario.name for plan in group.alone] for group in groups] == [["two"], ["two"]]


def test_other_settings_are_another_cluster(tmp_path: Path) -> None:
    groups = clusters(plans(tmp_path, ("one", "oom", "fast"), ("two", "oom", "slow"), ("three", "oom", "fast")))
    names = [(group.settings.settings, {plan.loaded.scenario.name for plan in group.cells}) for group in groups]
    assert names == [("fast", {"one", "three"}), ("slow", {"two"})] * 2


def test_no_cell_is_lost(tmp_path: Path) -> None:
    planned = plans(tmp_path, ("one", "oom", "fast"), ("two", "drain", "slow"))
    grouped = {plan.id for group in clusters(planned) for plan in group.cells}
    assert grouped | {plan.id for plan in planned if plan.skipped} == {plan.id for plan in planned}

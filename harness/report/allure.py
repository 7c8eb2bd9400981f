"""Allure shows one result for each cell: who it is (labels, parameters, known at collection) and what happened (steps).

allure-pytest times a test by when pytest ran it, but cells run before that and side by side. So the result is
corrected on its way to the file, and its steps are built by hand with the times of the cell.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Final

import allure_commons
from allure_commons.model2 import Label, Parameter, Status, StatusDetails, TestResult

from harness.model.verdicts import Verdict
from harness.report import again, allure_files, allure_steps, kinds, links, node_table, recorded

if TYPE_CHECKING:
    from collections.abc import Mapping

    from harness.model.cells import CellResult, RunInfo
    from harness.model.column import Column
    from harness.model.verdicts import Judgement
    from harness.scenario.types import Scenario

NO_FAULT: Final = "no fault"
_PLAIN_TAG: Final = "seed"
"""Says where a scenario comes from, not what it is about, so it is no epic."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Marker:
    """A pytest mark in plain data: `getattr(pytest.mark, name)(*args, **kwargs)`."""

    name: str
    args: tuple[str, ...]
    kwargs: Mapping[str, str | None] = field(default_factory=dict)


def markers(scenario: Scenario, column: Column) -> tuple[Marker, ...]:
    """Marks of a test at collection time, so that `--allure-label fault=drain` selects.

    ALLURE_ID is what Allure 3 identifies a test by when it is there: releases of a scenario are one test, wherever the
    file lies.
    """
    verbs = tuple(dict.fromkeys(step.verb for step in scenario.method)) or (NO_FAULT,)
    tags = [tag for tag in scenario.tags if tag != _PLAIN_TAG]
    return (
        _label("ALLURE_ID", scenario.name),
        _label("argo", column.argo),
        *([_label("kubernetes", column.kubernetes)] if column.kubernetes else []),
        _label("fault", *verbs),
        _label("epic", tags[0] if tags else "general"),
        _label("feature", verbs[0]),
        _label("severity", "critical" if _PLAIN_TAG in scenario.tags else "normal"),
        *(_label("tag", tag) for tag in scenario.tags),
        *(_link(link) for link in scenario.links if links.url(link)),
    )


def _label(name: str, *values: str) -> Marker:
    return Marker(name="allure_label", args=values, kwargs={"label_type": name})


def _link(link: str) -> Marker:
    return Marker(name="allure_link", args=(links.url(link),), kwargs={"link_type": "issue", "name": links.label(link)})


def describe(cell: CellResult, run: RunInfo | None = None) -> None:
    """Fills in the Allure result of the test that is running now, in its setup or call phase, on pytest's own thread.

    Does nothing where no Allure results are asked for.
    """
    current = _current()
    if current is None:
        return
    story = recorded.read(cell)
    current.parameters.extend(_parameters(cell))
    current.labels.extend(_labels(cell))
    current.steps.extend(allure_steps.build(cell, story, run.settings if run else ""))
    current.attachments.extend(allure_files.attach_all(cell, story))
    _corrections().put(
        current.uuid,
        cell.judgement,
        name=cell.title,
        description=_description(cell, run),
        start=allure_steps.milliseconds(cell.started),
        stop=allure_steps.milliseconds(cell.finished),
    )


def _current() -> TestResult | None:
    for plugin in allure_commons.plugin_manager.get_plugins():
        if reporter := getattr(plugin, "allure_logger", None):
            test: TestResult | None = reporter.get_test(None)
            return test
    return None


def _parameters(cell: CellResult) -> list[Parameter]:
    """`argo` is part of the identity in the history, and so is `kubernetes` where a run has several; what changes from
    run to run must not be."""
    facts = {"kubernetes": cell.kubernetes, "provider": cell.provider, "namespace": cell.namespace}
    told = [
        Parameter(name=name, value=value, excluded=True if name != "kubernetes" or not cell.several else None)
        for name, value in facts.items()
        if value
    ]
    return [Parameter(name="argo", value=cell.argo), *told]


def _labels(cell: CellResult) -> list[Label]:
    found = [Label(name="verdict", value=cell.judgement.verdict.value)]
    if kind := kinds.kind_of(cell.judgement):
        found.append(Label(name="kind", value=kind.value))
    if cell.judgement.cause:
        found.append(Label(name="cause", value=cell.judgement.cause.value))
    return found


def _description(cell: CellResult, run: RunInfo | None) -> str:
    lines = [f"**{cell.judgement.verdict}**: {cell.judgement.reason}", f"Once more: `{again.command(cell)}`"]
    if cell.artefacts and run:
        lines.append(
            f"Files: `{links.relative(cell.artefacts.folder, run.folder)}` in the folder of the run `{run.name}`"
        )
    return "\n\n".join(lines)


class _Corrections:
    """What allure-pytest would overwrite is put right just before the result is written."""

    def __init__(self) -> None:
        self._by_uuid: dict[str, tuple[Judgement, dict[str, Any]]] = {}

    def put(self, uuid: str, judgement: Judgement, **values: Any) -> None:
        self._by_uuid[uuid] = judgement, values

    @allure_commons.hookimpl(tryfirst=True)
    def report_result(self, result: TestResult) -> None:
        if result.uuid not in self._by_uuid:
            return
        judgement, values = self._by_uuid.pop(result.uuid)
        for name, value in values.items():
            setattr(result, name, value)
        if result.status == _STATUSES[judgement.verdict]:
            result.statusDetails = _details(judgement)


_STATUSES: Final = {
    Verdict.PASS: Status.PASSED,
    Verdict.KNOWN_BUG: Status.SKIPPED,
    Verdict.SKIPPED: Status.SKIPPED,
    Verdict.FIXED: Status.FAILED,
    Verdict.FAIL: Status.FAILED,
    Verdict.INCONCLUSIVE: Status.FAILED,
    Verdict.INFRA: Status.BROKEN,
}
"""What pytest makes of each verdict. Where it made something else of a cell, its own words tell why, and stay."""


def _details(judgement: Judgement) -> StatusDetails | None:
    """The reason and the comparison, instead of the frames of whoever raised it."""
    if judgement.verdict is Verdict.PASS:
        return None
    about = f" {links.label(judgement.link)}" if judgement.link else ""
    wrong = [check for check in judgement.checks if not check.holds]
    broken = [f"{v.invariant}: {v.message}" for v in judgement.violations if not v.waived]
    trace = "\n".join([*([node_table.checks(wrong)] if wrong else []), *broken])
    return StatusDetails(message=f"{judgement.verdict}{about}: {judgement.reason}", trace=trace or None)


def _corrections() -> _Corrections:
    name = "shakedown-corrections"
    found = allure_commons.plugin_manager.get_plugin(name)
    if found is None:
        found = _Corrections()
        allure_commons.plugin_manager.register(found, name)
    assert isinstance(found, _Corrections)
    return found

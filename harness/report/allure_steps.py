"""Given, when, then: the story of a cell as Allure steps, each with the time at which it really happened."""

from __future__ import annotations

from typing import TYPE_CHECKING

from allure_commons.model2 import Parameter, Status, StatusDetails, TestStepResult

from harness.report import allure_files

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.model.cells import CellResult
    from harness.model.verdicts import Check, Judgement, Landing, Violation
    from harness.report.recorded import Story


def milliseconds(wall: float) -> int:
    return round(wall * 1000)


def build(cell: CellResult, story: Story, settings: str) -> list[TestStepResult]:
    """The steps follow each other without a hole from the start of the cell to its end."""
    landings = cell.judgement.landings
    began = _within(cell, min((t for landing in landings for t in _times(landing)), default=None), story)
    landed = _within(cell, max((t for landing in landings for t in _times(landing)), default=None), story)
    submitted = _within(cell, story.submitted, story)
    split = began or submitted or cell.started
    earlier = [_earlier(number, past, cell) for number, past in enumerate(cell.earlier, start=1)]
    return [
        *earlier,
        _given(cell, story, split, settings),
        *([_when(cell, story, split, landed or split)] if landings else []),
        _then(cell, story, landed or split),
    ]


def _times(landing: Landing) -> list[float]:
    return [t for t in (landing.triggered, landing.accepted, landing.landed) if t is not None]


def _within(cell: CellResult, t: float | None, story: Story) -> float | None:
    """The wall clock of a moment of the history, kept inside the cell."""
    return None if t is None else min(max(story.began + t, cell.started), cell.finished)


def _step(name: str, start: float, stop: float, *, failed: str | None = None) -> TestStepResult:
    return TestStepResult(
        name=name,
        status=Status.PASSED if failed is None else Status.FAILED,
        statusDetails=StatusDetails(message=failed) if failed else None,
        start=milliseconds(start),
        stop=milliseconds(max(start, stop)),
    )


def _earlier(number: int, past: Judgement, cell: CellResult) -> TestStepResult:
    return _step(f"earlier attempt {number}: {past.verdict}", cell.started, cell.started, failed=past.reason)


def _given(cell: CellResult, story: Story, until: float, settings: str) -> TestStepResult:
    told = f", settings {settings}" if settings else ""
    name = f"given Argo {cell.argo} on Kubernetes {cell.kubernetes} ({cell.provider}{told})"
    step = _step(name, cell.started, until)
    env = [Parameter(name=name, value=value) for name, value in story.settings.env.items()]
    step.parameters = [*env, *(Parameter(name="argument", value=value) for value in story.settings.args)]
    step.attachments.extend(allure_files.attach_workflow(cell))
    return step


def _when(cell: CellResult, story: Story, start: float, stop: float) -> TestStepResult:
    landings = cell.judgement.landings
    unproven = (each for each in landings if each.landed is None and not each.not_drawn)
    problems = [f"{each.name}: {each.problem or 'no proof'}" for each in unproven]
    step = _step(
        "when " + ", ".join(landing.name for landing in landings), start, stop, failed="; ".join(problems) or None
    )
    step.steps = [_landing(landing, cell, story, start) for landing in landings]
    return step


def _landing(landing: Landing, cell: CellResult, story: Story, default: float) -> TestStepResult:
    times = [at for t in _times(landing) if (at := _within(cell, t, story)) is not None] or [default]
    well = landing.landed is not None or landing.not_drawn
    problem = None if well else landing.problem or "it did not land: no proof was seen"
    title = landing.verb if landing.name == landing.verb else f"{landing.verb} ({landing.name})"
    step = _step(f"{title}: {landing.proof or problem or landing.not_drawn}", min(times), max(times), failed=problem)
    step.parameters = [Parameter(name=name, value=value) for name, value in _facts(landing)]
    return step


def _facts(landing: Landing) -> list[tuple[str, str]]:
    moments = (("triggered", landing.triggered), ("accepted", landing.accepted), ("landed", landing.landed))
    facts = [(name, f"{t:+.3f} s") for name, t in moments if t is not None]
    if landing.latency is not None:
        facts.append(("latency", f"{landing.latency * 1000:.0f} ms"))
    return [*facts, ("proof", landing.proof or "none")]


def _then(cell: CellResult, story: Story, start: float) -> TestStepResult:
    judgement = cell.judgement
    failed = None if judgement.verdict.green else judgement.reason
    step = _step(f"then {judgement.verdict}: {judgement.reason}", start, cell.finished, failed=failed)
    step.steps = [*_checks(judgement.checks, cell), *(_violation(v, cell, story) for v in judgement.violations)]
    step.attachments.extend(allure_files.attach_nodes(cell, story))
    return step


def _checks(checks: Sequence[Check], cell: CellResult) -> list[TestStepResult]:
    return [_check(check, cell) for check in sorted(checks, key=lambda check: check.holds)]


def _check(check: Check, cell: CellResult) -> TestStepResult:
    where = f" ({cell.source.name}:{check.line})" if check.line else ""
    told = f"expected {check.expected}, seen {check.seen}"
    name = f"{check.name}: {check.seen}" if check.holds else f"{check.name}: {told}"
    return _step(name, cell.finished, cell.finished, failed=None if check.holds else told + where)


def _violation(violation: Violation, cell: CellResult, story: Story) -> TestStepResult:
    at = _within(cell, story.moments.get(violation.seq), story) or cell.finished
    told = f"{violation.message} (entry {violation.seq})"
    if violation.waived:
        return _step(f"invariant {violation.invariant}, waived ({violation.waived}): {told}", at, at, failed=None)
    return _step(f"invariant {violation.invariant}", at, at, failed=told)

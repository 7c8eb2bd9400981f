"""The verdict of one history. The same entries always give the same verdict, byte for byte.

The ladder: infra, then inconclusive, then the declared bug, then the expectation. Nothing that is damaged, interrupted
or unproven can come out green.
"""

from collections.abc import Iterable
from dataclasses import dataclass

from pydantic import ValidationError

from harness.history.errors import BadHistory
from harness.history.state import State
from harness.model.errors import HarnessError
from harness.model.events import AnyEntry, Ended, EndReason, Stage
from harness.model.header import Header
from harness.model.verdicts import Check, Judgement, Landing, Verdict, Violation
from harness.oracles import reasons
from harness.oracles.checks import check, unknown
from harness.oracles.invariants import INVARIANTS
from harness.oracles.stuck import Stuck, stuck
from harness.scenario.expectation import Outcome
from harness.scenario.types import KnownBug, Scenario


class OracleCrashed(HarnessError):
    """A judge of ours has a bug: the history may be fine, but nothing can be said about it."""


@dataclass(frozen=True, slots=True)
class _Case:
    """All that the ladder looks at."""

    scenario: Scenario
    argo: str
    state: State
    violations: tuple[Violation, ...]
    landings: tuple[Landing, ...]
    stuck: Stuck | None


def judge(header: Header, entries: Iterable[AnyEntry]) -> Judgement:
    """Never raises for what is wrong with a history: that is the verdict infra, with the line."""
    state = State.of(header)
    try:
        scenario = declared(header)
        violations = _fold(entries, state)
        return _verdict(scenario, header, state, violations)
    except (BadHistory, OracleCrashed) as error:
        return Judgement(verdict=Verdict.INFRA, reason=str(error))


def declared(header: Header) -> Scenario:
    """The scenario of a header. Raises BadHistory where this harness cannot read it."""
    try:
        return Scenario.model_validate(header.scenario.spec)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadHistory("", 1, f"the scenario in the header is not valid at {where}: {first['msg']}") from None


def _fold(entries: Iterable[AnyEntry], state: State) -> tuple[Violation, ...]:
    watchers = [make() for make in INVARIANTS.values()]
    found: list[Violation] = []
    name = "the fold"
    try:
        for entry in entries:
            name = "the fold"
            state.apply(entry)
            for watcher in watchers:
                name = watcher.name
                found += watcher.observe(entry, state)
        for watcher in watchers:
            name = watcher.name
            found += watcher.finish(state)
    except HarnessError:
        raise
    except Exception as error:
        raise OracleCrashed(f"{name} crashed at entry {state.seq}: {type(error).__name__}: {error}") from error
    return tuple(found)


def _verdict(scenario: Scenario, header: Header, state: State, violations: tuple[Violation, ...]) -> Judgement:
    ended = state.ended
    if ended is None:
        raise BadHistory("", state.seq + 1, "truncated: the history stops without its end")
    try:
        found = stuck(state, ended.t) if state.workflow is not None and not state.workflow.final else None
        landings = _landings(scenario, state)
        return _ladder(_Case(scenario, header.argo, state, violations, landings, found), ended)
    except HarnessError:
        raise
    except Exception as error:
        raise OracleCrashed(f"the judge crashed: {type(error).__name__}: {error}") from error


def _ladder(case: _Case, ended: Ended) -> Judgement:
    if ended.reason is EndReason.INFRA:
        return _judgement(case, Verdict.INFRA, ended.detail or "the cluster or the harness failed")
    problem = _unproven(case, ended)
    if problem:
        return _judgement(case, Verdict.INCONCLUSIVE, problem)
    bug = case.scenario.known_bug(case.argo)
    return _expected(case) if bug is None else _known_bug(case, bug)


def _unproven(case: _Case, ended: Ended) -> str:
    if ended.reason is EndReason.INTERRUPTED:
        return f"interrupted: {ended.detail or 'the run was stopped'}"
    for landing in case.landings:
        if landing.landed is not None:
            continue
        if landing.problem:
            return f"{landing.name}: {landing.problem}"
        return f"{landing.name} never fired: {ended.detail or reasons.ending(case.state, case.stuck)}"
    return ""


def _expected(case: _Case) -> Judgement:
    checks, violations = _held(case, case.scenario.expect)
    if all(item.holds for item in checks) and not violations:
        return _judgement(case, Verdict.PASS, reasons.ending(case.state, case.stuck), checks)
    verdict = _failed(checks, violations)
    return _judgement(case, verdict, _why(case, checks, violations), checks)


def _known_bug(case: _Case, bug: KnownBug) -> Judgement:
    ending = reasons.ending(case.state, case.stuck)
    symptom, beside = _held(case, bug.expect)
    if all(item.holds for item in symptom) and not beside:
        return _judgement(case, Verdict.KNOWN_BUG, ending, symptom, link=bug.link)
    healthy, violations = _held(case, case.scenario.expect)
    if all(item.holds for item in healthy) and not violations:
        return _judgement(case, Verdict.FIXED, f"the declared bug did not show: {ending}", healthy, link=bug.link)
    verdict = _failed(symptom, beside)
    return _judgement(case, verdict, _why(case, symptom, beside), symptom, link=bug.link)


def _held(case: _Case, outcome: Outcome) -> tuple[tuple[Check, ...], tuple[Violation, ...]]:
    """The checks of an outcome, and the violations that neither it nor a waiver accounts for."""
    excused = {waiver.invariant for waiver in case.scenario.waive}.union(outcome.violations)
    counted = tuple(violation for violation in case.violations if violation.invariant not in excused)
    return check(outcome, case.state, case.state.t, case.violations), counted


def _failed(checks: tuple[Check, ...], violations: tuple[Violation, ...]) -> Verdict:
    """Inconclusive only where nothing failed for certain and something could not be told."""
    certain = [item for item in checks if not item.holds and not unknown(item)]
    return Verdict.FAIL if certain or violations else Verdict.INCONCLUSIVE


def _why(case: _Case, checks: tuple[Check, ...], violations: tuple[Violation, ...]) -> str:
    why = reasons.broken(checks, violations)
    return f"{reasons.ending(case.state, case.stuck)}; {why}" if case.stuck else why


def _judgement(
    case: _Case,
    verdict: Verdict,
    reason: str,
    checks: tuple[Check, ...] = (),
    link: str = "",
) -> Judgement:
    return Judgement(
        verdict=verdict,
        reason=reasons.one_line(reason, case.state),
        cause=case.stuck.cause if case.stuck else None,
        checks=checks or check(case.scenario.expect, case.state, case.state.t, case.violations),
        violations=case.violations,
        landings=case.landings,
        link=link,
    )


def _landings(scenario: Scenario, state: State) -> tuple[Landing, ...]:
    return tuple(_landing(scenario, index, state) for index in range(len(scenario.method)))


def _landing(scenario: Scenario, index: int, state: State) -> Landing:
    trace = state.steps.get(index)
    name, verb = scenario.step_name(index), scenario.method[index].verb
    if trace is None:
        return Landing(step=index, name=name, verb=verb, triggered=None, accepted=None, landed=None, proof="")
    # A landing that was never healed is a matter of the cluster, not of what the workflow did.
    problem = f"{trace.stage}: {trace.problem}" if trace.problem and trace.stage is not Stage.HEAL_FAILED else ""
    return Landing(
        step=index,
        name=name,
        verb=verb,
        triggered=trace.triggered.t if trace.triggered else None,
        accepted=trace.accepted.t if trace.accepted else None,
        landed=trace.landed.t if trace.landed else None,
        proof=trace.proof,
        problem=problem,
    )

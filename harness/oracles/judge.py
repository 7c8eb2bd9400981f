"""The verdict of one history. The same entries always give the same verdict, byte for byte.

The ladder: infra, then inconclusive, then the expectation, then the declared bug. Nothing that is damaged, interrupted
or unproven can come out green.
"""

from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Final

from pydantic import ValidationError

from harness.history.continuity import Continuity
from harness.history.errors import BadHistory
from harness.history.state import State
from harness.model.errors import HarnessError
from harness.model.events import AnyEntry, Ended, EndReason
from harness.model.header import Header
from harness.model.verdicts import Check, Judgement, Landing, Verdict, Violation
from harness.oracles import reasons
from harness.oracles.blame import accounted
from harness.oracles.checks import check, in_time, unknown, unsure
from harness.oracles.contradiction import contradiction
from harness.oracles.invariants import INVARIANTS
from harness.oracles.invariants.panel import Panel
from harness.oracles.landings import Landings, OfStep
from harness.oracles.places import Places
from harness.oracles.starvation import excused, slow, starved
from harness.oracles.stuck import Stuck, stuck
from harness.scenario.duration import show_duration
from harness.scenario.expectation import Outcome
from harness.scenario.types import KnownBug, Scenario

_GREEN: Final = frozenset({Verdict.PASS, Verdict.KNOWN_BUG, Verdict.FIXED})
_ROUNDED: Final = 0.001


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
    places: Places


def judge(header: Header, entries: Iterable[AnyEntry]) -> Judgement:
    """Never raises for what is wrong with a history: that is the verdict infra, with the line."""
    state = State.of(header)
    try:
        scenario = declared(header)
        landings = Landings(scenario, header)
        violations = waived(excused(_fold(entries, state, landings), state), scenario, header)
        return _verdict(scenario, header, state, violations, landings)
    except (BadHistory, OracleCrashed) as error:
        return Judgement(verdict=Verdict.INFRA, reason=str(error))


def declared(header: Header) -> Scenario:
    """The scenario of a header. Raises BadHistory where this harness cannot read it."""
    if header.run < 1:
        raise BadHistory("", 1, f"runs count from 1, and this is run {header.run}")
    try:
        return Scenario.model_validate(header.scenario.spec)
    except ValidationError as error:
        first = error.errors()[0]
        where = ".".join(str(part) for part in first["loc"])
        raise BadHistory("", 1, f"the scenario in the header is not valid at {where}: {first['msg']}") from None


def _fold(entries: Iterable[AnyEntry], state: State, landings: Landings) -> tuple[Violation, ...]:
    panel = Panel(make() for make in INVARIANTS.values())
    found: list[Violation] = []
    former = 0
    check, apply, observe, foresee = Continuity().check, state.apply, panel.observe, landings.foresee
    try:
        for entry in entries:
            check(entry)
            foresee(entry, state)
            apply(entry)
            if state.news:
                if len(state.former) != former:
                    panel, former = Panel(make() for make in INVARIANTS.values()), len(state.former)
                    observe = panel.observe
                observe(entry, state, found)
            elif isinstance(entry, OfStep):
                landings.observe(entry, state)
        panel.finish(state, found)
    except HarnessError:
        raise
    except Exception as error:
        where = f"{panel.busy} crashed at entry {state.seq}"
        raise OracleCrashed(f"{where}: {type(error).__name__}: {error}") from error
    return tuple(found)


def waived(violations: tuple[Violation, ...], scenario: Scenario, header: Header) -> tuple[Violation, ...]:
    """Each violation with the reason of its waiver, if there is one: it is shown, but does not count."""
    places = Places(header.scenario.lines)
    found = {
        waiver.invariant: (waiver.reason, places.line("waive", index))
        for index, waiver in enumerate(scenario.waive)
        if violations and waiver.argo.holds(header.argo)
    }
    return tuple(_waived(v, *found[v.invariant]) if v.invariant in found else v for v in violations)


def _waived(violation: Violation, reason: str, line: int) -> Violation:
    return replace(violation, waived=reason, line=line)


def _verdict(
    scenario: Scenario, header: Header, state: State, violations: tuple[Violation, ...], landings: Landings
) -> Judgement:
    ended = state.ended
    if ended is None:
        raise BadHistory("", state.seq + 1, "truncated: the history stops without its end")
    try:
        found = stuck(state, ended.t) if state.workflow is not None and not state.workflow.final else None
        places = Places(header.scenario.lines)
        return _ladder(_Case(scenario, header.argo, state, violations, landings.all(state), found, places), ended)
    except HarnessError:
        raise
    except Exception as error:
        raise OracleCrashed(f"the judge crashed: {type(error).__name__}: {error}") from error


def _ladder(case: _Case, ended: Ended) -> Judgement:
    if ended.reason is EndReason.INFRA:
        return _judgement(case, Verdict.INFRA, ended.detail or "the cluster or the harness failed")
    if wrong := contradiction(case.state, case.argo, case.scenario.method):
        return _judgement(case, Verdict.INFRA, wrong)
    problem = _unproven(case, ended)
    if problem:
        return _judgement(case, Verdict.INCONCLUSIVE, problem)
    bug = case.scenario.known_bug(case.argo)
    found = _expected(case) if bug is None else _known_bug(case, bug)
    return _unless_left_early(case, _unless_starved(case, found), ended)


def _unless_starved(case: _Case, judgement: Judgement) -> Judgement:
    """On a machine where nobody got on, silence is no hang; what is wrong for certain stays."""
    certain = judgement.verdict is Verdict.FAIL and any(not v.waived and not unsure(v) for v in case.violations)
    if case.stuck is None or certain or not (why := starved(case.state)):
        return judgement
    reason = f"{judgement.reason}; but the machine was starved: {why}"
    return replace(judgement, verdict=Verdict.INCONCLUSIVE, cause=None, reason=reason, left_out=False)


def _unless_left_early(case: _Case, judgement: Judgement, ended: Ended) -> Judgement:
    """What would have been left over shows only to who lingers for as long as was asked."""
    linger, over = case.scenario.expect.linger, case.state.final_since or case.state.deleted
    if judgement.verdict not in _GREEN or over is None or ended.t + _ROUNDED >= over.t + linger:
        return judgement
    watched = f"it was watched for {ended.t - over.t:.1f} s after its end, not for {show_duration(linger)}"
    return replace(judgement, verdict=Verdict.INCONCLUSIVE, reason=f"{judgement.reason}; but {watched}")


def _unproven(case: _Case, ended: Ended) -> str:
    if ended.reason is EndReason.INTERRUPTED:
        return f"interrupted: {ended.detail or 'the run was stopped'}"
    for landing in case.landings:
        if landing.not_drawn or (landing.landed is not None and not landing.problem):
            continue
        if landing.problem:
            return f"{landing.name}: {landing.problem}"
        return f"{landing.name} never fired: {ended.detail or reasons.ending(case.state, case.stuck)}"
    return ""


def _expected(case: _Case) -> Judgement:
    checks, violations = _held(case, case.scenario.expect, "expect")
    if all(item.holds for item in checks) and not violations:
        return _judgement(case, Verdict.PASS, _ending(case), checks)
    verdict = _failed(case, checks, violations)
    return _judgement(case, verdict, _why(case, checks, violations), checks)


def _known_bug(case: _Case, bug: KnownBug) -> Judgement:
    """The expectation first: a symptom that a healthy run shows as well must not hide that the bug is gone."""
    if any(landing.not_drawn for landing in case.landings):
        return _without_all(case, bug)
    healthy, violations = _held(case, case.scenario.expect, "expect")
    if all(item.holds for item in healthy) and not violations:
        reason = f"the declared bug did not show: {_ending(case)}"
        return _judgement(case, Verdict.FIXED, reason, healthy, link=bug.link)
    symptom, beside = _symptom(case, bug)
    if all(item.holds for item in symptom) and not beside:
        reason = _ending(case) + reasons.declared(case.violations, bug.expect.violations)
        if doubt := _doubt(case, bug):
            reason = f"{doubt}, so that this cannot be told from the declared bug: {reason}"
            return _judgement(case, Verdict.INCONCLUSIVE, reason, symptom, link=bug.link)
        return _judgement(case, Verdict.KNOWN_BUG, reason, symptom, link=bug.link)
    verdict = _failed(case, symptom, beside)
    return _judgement(case, verdict, _why(case, symptom, beside), symptom, link=bug.link)


def _doubt(case: _Case, bug: KnownBug) -> str:
    """Why the symptom may be the machine's and not the bug's, "" where a violation shows it for certain."""
    declared = bug.expect.violations
    if any(v.invariant in declared and not v.waived and not unsure(v) for v in case.violations):
        return ""
    if nothing := _says_nothing(case.state):
        return nothing
    waited = any(bound.at_least is not None for bound in bug.expect.timing)
    lacked = starved(case.state) if waited else ""
    return f"the machine was starved: {lacked}" if lacked else ""


def _without_all(case: _Case, bug: KnownBug) -> Judgement:
    """A run without a step of the method, on a release that is declared to have the bug.

    The bug is declared of the whole method: its precondition never came, so such a run neither shows the bug nor that
    it is gone, and is inconclusive. What is wrong although nothing was done is wrong by itself, and fails. Where some
    steps did land, they may have sufficed, and the symptom is put down to nothing.
    """
    found = _expected(case)
    if found.verdict is Verdict.PASS:
        return _left_out(found, "the declared bug had no chance to show")
    symptom, beside = _symptom(case, bug)
    landed = any(landing.landed is not None for landing in case.landings)
    if found.verdict is Verdict.FAIL and landed and all(item.holds for item in symptom) and not beside:
        return _left_out(found, "this cannot be told from the declared bug")
    return found


def _left_out(found: Judgement, why: str) -> Judgement:
    return replace(found, verdict=Verdict.INCONCLUSIVE, left_out=True, reason=f"{found.reason}: {why}")


def _symptom(case: _Case, bug: KnownBug) -> tuple[tuple[Check, ...], tuple[Violation, ...]]:
    return _held(case, bug.expect, "known-bugs", case.scenario.known_bugs.index(bug), "expect")


def _held(case: _Case, outcome: Outcome, *where: str | int) -> tuple[tuple[Check, ...], tuple[Violation, ...]]:
    """The checks of the outcome that stands there, and the violations that neither it nor a waiver accounts for."""
    counted = tuple(v for v in case.violations if not v.waived and not accounted(v, outcome, case.state))
    checks = check(outcome, case.state, case.state.t, case.violations, case.places.below(*where))
    late = in_time.check(case.scenario.expect.within, outcome, case.state)
    return (*checks, *case.places.mark(late, "expect")), counted


def _failed(case: _Case, checks: tuple[Check, ...], violations: tuple[Violation, ...]) -> Verdict:
    """Inconclusive only where nothing failed for certain and something could not be told."""
    wrong = any(not item.holds and not unknown(item) for item in checks) and not _says_nothing(case.state)
    return Verdict.FAIL if wrong or not all(unsure(v) for v in violations) else Verdict.INCONCLUSIVE


def _why(case: _Case, checks: tuple[Check, ...], violations: tuple[Violation, ...]) -> str:
    why = reasons.broken(checks, violations)
    if nothing := _says_nothing(case.state):
        why = f"{nothing}; {why}"
    why += reasons.not_drawn(case.landings)
    return f"{reasons.ending(case.state, case.stuck)}; {why}" if case.stuck else why


def _says_nothing(state: State) -> str:
    """Why an outcome that differs says nothing of Argo, "" where it does."""
    if why := slow(state):
        return f"the cluster was too slow for the times of a scenario: {why}"
    ran_out = state.ended is not None and state.ended.reason is EndReason.TIMEOUT
    lacked = starved(state) if ran_out else ""
    return f"the time ran out, but the machine was starved: {lacked}" if lacked else ""


def _ending(case: _Case) -> str:
    told = reasons.ending(case.state, case.stuck) + reasons.not_drawn(case.landings)
    return told + reasons.waived(case.violations)


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
        checks=checks
        or check(case.scenario.expect, case.state, case.state.t, case.violations, case.places.below("expect")),
        violations=case.violations,
        landings=case.landings,
        link=link,
    )

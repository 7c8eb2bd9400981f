"""Faults of the API proxy: it says what it did to which request, and the request was one that the step means, of one of
Argo's controllers.

What it did to another's request, before the step, for another step or otherwise than was ordered, proves nothing.
"""

import re
from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.api import Deed
from harness.model.events import ApiTouched
from harness.oracles.proofs.proof import Proof, span
from harness.scenario.verbs import (
    ApiVerb,
    CloseWatch,
    DelayWatch,
    DropWatch,
    ExpireWatch,
    RefuseApi,
    ResetApi,
    SlowApi,
    StaleApi,
)

SLACK = 0.01
"""Seconds that something may have been held less than was ordered: clocks are rounded."""
_ANY = "*"
_DONE = re.compile(r"answered it with 2\d\d\b")


def prove_slow(verb: SlowApi, trace: StepTrace, state: State) -> Proof | None:
    return _first(each for each in _of(Deed.SLOW, verb, trace, state) if _held(each, verb.delay))


def prove_refused(verb: RefuseApi, trace: StepTrace, state: State) -> Proof | None:
    wanted = (each for each in _of(Deed.REFUSE, verb, trace, state) if each.status == verb.status)
    return _first(each for each in wanted if _carried_out(each) or not verb.carried_out)


def prove_reset(verb: ResetApi, trace: StepTrace, state: State) -> Proof | None:
    wanted = (each for each in _of(Deed.RESET, verb, trace, state) if each.status == 0)
    return _first(each for each in wanted if _carried_out(each) or not verb.carried_out)


def prove_closed(verb: CloseWatch, trace: StepTrace, state: State) -> Proof | None:
    return _first(_of(Deed.CLOSE, verb, trace, state))


def prove_delayed(verb: DelayWatch, trace: StepTrace, state: State) -> Proof | None:
    return _first(each for each in _of(Deed.DELAY, verb, trace, state) if _held(each, verb.delay))


def prove_dropped(verb: DropWatch, trace: StepTrace, state: State) -> Proof | None:
    wanted = (each for each in _of(Deed.DROP, verb, trace, state))
    return _first(each for each in wanted if verb.event == "any" or each.detail.startswith(f"{verb.event} "))


def prove_expired(verb: ExpireWatch, trace: StepTrace, state: State) -> Proof | None:
    """It was told so, and after that it has listed."""
    told = next(_of(Deed.EXPIRE, verb, trace, state), None)
    if told is None:
        return None
    anew = (each for each in _touches(Deed.RELISTED, trace, state) if each.resource in verb.resources)
    listed = next((each for each in anew if each.seq > told.seq and each.path == told.path), None)
    return None if listed is None else Proof(seq=listed.seq, text=f"{_said(told)}, and it has listed anew")


def prove_stale(verb: StaleApi, trace: StepTrace, state: State) -> Proof | None:
    return _first(_of(Deed.STALE, verb, trace, state))


def _held(each: ApiTouched, delay: float) -> bool:
    """What was not held for longer than clocks are rounded was not held."""
    return each.seconds >= max(delay - SLACK, 2 * SLACK)


def _carried_out(each: ApiTouched) -> bool:
    """Only the answer is lost where the API server did what it was asked: a conflict changes nothing."""
    return _DONE.search(each.detail) is not None


def _of(deed: Deed, verb: ApiVerb, trace: StepTrace, state: State) -> Iterator[ApiTouched]:
    for each in _touches(deed, trace, state):
        if _meant(each.verb, verb.verbs) and _meant(each.resource, verb.resources):
            yield each


def _touches(deed: Deed, trace: StepTrace, state: State) -> Iterator[ApiTouched]:
    since, _ = span(trace)
    controllers = {each.pod.name for each in state.controllers.values()}
    for each in state.api_touches:
        if each.step == trace.step and each.seq > since and each.deed is deed and each.client in controllers:
            yield each


def _meant(said: str, wanted: tuple[str, ...]) -> bool:
    return said in wanted or wanted == (_ANY,)


def _first(found: Iterator[ApiTouched]) -> Proof | None:
    each = next(found, None)
    return None if each is None else Proof(seq=each.seq, text=_said(each))


def _said(each: ApiTouched) -> str:
    held = f" for {each.seconds:.2f} s" if each.seconds else ""
    got = f"it got {each.status}" if each.status else "it got no answer"
    return f"{each.verb} {each.path} of {each.client}: {each.detail}{held}, {got}"

"""Faults of the API proxy: it says what it did to which request, and the request was one that the step means: of the
controller that was aimed at, or of one that leads since, for the workflow's namespace or for all of them.

What it did to another's request, to one for another namespace, before the step, for another step or otherwise than was
ordered, proves nothing. A controller that stands by asks for much, and moves no workflow.
"""

import re
from collections.abc import Iterator

from harness.history.state import State
from harness.history.traces import StepTrace
from harness.model.api import Deed
from harness.model.events import ApiTouched
from harness.oracles.proofs import controllers
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

SLACK = 0.001
"""Seconds that something may have been held less than was ordered: what the proxy says is rounded."""
LEAST = 0.02
"""Seconds below which holding something back cannot be told from passing it on."""
_ANY = "*"
_OK = 200
_NAMESPACED = re.compile(r"^/apis?/.*?/namespaces/([^/]+)")
_EVENT = re.compile(r"^[A-Z]+ ([^/ ]+)/")
_RESOURCE = re.compile(r"^/(api/[^/]+|apis/[^/]+/[^/]+)/[^/]+")
_OF_ARGO = frozenset({"leases", "configmaps"})
"""What a controller has in Argo's namespace and asks for whatever the workflow."""
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
    return _first(each for each in _of(Deed.CLOSE, verb, trace, state) if each.status == _OK)


def prove_delayed(verb: DelayWatch, trace: StepTrace, state: State) -> Proof | None:
    held = (each for each in _of(Deed.DELAY, verb, trace, state) if _held(each, verb.delay) and _tells(each, state))
    return _first(each for each in held if each.status == _OK)


def prove_dropped(verb: DropWatch, trace: StepTrace, state: State) -> Proof | None:
    wanted = (each for each in _of(Deed.DROP, verb, trace, state) if _tells(each, state))
    return _first(each for each in wanted if verb.event == "any" or each.detail.startswith(f"{verb.event} "))


def prove_expired(verb: ExpireWatch, trace: StepTrace, state: State) -> Proof | None:
    """It was told so, and after that it has listed."""
    told = next(_of(Deed.EXPIRE, verb, trace, state), None)
    if told is None:
        return None
    anew = (each for each in _touches(Deed.RELISTED, trace, state) if each.resource in verb.resources)
    mine = (each for each in anew if (each.client, each.path) == (told.client, told.path))
    listed = next((each for each in mine if each.seq > told.seq and each.status == _OK), None)
    return None if listed is None else Proof(seq=listed.seq, text=f"{_said(told)}, and it has listed anew")


def prove_stale(verb: StaleApi, trace: StepTrace, state: State) -> Proof | None:
    return _first(each for each in _of(Deed.STALE, verb, trace, state) if each.status == _OK)


def _held(each: ApiTouched, delay: float) -> bool:
    """As long as was ordered; with an order of nothing, long enough to have been held at all."""
    return each.seconds >= max(delay - SLACK, LEAST)


def _carried_out(each: ApiTouched) -> bool:
    """Only the answer is lost where the API server did what it was asked: a conflict changes nothing."""
    return _DONE.search(each.detail) is not None


def _of(deed: Deed, verb: ApiVerb, trace: StepTrace, state: State) -> Iterator[ApiTouched]:
    for each in _touches(deed, trace, state):
        if _meant(each.verb, verb.verbs) and _meant(each.resource, verb.resources):
            yield each


def _touches(deed: Deed, trace: StepTrace, state: State) -> Iterator[ApiTouched]:
    since, _ = span(trace)
    for each in state.api_touches:
        mine = each.step == trace.step and each.seq > since and each.deed is deed
        if mine and _acts(each, trace, state) and _concerns(each, state):
            yield each


def _acts(each: ApiTouched, trace: StepTrace, state: State) -> bool:
    """The leader that the step aimed at, or one that has come to lead before it asked."""
    since, target = span(trace)
    if each.client not in {known.pod.name for known in state.controllers.values()}:
        return False
    aimed = each.client == target.pod and controllers.may_have_led(state, target.pod, since, each.t - each.seconds)
    return aimed or controllers.led(state, each.client, each.seq)


def _concerns(each: ApiTouched, state: State) -> bool:
    """A path for all namespaces covers the workflow's."""
    named = _NAMESPACED.match(each.path)
    if named is None:
        return _RESOURCE.match(each.path) is not None
    own = state.header.namespace if state.header else ""
    return named[1] == own or (named[1] == state.argo_namespace and each.resource in _OF_ARGO)


def _tells(each: ApiTouched, state: State) -> bool:
    """Whether the event of the watch was one of the workflow's namespace, or of something that is in none."""
    named = _EVENT.match(each.detail)
    own = state.header.namespace if state.header else ""
    return named is None or named[1] in (own, state.argo_namespace)


def _meant(said: str, wanted: tuple[str, ...]) -> bool:
    return said in wanted or wanted == (_ANY,)


def _first(found: Iterator[ApiTouched]) -> Proof | None:
    each = next(found, None)
    return None if each is None else Proof(seq=each.seq, text=_said(each))


def _said(each: ApiTouched) -> str:
    held = f" for {each.seconds:.2f} s" if each.seconds else ""
    got = f"it got {each.status}" if each.status else "it got no answer"
    return f"{each.verb} {each.path} of {each.client}: {each.detail}{held}, {got}"

"""What came nearest to a part of a condition, word by word: which of its words match, and which do not.

"It did not come" helps nobody. "Template and retry match, phase is Pending, wanted Running" says where to look.
"""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass

from harness.history.state import State
from harness.history.traces import At, PodTrace, ResultTrace
from harness.model.workflow import Node
from harness.oracles import selectors, subjects
from harness.scenario.conditions import NodeCondition, NodeSelector, PodCondition, TaskResultCondition

OTHERS = 5
"""How many of the other things are named."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Word:
    """One word of a condition against one thing. `identity`: it says which thing is meant, not how it has to be."""

    name: str
    wanted: str
    seen: str
    identity: bool = False

    @property
    def matches(self) -> bool:
        return self.wanted == self.seen


@dataclass(frozen=True, slots=True, kw_only=True)
class Candidate:
    """One thing that a part could be about: `key` as `subjects.so_far` has it, `held` when it was as wanted before."""

    key: str
    name: str
    state: str
    words: tuple[Word, ...]
    latest: int
    held: str = ""

    @property
    def meant(self) -> bool:
        return all(word.matches for word in self.words if word.identity)

    @property
    def related(self) -> bool:
        """Something about it is as wanted, so that it is worth naming as the nearest."""
        identity = [word for word in self.words if word.identity]
        return not identity or any(word.matches for word in identity)

    @property
    def distance(self) -> tuple[int, int, int]:
        """The wrong thing is farther off than the right thing in a wrong state; of equals the last to change."""
        missed = [word for word in self.words if not word.matches]
        return sum(word.identity for word in missed), len(missed), -self.latest

    def text(self) -> str:
        """What is wrong first: whoever cuts the line must not cut that."""
        missed = [f"{w.name} is {w.seen or 'not set'}, wanted {w.wanted}" for w in self.words if not w.matches]
        matching = [word.name for word in self.words if word.matches]
        aside = [f"{_listed(matching)} {'match' if len(matching) > 1 else 'matches'}"] if matching else []
        aside += [self.held] if self.held else []
        return f"{self.name}: {', '.join(missed) or 'all of it'}" + (f" ({'; '.join(aside)})" if aside else "")


def nearest(kind: str, candidates: Iterable[Candidate]) -> str:
    """The nearest of them in full, and by name the others that are meant as well."""
    found = sorted(candidates, key=lambda each: each.distance)
    if not found:
        return f"there is no {kind} yet"
    first, *others = found
    if not first.related:
        return f"none is like it, only {_some([each.state for each in found])}"
    meant = [each.state for each in others if each.meant]
    return f"nearest is {first.text()}" + (f"; also meant: {_some(meant)}" if meant else "")


def nodes(part: NodeCondition, state: State) -> Iterator[Candidate]:
    for key, trace in state.nodes.items():
        node = trace.now
        if node is not None:
            phase = str(node.phase) or "not set"
            yield Candidate(
                key=key,
                name=node.display_name or node.name,
                state=f"{node.display_name or node.name} {phase}",
                words=(*_identity(part, node), *_word("phase", part.phase, node.phase)),
                latest=trace.versions[-1].at.seq,
                held=_held((v.at.t, v.value is not None and subjects.node_is(part, v.value)) for v in trace.versions),
            )


def pods(part: PodCondition, state: State) -> Iterator[Candidate]:
    for key, trace in state.pods.items():
        node = selectors.node_of(state, trace.pod.node_id) or selectors.foretold(trace.pod)
        words = (*_identity(part, node), *_pod_words(part, trace))
        meant = all(word.matches for word in words if word.identity)
        yield Candidate(
            key=key,
            name=f"pod {trace.pod.name}",
            state=_pod_state(trace),
            words=words,
            latest=trace.versions[-1].at.seq,
            held=_held(((v.at.t, subjects.pod_is(part, v.value)) for v in trace.versions), trace.gone) if meant else "",
        )


def task_results(part: TaskResultCondition, state: State) -> Iterator[Candidate]:
    by_node = {trace.pod.node_id: trace.pod for trace in state.pods.values()}
    for key, trace in state.task_results.items():
        pod = by_node.get(key)
        node = selectors.node_of(state, key) or (selectors.foretold(pod) if pod else None)
        words = (*_identity(part, node), *_word("completed", part.completed, trace.result.completed))
        meant = all(word.matches for word in words if word.identity)
        yield Candidate(
            key=key,
            name=f"task result {key}",
            state=f"{key} {_said(trace.result.completed) or 'without label'}",
            words=(*words, *_existence(trace)),
            latest=trace.versions[-1].at.seq,
            held=_held(((v.at.t, part.completed in (None, v.value)) for v in trace.versions), trace.gone)
            if meant
            else "",
        )


def _identity(selector: NodeSelector, node: Node | None) -> Iterator[Word]:
    if node is None:
        yield Word(name="its node", wanted="known", seen="unknown", identity=True)
        return
    for name, field in NodeSelector.model_fields.items():
        wanted, seen = getattr(selector, name), getattr(node, name)
        if wanted is not None:
            yield Word(name=field.alias or name, wanted=_said(wanted), seen=_said(seen), identity=True)
    if selectors.wraps(selector, node):
        yield Word(name="type", wanted="an attempt of it", seen="Retry", identity=True)


def _pod_words(part: PodCondition, trace: PodTrace) -> Iterator[Word]:
    pod = trace.pod
    yield from _existence(trace)
    yield from _word("phase", part.phase, pod.phase)
    yield from _word("deleting", part.deleting, pod.deleting)
    if part.container is not None:
        container, label = pod.container(part.container.name), f"container {part.container.name}"
        yield from _word(label, part.container.state, container.state if container else "not there")
        yield from _word(f"exit code of {label}", part.container.exit_code, container.exit_code if container else None)


def _existence(trace: PodTrace | ResultTrace) -> Iterator[Word]:
    if trace.gone is not None:
        yield Word(name="it", wanted="there", seen=f"gone since {trace.gone.t:+.1f} s")


def _word(name: str, wanted: object, seen: object) -> Iterator[Word]:
    if wanted is not None:
        yield Word(name=name, wanted=_said(wanted), seen=_said(seen))


def _said(value: object) -> str:
    return "" if value is None else str(value).lower() if isinstance(value, bool) else str(value)


def _pod_state(trace: PodTrace) -> str:
    return f"{trace.pod.name} {'gone' if trace.gone else trace.pod.phase or 'new'}"


def _held(moments: Iterable[tuple[float, bool]], gone: At | None = None) -> str:
    """The last span in which it was as wanted, if that is over: what was before a step was armed fires nothing."""
    began: float | None = None
    span = ""
    for t, holds in (*moments, *([(gone.t, False)] if gone else [])):
        if holds and began is None:
            began = t
        elif not holds and began is not None:
            span, began = f"it was so from {began:+.1f} s to {t:+.1f} s", None
    return span if began is None else ""


def _listed(words: Sequence[str]) -> str:
    return words[0] if len(words) == 1 else f"{', '.join(words[:-1])} and {words[-1]}"


def _some(words: Sequence[str]) -> str:
    more = f" and {len(words) - OTHERS} more" if len(words) > OTHERS else ""
    return ", ".join(words[:OTHERS]) + more

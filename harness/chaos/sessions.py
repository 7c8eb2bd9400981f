"""An experiment has one history, from the submission of its workflow to the verdict, though it is many calls.

Chaos Toolkit hands nothing from one activity to the next, but runs all of them in one process.
"""

import contextlib
import tempfile
from collections.abc import Iterator
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from pydantic import ValidationError

from harness.chaos.chronicle import Chronicle, Moment
from harness.chaos.place import Place, opened
from harness.model.errors import HarnessError, UsageError
from harness.model.events import Stage
from harness.model.verdicts import Judgement
from harness.run.cell import Cell
from harness.scenario.types import Scenario

TITLE: Final = "An experiment of Chaos Toolkit"


class Broken(HarnessError):
    """Something before it went wrong, so what comes now would not hit what it was meant to hit."""


@dataclass(slots=True, kw_only=True)
class Session:
    """`moment` is what the last wait has found, until an action has used it."""

    chronicle: Chronicle
    stack: contextlib.ExitStack
    moment: Moment | None = None
    broken: str = ""
    judged: Judgement | None = None

    @contextlib.contextmanager
    def acting(self) -> Iterator[None]:
        """Chaos Toolkit goes on after a failure; nothing of this history may."""
        if self.broken:
            raise Broken(f"not done, since before it: {self.broken}")
        try:
            yield
        except HarnessError as error:
            self.broken = error.message
            raise
        self.moment = None

    def judge(self, expected: dict[str, Any]) -> Judgement:
        """Follows the workflow until its outcome is settled, and judges the whole history as a run would."""
        if self.judged is not None:
            return self.judged
        if self.broken:
            raise Broken(f"nothing to judge, since before it: {self.broken}")
        log = self.chronicle
        log.spec.update(expected)
        log.catch_up()
        self.judged = Cell(scenario(log.spec), log.site, log.recording, log.inbox, fired=True).run(lambda: None)
        return self.judged


@dataclass(frozen=True, slots=True, kw_only=True)
class Undone:
    done: list[str] = field(default_factory=list)
    failed: list[str] = field(default_factory=list)


_OPEN: dict[tuple[str, str, str], Session] = {}
_TRIED: set[tuple[str, str, str]] = set()
"""Whose submission was tried: without a session it has failed."""
_OF_OTHERS: set[tuple[str, str, str]] = set()
"""Whose namespace was there before."""


def scenario(spec: dict[str, Any]) -> Scenario:
    try:
        return Scenario.model_validate(spec)
    except ValidationError as error:
        wrong = "; ".join(f"{'.'.join(map(str, each['loc']))}: {each['msg']}" for each in error.errors())
        raise UsageError(f"this cannot be judged: {wrong}", cure="mend the arguments in the experiment") from error


def tried(where: Place) -> bool:
    return _key(where) in _TRIED


def try_it(where: Place) -> None:
    _TRIED.add(_key(where))


def made(where: Place) -> bool:
    """Whether there is something to take away, or may be."""
    return tried(where) and _key(where) not in _OF_OTHERS


def not_made(where: Place) -> None:
    _OF_OTHERS.add(_key(where))


def begin(where: Place, workflow: dict[str, Any]) -> Session:
    """From now on everything that is seen of the workflow is recorded."""
    with contextlib.ExitStack() as stack:
        site = stack.enter_context(opened(where, None))
        folder = Path(stack.enter_context(tempfile.TemporaryDirectory()))
        spec = {"name": "experiment", "title": TITLE, "workflow": workflow}
        chronicle = Chronicle(where, site, folder, spec)
        site.listen(where.namespace, chronicle.inbox)
        stack.callback(site.leave, where.namespace)
        session = _OPEN[_key(where)] = Session(chronicle=chronicle, stack=stack.pop_all())
    return session


def joined(where: Place) -> Session | None:
    """The session of that workflow; where none is named, the only one in the cluster."""
    if where.workflow:
        return _OPEN.get(_key(where))
    here = [session for (cluster, _, _), session in _OPEN.items() if cluster == where.cluster]
    return here[0] if len(here) == 1 else None


def end(where: Place) -> None:
    _TRIED.discard(_key(where))
    if (session := _OPEN.pop(_key(where), None)) is not None:
        session.stack.close()


def heal(cluster: str) -> Undone:
    """What the sessions of that cluster have broken, the newest first; each is noted in its history."""
    undone = Undone()
    for session in [each for (name, _, _), each in _OPEN.items() if name == cluster]:
        for index in reversed(range(len(session.chronicle.spec["method"]))):
            _heal(session.chronicle, index, undone)
    return undone


def _heal(log: Chronicle, index: int, undone: Undone) -> None:
    trace = log.state.steps.get(index)
    if trace is None or trace.healed is not None or not log.healing.stands(index):
        return
    try:
        detail = log.healing.heal(index)
    except HarnessError as error:
        undone.failed.append(f"{trace.verb} could not be undone: {error}")
        return
    undone.done.append(f"{trace.verb}: {detail}")
    if log.state.ended is None:
        log.catch_up()
        log.recording.step(index, trace.verb, Stage.HEALED, detail=detail)


def _key(where: Place) -> tuple[str, str, str]:
    return where.cluster, where.namespace, where.workflow

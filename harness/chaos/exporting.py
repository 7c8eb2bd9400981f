"""A scenario as a Chaos Toolkit experiment, for those who have a Chaos Toolkit and no harness of their own.

What it cannot say is listed in the experiment itself, so that nobody takes the one for the other.
"""

import inspect
from collections.abc import Iterator
from typing import Any, Final

from harness.chaos import actions
from harness.run.submission import manifest
from harness.scenario.duration import show_duration
from harness.scenario.types import Scenario, Step
from harness.scenario.verbs import ApiVerb, SwapArgo

Raw = dict[str, Any]
GREEN: Final = "^(ready|pass|known-bug): "
LOST: Final = (
    "the moment itself: an action begins when the wait before it has returned, not in the thread of the watch event",
    "the verdicts: the probe tells them, but here everything that is neither pass nor known-bug is a deviation, what is"
    " inconclusive too",
    "invariants at every event: they are judged once, at the end, over everything that was recorded",
    "new tries for what was inconclusive, repetition, and the comparison of releases: it runs once, on the release that"
    " is installed",
)


def experiment(scenario: Scenario) -> Raw:
    """What `chaos validate` and `chaos run` take; JSON-able."""
    namespace = scenario.name.replace("@", "-")
    body = manifest(scenario, namespace)
    where = {"workflow": body["metadata"]["name"], "namespace": namespace}
    minus = [*LOST, *_lost(scenario)]
    told = "\n".join(f"- {each}" for each in minus)
    steps = [each for step in scenario.method for each in _steps(step, where)]
    return {
        "version": "1.0.0",
        "title": scenario.title,
        "description": f"The scenario {scenario.name} of Argo Shakedown, minus what Chaos Toolkit cannot say:\n{told}",
        "tags": ["argo-workflows", "argo-shakedown", *scenario.tags],
        "contributions": {"reliability": "high"},
        "configuration": {
            "shakedown_cluster": {"type": "env", "key": "SHAKEDOWN_CLUSTER", "default": "dev"},
            "shakedown_proof_within": str(max((step.proof_within for step in scenario.method), default=60.0)),
        },
        "controls": [{"name": "strict", "provider": {"type": "python", "module": "harness.chaos.strict"}}],
        "runtime": {"rollbacks": {"strategy": "always"}},
        "steady-state-hypothesis": _hypothesis(scenario, where),
        "method": [_submit(scenario, body, namespace), *steps],
        "rollbacks": [
            _activity("action", "undo-what-still-stands", "harness.chaos.actions", "heal", {}),
            _activity("action", "take-the-workflow-away", "harness.chaos.workflows", "remove", where),
        ],
        "extensions": [{"name": "argo-shakedown", "scenario": scenario.name, "minus": minus}],
    }


def _hypothesis(scenario: Scenario, where: Raw) -> Raw:
    expected: Raw = {"expect": _plain(scenario.expect)}
    for key, judged in (("known_bugs", scenario.known_bugs), ("waive", scenario.waive), ("markers", scenario.markers)):
        if judged:
            expected[key] = [_plain(each) for each in judged]
    probe = _activity("probe", "it-ends-as-expected", "harness.chaos.probes", "verdict", {**where, **expected})
    tolerance = {"type": "regex", "pattern": GREEN}
    return {"title": f"It can begin, and then: {scenario.title}", "probes": [{**probe, "tolerance": tolerance}]}


def _submit(scenario: Scenario, body: Raw, namespace: str) -> Raw:
    beside = {"objects": [dict(each) for each in scenario.objects]} if scenario.objects else {}
    arguments = {"workflow": body, "namespace": namespace, **beside}
    return _activity("action", "submit-the-workflow", "harness.chaos.workflows", "submit", arguments)


def _steps(step: Step, where: Raw) -> Iterator[Raw]:
    """The wait for its moment, the act, and where the scenario says so its undoing in the middle of the run."""
    name = step.name or step.verb
    target = getattr(step.action, "target", None)
    wait: Raw = {**where, "when": _plain(step.when), "within": show_duration(step.within), "step": name}
    if target is not None:
        wait["target"] = _plain(target)
    yield _activity("probe", f"wait-for-{name}", "harness.chaos.probes", "wait_for", wait)
    yield _activity("action", name, "harness.chaos.actions", _function(step), _arguments(step, where))
    if step.heal_after is not None:
        heal = _activity("action", f"undo-{name}", "harness.chaos.actions", "heal", {})
        yield {**heal, "pauses": {"before": step.heal_after}}


def _function(step: Step) -> str:
    return step.verb.replace("-", "_")


def _arguments(step: Step, where: Raw) -> Raw:
    known = inspect.signature(actions.ACTIONS[_function(step)]).parameters
    own = step.action.model_dump(mode="json", exclude_none=True, exclude_defaults=True, exclude={"target"})
    if "proof" in own:
        own["proof"] = _plain(step.action.proof)  # type: ignore[attr-defined]  # only where the verb has one
    return {**{key: value for key, value in where.items() if key in known}, **own}


def _lost(scenario: Scenario) -> Iterator[str]:
    """What of this very scenario is left out."""
    settings = _plain(scenario.argo)
    if settings:
        yield f"how it wants Argo configured, which has to be so already: {settings}"
    for skip in scenario.skip:
        yield f"that it is skipped on Argo {skip.argo.text}: {skip.reason}"
    for index, step in enumerate(scenario.method):
        if step.heal_after is not None and index + 1 < len(scenario.method):
            yield f"that the next step is waited for while {scenario.step_name(index)} stands: it is undone before"
        if step.probability is not None:
            yield f"that {scenario.step_name(index)} has a probability of {step.probability:g}: it always comes"
        if isinstance(step.action, SwapArgo):
            yield f"the images of Argo {step.action.to}, which have to be in the nodes already"
        if isinstance(step.action, ApiVerb):
            yield (
                f"the proxy that {scenario.step_name(index)} works in, which is there in a cluster begun with"
                " `shakedown cluster up dev --argo RELEASE --api-proxy`"
            )


def _activity(kind: str, name: str, module: str, function: str, arguments: Raw) -> Raw:
    provider: Raw = {"type": "python", "module": module, "func": function}
    if arguments:
        provider["arguments"] = {key: _escaped(value) for key, value in arguments.items()}
    return {"type": kind, "name": name, "provider": provider}


def _escaped(value: Any) -> Any:
    """Chaos Toolkit fills in `$name` and takes `$$` for `$`, also in the scripts of a workflow."""
    match value:
        case str():
            return value.replace("$", "$$")
        case dict():
            return {key: _escaped(item) for key, item in value.items()}
        case list() | tuple():
            return [_escaped(item) for item in value]
        case _:
            return value


def _plain(model: Any) -> Raw:
    """As the scenario file writes it."""
    written: Raw = model.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    return written

"""Names that must agree: the file's, the steps', and what refers to them."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from harness.scenario.conditions import Condition
from harness.scenario.expectation import Moment, NodeOutcome
from harness.scenario.lint.context import Context, models
from harness.scenario.lint.facts import items, mapping
from harness.scenario.problems import listed, nearest, show

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where
    from harness.scenario.problems import Problem


REFERRING = {
    "unchanged_since": "unchangedSince",
    "changed_since": "changedSince",
    "landed": "landed",
    "triggered": "triggered",
}


def file_name(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A scenario is called as its file: what the grid shows can be found."""
    name, stem = loaded.scenario.name.partition("@")[0], loaded.path.stem
    if name != stem:
        yield loaded.problem(("name",), f"the scenario is called {show(name)}, its file {show(stem)}: use one name")


def step_names(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A step that is named must be the only one of that name."""
    scenario = loaded.scenario
    names = Counter(scenario.step_name(index) for index in range(len(scenario.method)))
    for index, step in enumerate(scenario.method):
        if step.name is not None and names[step.name] > 1:
            yield loaded.problem(("method", index, "name"), f"two steps are called {show(step.name)}")


def references(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """What waits for a step, or counts from it, names one that comes before."""
    names = tuple(loaded.scenario.step_name(index) for index in range(len(loaded.scenario.method)))
    for where, model in models(loaded.scenario):
        match model:
            case Condition(landed=str(name)):
                earlier = names[: int(where[1])] if len(where) > 1 and isinstance(where[1], int) else ()
                yield from reference(loaded, (*where, "landed"), name, earlier, names)
            case Condition(healed=str(name)):
                yield from healed(loaded, where, name, names)
            case NodeOutcome() | Moment():
                for field, key in REFERRING.items():
                    if wanted := getattr(model, field, None):
                        yield from reference(loaded, (*where, key), wanted, names, names)


def healed(loaded: Loaded, where: Where, name: str, names: tuple[str, ...]) -> Iterator[Problem]:
    """Only what has a time to be undone is undone while the run goes on."""
    earlier = names[: int(where[1])] if len(where) > 1 and isinstance(where[1], int) else ()
    yield from reference(loaded, (*where, "healed"), name, earlier, names)
    if name in earlier and loaded.scenario.method[names.index(name)].heal_after is None:
        yield loaded.problem((*where, "healed"), f"healed: {show(name)} has no heal-after, so it stands to the end")


def reference(
    loaded: Loaded, where: Where, name: str, known: tuple[str, ...], names: tuple[str, ...]
) -> Iterator[Problem]:
    key = where[-1]
    if known.count(name) > 1:
        yield loaded.problem(where, f"{key}: {show(name)} is said of two steps: give them names")
    elif name in known:
        return
    elif name in names:
        yield loaded.problem(where, f"{key}: the step {show(name)} does not come before this one")
    else:
        yield loaded.problem(where, f"{key}: no step {show(name)}{nearest(name, known)}; steps: {listed(known)}")


def certain(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """What is expected of every run cannot rest on a step that is not in every run."""
    scenario = loaded.scenario
    chancy = {scenario.step_name(i) for i, step in enumerate(scenario.method) if (step.probability or 1.0) < 1.0}
    for where, model in models(scenario.expect, ("expect",)) if chancy else ():
        for field, key in REFERRING.items() if isinstance(model, NodeOutcome | Moment) else ():
            if (name := getattr(model, field, None)) in chancy:
                text = f"{key}: {show(name)} is not drawn in every run, but what is expected must hold in every one"
                yield loaded.problem((*where, key), text)


def calls(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A step or task calls a template that there is; else Argo refuses the workflow once it is running."""
    spec = loaded.scenario.workflow["spec"]
    known = tuple(str(mapping(raw).get("name", "")) for raw in spec["templates"])
    for index, raw in enumerate(items(spec["templates"])):
        for where, call in called_at(raw):
            name = str(call.get("template", ""))
            if name and "{{" not in name and name not in known:
                place = ("workflow", "spec", "templates", index, *where, "template")
                yield loaded.problem(
                    place, f"no template {show(name)}{nearest(name, known)}; templates: {listed(known)}"
                )


def called_at(raw: Mapping[str, Any]) -> Iterator[tuple[Where, Mapping[str, Any]]]:
    steps = raw.get("steps")
    for number, group in enumerate(steps if isinstance(steps, list) else ()):
        yield from ((("steps", number, index), call) for index, call in enumerate(items(group)))
    tasks = items(mapping(raw.get("dag")).get("tasks"))
    yield from ((("dag", "tasks", index), call) for index, call in enumerate(tasks))


RULES = (file_name, step_names, references, certain, calls)

"""How Argo is set, and which release takes over: a name that nobody knows is passed over in silence, or found out in
the middle of a run."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING, Final

from harness.scenario.argo_settings import CONFIG, ENVIRONMENT
from harness.scenario.problems import Severity, listed, nearest, show
from harness.scenario.verbs import ConfigureController, SwapArgo

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from harness.scenario.lint.context import Context
    from harness.scenario.load import Loaded
    from harness.scenario.marks import Where
    from harness.scenario.problems import Problem

LIKE: Final = 0.85
"""How near a variable must come to one of Argo's to be taken for it: there are others than Argo's."""


def sets(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """There is such a set of settings."""
    name = loaded.scenario.argo.settings
    if context.sets and name not in context.sets:
        text = f"settings: there is no set {show(name)} in manifests/settings{nearest(name, context.sets)}"
        yield loaded.problem(("argo", "settings"), f"{text}; sets: {listed(context.sets)}")


def variables(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """A variable that is nearly one of Argo's is most likely meant to be that one."""
    yield from misspelt(loaded, ("argo", "controller", "env"), loaded.scenario.argo.controller.env)
    for index, step in enumerate(loaded.scenario.method):
        if isinstance(step.action, ConfigureController):
            yield from misspelt(loaded, ("method", index, "do", step.verb, "env"), step.action.env)


def misspelt(loaded: Loaded, at: Where, names: Iterable[str]) -> Iterator[Problem]:
    for name in names:
        if name not in ENVIRONMENT and (hint := nearest(name, ENVIRONMENT, cutoff=LIKE)):
            text = f"env: Argo's controller reads no {show(name)}, so that it would change nothing{hint}"
            yield replace(loaded.problem((*at, name), text, key=True), severity=Severity.WARNING)


def keys(loaded: Loaded, _: Context) -> Iterator[Problem]:
    """The config map is read strictly."""
    for index, step in enumerate(loaded.scenario.method):
        for name in step.action.config if isinstance(step.action, ConfigureController) else ():
            if name not in CONFIG:
                why = "is no key of the config map, and with an unknown one the controller refuses all of it"
                text = f"config: {show(name)} {why}{nearest(name, CONFIG) or f'; keys: {listed(CONFIG)}'}"
                yield loaded.problem(("method", index, "do", step.verb, "config", name), text, key=True)


def releases(loaded: Loaded, context: Context) -> Iterator[Problem]:
    """The release to swap to can be had, as far as is known; a new patch of a known line may be."""
    for index, step in enumerate(loaded.scenario.method):
        if isinstance(step.action, SwapArgo) and context.releases:
            yield from release(loaded, ("method", index, "do", step.verb, "to"), step.action, context)


def release(loaded: Loaded, at: Where, action: SwapArgo, context: Context) -> Iterator[Problem]:
    name, had = action.to, [one for one in context.releases if one not in context.refused]
    hint = nearest(name, had)
    if name in context.refused:
        yield loaded.problem(at, f"to: Argo {name} cannot be had: {context.refused[name]}; releases: {listed(had)}")
    elif name in had:
        return
    elif any(one.startswith(f"v{action.release.major}.{action.release.minor}.") for one in had):
        text = f"to: nothing is known of Argo {name}{hint}; only its build shows whether it can be had"
        yield replace(loaded.problem(at, text), severity=Severity.WARNING)
    else:
        yield loaded.problem(at, f"to: no release like Argo {name} is known{hint}; releases: {listed(had)}")


RULES = (sets, variables, keys, releases)

"""Chaos Toolkit actions, one per verb. Each returns only when its landing is proven, and raises ActivityFailed if not.

The cluster is one that `shakedown cluster up NAME --argo RELEASE` started; an experiment names it in its
configuration as `shakedown_cluster` (default `dev`). Where an action wants a pod, `pod` is its name; without it the
workflow must have just one living pod, or `template` must leave just one.
"""

import inspect
from collections.abc import Callable
from typing import Any

from chaoslib.exceptions import ActivityFailed

from harness.chaos import deeds, sessions
from harness.chaos.activity import Answer, carry_out
from harness.chaos.place import place
from harness.chaos.signatures import Configuration, Secrets, own_fields, signature
from harness.run import undoing
from harness.scenario.verbs import Verb, verbs

ALIASES = {"node": "host"}


def action(name: str, verb: type[Verb]) -> Callable[..., Answer]:
    """The function that Chaos Toolkit finds under the verb's name."""
    shape = signature(verb)
    own = own_fields(verb)

    def act(*args: Any, **kwargs: Any) -> Answer:
        given = shape.bind(*args, **kwargs)
        given.apply_defaults()
        words = {key: value for key, value in given.arguments.items() if key not in ("configuration", "secrets")}
        parameters = {field.alias or key: words.pop(key) for key, field in own.items()}
        wanted = {key: value for key, value in parameters.items() if value != ""}
        where = {ALIASES.get(key, key): value for key, value in words.items()}
        configuration = given.arguments["configuration"]
        return carry_out(lambda moment: deeds.of_verb(name, moment, **wanted), configuration, **where)

    act.__name__ = act.__qualname__ = name.replace("-", "_")
    act.__doc__ = inspect.getdoc(verb)
    act.__signature__ = shape  # type: ignore[attr-defined]  # inspect's own way to give one
    act.__annotations__ = {each.name: each.annotation for each in shape.parameters.values()}
    return act


def uncordon(node: str = "", configuration: Configuration = None, secrets: Secrets = None) -> Answer:
    """Makes a cluster node schedulable again; without `node` every one that is cordoned."""
    return carry_out(lambda _: deeds.uncordon(), configuration, host=node)


def heal(configuration: Configuration = None, secrets: Secrets = None) -> list[str]:
    """Undoes every fault that still stands in the cluster, the newest first, and reads back that it is undone."""
    cluster = place(configuration).cluster
    noted = sessions.heal(cluster)
    done = list(undoing.finish(lambda each: each.cluster == cluster))
    if failed := [*noted.failed, *(str(each) for each in done if each.problem)]:
        raise ActivityFailed("; ".join(failed))
    return [*noted.done, *map(str, done)]


ACTIONS = {name.replace("-", "_"): action(name, verb) for name, verb in verbs().items()}
globals().update(ACTIONS)

__all__ = [*ACTIONS, "heal", "uncordon"]

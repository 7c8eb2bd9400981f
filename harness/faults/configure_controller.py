"""Changes the controller's config map, which it watches, or its environment, which makes the Deployment roll out.

A user meets it as an operator who changes a setting while workflows run.
"""

import json
from collections.abc import Iterable, Mapping
from typing import Any

from harness.cluster.api import PatchKind
from harness.faults import controllers
from harness.faults.context import Context, Refused
from harness.scenario.verbs import ConfigureController


def remember(context: Context, action: ConfigureController) -> Mapping[str, str]:
    env = [each for each in _env(context) if each["name"] in action.env]
    return {"config": json.dumps(_config(context, action.config)), "env": json.dumps(env)}


def inject(context: Context, action: ConfigureController) -> str:
    if action.config:
        _configure(context, {key: value or None for key, value in action.config.items()})
    if action.env:
        _set_env(context, _variables(action.env))
    return f"changed {', '.join([*action.config, *action.env])}"


def heal(context: Context, action: ConfigureController) -> str:
    former: dict[str, str | None] = json.loads(context.remembered["config"])
    variables: list[dict[str, Any]] = json.loads(context.remembered["env"])
    if former:
        _configure(context, former)
    if action.env:
        known = {each["name"] for each in variables}
        _set_env(context, [*variables, *_variables({name: "" for name in action.env if name not in known})])
    seen = [each for each in _env(context) if each["name"] in action.env]
    if _config(context, former) != former or _sorted(seen) != _sorted(variables):
        raise Refused("the controller's configuration is not what it was, after it was set back")
    controllers.of(context).settle()
    return f"{', '.join([*action.config, *action.env])} set back"


def _configure(context: Context, values: Mapping[str, str | None]) -> None:
    """What was read before and after goes into the history, since no watch shows config maps."""
    before = _config(context, values)
    argo = controllers.of(context)
    argo.change(argo.config_map, {"data": dict(values)}, "change the controller's config map")
    after = _config(context, values)
    for key in values:
        context.journal.read_back(f"config {key}", before=before[key] or "", after=after[key] or "")


def _config(context: Context, keys: Iterable[str]) -> dict[str, str | None]:
    data = context.cluster.api.get(controllers.of(context).config_map).get("data") or {}
    return {key: data.get(key) for key in keys}


def _set_env(context: Context, variables: list[dict[str, Any]]) -> None:
    container = {"name": controllers.NAME, "env": variables}
    body = {"spec": {"template": {"spec": {"containers": [container]}}}}
    what = "change the controller's environment"
    argo = controllers.of(context)
    argo.change(argo.deployment, body, what, PatchKind.STRATEGIC)


def _variables(env: Mapping[str, str]) -> list[dict[str, Any]]:
    gone = [{"name": name, "$patch": "delete"} for name, value in env.items() if not value]
    return [{"name": name, "value": value} for name, value in env.items() if value] + gone


def _env(context: Context) -> list[dict[str, Any]]:
    found: list[dict[str, Any]] = controllers.of(context).container().get("env", [])
    return found


def _sorted(variables: list[dict[str, Any]]) -> list[str]:
    return sorted(json.dumps(each, sort_keys=True) for each in variables)

"""Takes one verb on one resource out of the Role `executor`, with which the pods of workflows report.

A user meets it as a namespace whose RBAC was tidied up, or as a release that needs a right that the old one did not.
"""

import json
import time
from collections.abc import Mapping
from typing import Any, Final

from harness.cluster.api import Api, ApiConflict, ApiError, ApiNotFound
from harness.faults import paths
from harness.faults.context import Context, Missed, Refused
from harness.scenario.verbs import Revoke

ROLE: Final = "executor"
REVIEWS: Final = "/apis/authorization.k8s.io/v1/subjectaccessreviews"
ALLOWED, DENIED = "allowed", "denied"
_WITHIN: Final = 10.0
_LOOK: Final = 0.005
"""Seconds between looks: the authorizer reads roles from a watch of its own and tells nobody when it has."""
Rule = dict[str, Any]


def remember(context: Context, action: Revoke) -> Mapping[str, str]:
    """All that is read before the call, so that the call is the writing alone."""
    role = _role(context)
    version = str(role["metadata"]["resourceVersion"])
    return {"rules": json.dumps(role["rules"]), "version": version, "before": _answer(context, action)}


def inject(context: Context, action: Revoke) -> str:
    before = context.remembered["before"]
    if before != ALLOWED:
        raise Missed(f"service account default may not {action.permission} before the call either")
    verb, resource = action.permission.split()
    rules: list[Rule] = json.loads(context.remembered["rules"])
    left = [_without(rule, verb) if resource in rule["resources"] else rule for rule in rules]
    _write(context, left, version=context.remembered["version"])
    done = f"role {ROLE} no longer has {action.permission}"
    context.journal.accepted(done)
    context.journal.read_back(action.permission, before=before, after=_await(context, action, DENIED))
    return done


def heal(context: Context, action: Revoke) -> str:
    rules: list[Rule] = json.loads(context.remembered["rules"])
    wanted = ALLOWED if _granted(rules, action) else DENIED
    try:
        _write(context, rules)
    except Missed:
        return f"role {ROLE} is gone"
    if (now := _await(context, action, wanted)) != wanted:
        raise Refused(f"{action.permission} is still {now} after the rules of role {ROLE} were put back")
    return f"role {ROLE} has its rules of before, {action.permission} is {now}"


def _granted(rules: list[Rule], action: Revoke) -> bool:
    verb, resource = action.permission.split()
    return any(resource in rule["resources"] and verb in rule["verbs"] for rule in rules)


def _without(rule: Rule, verb: str) -> Rule:
    """The other resources of the rule lose it, too, where it has several; a rule without verbs is none."""
    return {**rule, "verbs": [each for each in rule["verbs"] if each != verb]}


def _role(context: Context) -> dict[str, Any]:
    try:
        return context.cluster.api.get(paths.role(context.namespace, ROLE))
    except ApiNotFound as error:
        raise Missed(f"namespace {context.namespace} has no role {ROLE}") from error


def _write(context: Context, rules: list[Rule], version: str = "") -> None:
    """With a version only that one is changed: what was read of it before still holds then."""
    meta = {"metadata": {"resourceVersion": version}} if version else {}
    body = {**meta, "rules": [rule for rule in rules if rule["verbs"]]}
    try:
        context.cluster.api.patch(paths.role(context.namespace, ROLE), body)
    except ApiConflict as error:
        raise Missed(f"role {ROLE} was changed by somebody else since it was read") from error
    except ApiNotFound as error:
        raise Missed(f"namespace {context.namespace} has no role {ROLE}") from error
    except ApiError as error:
        raise Refused(f"the API refused to change role {ROLE}: {error}") from error


def _await(context: Context, action: Revoke, wanted: str) -> str:
    """The answer wanted, or what it is when time is up."""
    deadline = time.monotonic() + _WITHIN
    while (seen := _answer(context, action)) != wanted and time.monotonic() < deadline:
        time.sleep(_LOOK)
    return seen


def _answer(context: Context, action: Revoke) -> str:
    """The API server's own word on what the pods' service account may do."""
    verb, resource = action.permission.split()
    group = "argoproj.io" if resource == "workflowtaskresults" else ""
    asked = {"namespace": context.namespace, "verb": verb, "resource": resource, "group": group}
    user = f"system:serviceaccount:{context.namespace}:default"
    return ALLOWED if _review(context.cluster.api, {"user": user, "resourceAttributes": asked}) else DENIED


def _review(api: Api, spec: dict[str, Any]) -> bool:
    try:
        return bool(api.create(REVIEWS, {"spec": spec})["status"]["allowed"])
    except ApiError as error:
        raise Refused(f"the API server does not say what a service account may do: {error}") from error

"""A fault of the API names resources that Argo's controller asks for: of any other no request ever comes by."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.scenario.lint.steps import verb
from harness.scenario.problems import nearest
from harness.scenario.verbs import ApiVerb

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.scenario.lint.context import Context
    from harness.scenario.load import Loaded
    from harness.scenario.problems import Problem

ASKED_FOR: Final = frozenset(
    {
        *("clusterworkflowtemplates", "cronworkflows", "workflowartifactgctasks", "workflows", "workflowtaskresults"),
        *("workflowtasksets", "workflowtemplates", "configmaps", "events", "leases"),
        *("persistentvolumeclaims", "poddisruptionbudgets", "pods", "secrets", "serviceaccounts"),
    }
)
"""What the roles of the controller have in the official manifests of 3.5 to 4.0 (`workflow-controller-rbac`)."""


def known(loaded: Loaded, _: Context) -> Iterator[Problem]:
    for index, step in enumerate(loaded.scenario.method):
        if isinstance(step.action, ApiVerb):
            for resource in step.action.resources:
                name = resource.partition("/")[0]
                if name != "*" and name not in ASKED_FOR:
                    hint = nearest(name, sorted(ASKED_FOR))
                    yield verb(loaded, index, step, f"Argo's controller asks for no {name!r}, so it never lands{hint}")


RULES = (known,)

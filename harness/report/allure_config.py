"""The configuration of Allure 3 depends on the releases of the run, so it is written anew for each."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Final

from harness.report.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.model.cells import RunInfo
    from harness.model.column import Column

HISTORY: Final = ".allure-history.jsonl"
_RUNS_KEPT: Final = 30
_HIDDEN: Final = (
    "ALLURE_ID", "host", "thread", "package", "framework", "language", "parentSuite", "suite", "subSuite",
)  # fmt: skip


_ITERATORS: Final = (
    "const iterators = Object.getPrototypeOf(Object.getPrototypeOf([][Symbol.iterator]()));",
    "iterators.toArray ??= function () { return [...this]; };",
)
"""Node 20 lacks what Allure's quality gate calls."""


def render(
    run: RunInfo,
    *,
    results: str,
    output: str,
    history: str,
    attachments: Sequence[str] = (),
    record: bool = True,
    cells: int = 0,
) -> str:
    """The text of `allurerc.mjs`. All paths are relative to the working directory of the renderer. `record` adds the
    run to the trends; `cells` is how many results the quality gate asks for.

    Only a JavaScript file can tell releases apart: environments are matched by functions. The releases are names of
    environments for the reader; what keeps their trends apart are the parameters `argo` and, on several releases of
    Kubernetes, `kubernetes` of each result.
    """
    plain = {
        "name": f"Argo Shakedown {run.name}",
        "output": output,
        "historyPath": history,
        "historyLimit": _RUNS_KEPT,
        "appendHistory": record,
        "resultsDir": [results],
        "globalAttachments": list(attachments),
        "hideLabels": list(_HIDDEN),
        "qualityGate": {"rules": [_gate(run, cells)]},
        "variables": {"Harness": run.harness, "Settings": run.settings},
        "plugins": {"awesome": {"options": {"singleFile": True, "groupBy": ["epic", "feature"]}}},
    }
    lines = [
        *_ITERATORS,
        "const has = (labels, key, value) => labels.some(({ name, value: found }) => name === key && found === value);",
        "const on = (argo, kubernetes) => ({ labels }) =>",
        "  has(labels, 'argo', argo) && (!kubernetes || has(labels, 'kubernetes', kubernetes));",
        "const is = (kind) => ({ labels }) => labels.some((label) => label.name === 'kind' && label.value === kind);",
        "const broken = ({ status, labels }) => status === 'broken' && !labels.some((label) => label.name === 'kind');",
        "export default {",
        *(f"  {json.dumps(key)}: {json.dumps(value)}," for key, value in plain.items()),
        "  environments: {",
        *(f"    {_environment(run, column)}," for column in run.columns),
        "  },",
        "  categories: [",
        *(f"    {_category(kind)}," for kind in Kind),
        "  ],",
        "};",
        "",
    ]
    return "\n".join(lines)


def _gate(run: RunInfo, cells: int) -> dict[str, object]:
    """Nothing failed, and nothing is missing. It decides nothing but what `shakedown report --gate` says."""
    tested = [f"Argo {column}" for column in run.columns]
    return {"maxFailures": 0, "environmentsTested": tested, "minTestsCount": cells}


def _environment(run: RunInfo, column: Column) -> str:
    """The identity of an environment may hold letters, digits, `_` and `-` only."""
    identity = "argo-" + re.sub(r"[^A-Za-z0-9_-]", "-", column.id)[:50]
    variables = {
        "Argo Workflows": column.argo,
        "Kubernetes": column.kubernetes or run.on,
        "Provider": run.provider,
    }
    told = json.dumps({"name": f"Argo {column}", "variables": variables})
    wanted = ", ".join(json.dumps(release) for release in (column.argo, column.kubernetes) if release)
    return f"{json.dumps(identity)}: {{ ...{told}, matcher: on({wanted}) }}"


def _category(kind: Kind) -> str:
    matchers = [f"is({json.dumps(kind.value)})", *(["broken"] if kind is Kind.INFRA else [])]
    grouping = {"groupBy": [{"label": "fault"}], "groupByMessage": False, "groupEnvironments": True}
    told = json.dumps({"name": kind.value.capitalize(), **grouping})
    return f"{{ ...{told}, matchers: [{', '.join(matchers)}] }}"

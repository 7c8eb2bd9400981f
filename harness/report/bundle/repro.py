"""One command that shows it again, with the few lines before it that a new machine needs."""

from __future__ import annotations

import importlib.metadata
import shlex
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.model.verdicts import Verdict
from harness.report import again
from harness.report.bundle.documents import SCENARIO, WORKFLOW, written

if TYPE_CHECKING:
    from harness.model.cells import CellResult
    from harness.report.bundle.evidence import Evidence

_DISTRIBUTION: Final = "argo-shakedown"
_ADDRESS: Final = "ADDRESS"
"""Where the package does not name its repository, whoever sends the bundle has to."""
_TO_BE_NAMED: Final = f"""
`{_ADDRESS}` stands for the repository of Argo Shakedown: whoever sends this has to write it there.
"""
_EXPECTED: Final = {
    Verdict.PASS: "`pass`: everything was as the scenario expects.",
    Verdict.KNOWN_BUG: "`known bug`: the symptom that the scenario declares for this release.",
    Verdict.FIXED: "`fixed?`: the declared symptom does not show.",
    Verdict.FAIL: "`fail`, with what was expected and what was seen.",
    Verdict.INCONCLUSIVE: "`inconclusive`: the fault could not be proven to have landed.",
    Verdict.INFRA: "`infra`: the cluster or the harness failed.",
    Verdict.SKIPPED: "`skipped`.",
}


def page(evidence: Evidence, bundle: str) -> str:
    """`repro.md`."""
    cell, header = evidence.cell, evidence.header
    return f"""\
# Once more

Debian or Ubuntu, root, Python 3.11 or newer, make; no Docker, no cluster. Once, in the folder of this zip (fifteen
minutes of building, the first time):

```sh
{setup(cell, bundle)}
```
{_TO_BE_NAMED if _address() == _ADDRESS else ""}
Then this shows it, in about {max(cell.seconds, 1) + 15:.0f} seconds:

```sh
{command(cell)}
```

It ends with {_EXPECTED[cell.judgement.verdict]} Here it was:

> {cell.judgement.verdict}: {" ".join(cell.judgement.reason.split())}

`reports/latest/` has the evidence; `history.jsonl.gz` of this zip can be judged without a cluster:
`.venv/bin/shakedown judge repro/history.jsonl.gz`.

## In a cluster of your own

`kubectl create -f {WORKFLOW}`, on Argo Workflows {header.argo} with this controller environment:
{_settings(evidence)}
What the harness then does, and when, is this; each moment is that of a watch event:

```yaml
{written(list(evidence.spec.get("method", ()))).rstrip()}
```
"""


def setup(cell: CellResult, bundle: str) -> str:
    return "\n".join(
        (
            f"git clone {_address()} argo-shakedown",
            f"python3 -m zipfile -e {shlex.quote(bundle)} argo-shakedown/repro",
            f"cd argo-shakedown && cp repro/{SCENARIO} {_file(cell)}",
            f"make setup ARGO={cell.argo}",
        )
    )


def command(cell: CellResult) -> str:
    return f".venv/bin/{again.command(replace(cell, source=Path(_file(cell))))}"


def _file(cell: CellResult) -> str:
    """A scenario is called as its file."""
    return f"repro/{cell.scenario.partition('@')[0]}.yaml"


def _address() -> str:
    """The repository as the installed package names it."""
    try:
        named = importlib.metadata.metadata(_DISTRIBUTION).get_all("Project-URL") or []
    except importlib.metadata.PackageNotFoundError:
        named = []
    found = dict(line.split(", ", 1) for line in named if ", " in line)
    return shlex.quote(found["Repository"]) if "Repository" in found else _ADDRESS


def _settings(evidence: Evidence) -> str:
    env = evidence.header.settings.env
    return "\n" + "".join(f"- `{name}={value}`\n" for name, value in env.items()) if env else " none.\n"

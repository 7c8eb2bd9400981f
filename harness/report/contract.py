"""What `results.json` promises to programs that read it, kept apart from the model so that either can change alone.

Every path is relative to the folder of the file. Fields are only added within a version.
"""

import json
import sys
from typing import Annotated, Any, Final, Literal

from pydantic import BaseModel, ConfigDict, Field

from harness.model.repetition import Conclusion
from harness.model.verdicts import Check, Judgement, StuckCause, Verdict, Violation

FORMAT: Final = "argo-shakedown-results"
VERSION: Final = 1


class Shape(BaseModel):
    model_config = ConfigDict(
        frozen=True, extra="forbid", use_attribute_docstrings=True, json_schema_serialization_defaults_required=True
    )


class RunShape(Shape):
    name: str
    started: float
    """Seconds since the epoch."""
    harness: str
    provider: str
    kubernetes: str
    """Of several releases a list with commas; `kubernetes` of the file has them one by one."""
    settings: str
    """Name of the set of controller settings."""


class LandingShape(Shape):
    """A step of the method: times are seconds since the history began, null where it never came to that."""

    step: int
    name: str
    fault: str
    triggered: float | None
    accepted: float | None
    landed: float | None
    latency: float | None
    """Seconds from the watch event to the accepted call."""
    proof: str
    problem: str
    not_drawn: str = ""
    """Why the step was no part of this run, which its probability decides; then it neither landed nor failed to."""


class FilesShape(Shape):
    folder: str
    history: str | None
    workflow: str | None
    controller_log: str | None
    logs: tuple[str, ...]


class RunOfCellShape(Shape):
    verdict: Verdict
    reason: str
    seconds: float
    history: str | None
    left_out: bool = False
    """Not counted, because a step was not drawn in it."""


class IntervalShape(Shape):
    low: float
    high: float


class RepetitionShape(Shape):
    """A cell that was repeated on purpose: `n` conclusive runs, of which `passes` ended as declared and in `broken`
    Argo misbehaved, declared or not; `share` is the 95 % interval of passes, `rate` that of broken."""

    asked: str
    conclusion: Conclusion
    n: int
    passes: int
    broken: int
    inconclusive: int
    share: IntervalShape
    rate: IntervalShape
    left_out: int = 0
    """Runs that are not counted, because a step was not drawn in them."""
    runs: tuple[RunOfCellShape, ...]


class CellShape(Shape):
    """One scenario on one release. `cause` is set where the workflow is stuck; `earlier` are inconclusive attempts."""

    scenario: str
    argo: str
    kubernetes: str
    provider: str
    verdict: Verdict
    reason: str
    cause: StuckCause | None
    seconds: float
    landings: tuple[LandingShape, ...]
    history: str | None
    title: str
    source: str
    line: int
    tags: tuple[str, ...]
    links: tuple[str, ...]
    verbs: tuple[str, ...]
    namespace: str
    started: float
    finished: float
    checks: tuple[Check, ...]
    violations: tuple[Violation, ...]
    link: str
    """Reference of the known bug that the verdict is about, or empty."""
    artefacts: FilesShape | None
    earlier: tuple[Judgement, ...]
    repetition: RepetitionShape | None = None


class ExpectedShape(Shape):
    scenario: str
    argo: str
    kubernetes: str = ""


class UnavailableShape(Shape):
    """A release, of Argo or of Kubernetes, that could not be had; the other one is empty."""

    argo: str
    reason: str
    kubernetes: str = ""


class ResultsShape(Shape):
    """Results of one run. Written after every cell: `expected` without a cell of its own has not run (yet)."""

    format: Literal["argo-shakedown-results"]
    version: Literal[1]
    run: RunShape
    argo: tuple[str, ...]
    """Releases, in the order of the grid's columns."""
    kubernetes: tuple[str, ...] = ()
    """Likewise; with more than one each column is a release of Argo on one of Kubernetes."""
    counts: dict[Verdict, Annotated[int, Field(ge=0)]]
    expected: tuple[ExpectedShape, ...]
    unavailable: tuple[UnavailableShape, ...]
    cells: tuple[CellShape, ...]


def schema() -> dict[str, Any]:
    """The JSON Schema of the file, committed as docs/results.schema.json."""
    drawn = ResultsShape.model_json_schema(mode="serialization")
    return {"$schema": "https://json-schema.org/draft/2020-12/schema", **drawn}


def main() -> None:
    """Prints the schema as it is committed."""
    sys.stdout.write(json.dumps(schema(), indent=2) + "\n")


if __name__ == "__main__":
    main()

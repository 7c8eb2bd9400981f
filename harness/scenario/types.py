"""The whole of a scenario file."""

from functools import cached_property
from typing import Annotated, Any, Final

from pydantic import (
    ConfigDict,
    Field,
    StrictBool,
    StrictFloat,
    StrictInt,
    StrictStr,
    WithJsonSchema,
    model_validator,
)

from harness.scenario.base import Spec
from harness.scenario.companions import Companion
from harness.scenario.conditions import Condition
from harness.scenario.duration import Duration
from harness.scenario.expectation import Expectation, Marker, Outcome
from harness.scenario.releases import EVERY, ReleaseRange
from harness.scenario.verbs import Do, Inject, Verb, chosen

LONGEST_NAME: Final = 56
"""Characters of a scenario's name, so that it can be part of a namespace (63)."""
Kebab = Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=50)]
FullName = Annotated[
    str,
    Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*(@[a-z0-9]+(-[a-z0-9]+)*)?$", max_length=LONGEST_NAME),
    WithJsonSchema({"type": "string", "pattern": r"^[a-z0-9]+(-[a-z0-9]+)*$", "maxLength": LONGEST_NAME}),
]
"""Of a file `name`, of one of its variants `name@variant`."""
ParameterName = Annotated[str, Field(pattern=r"^[a-z][a-z0-9]*(-[a-z0-9]+)*$", max_length=30)]
ParameterValue = StrictStr | StrictBool | StrictInt | StrictFloat
InlineWorkflow = Annotated[
    dict[str, Any],
    WithJsonSchema(
        {"anyOf": [{"type": "object", "required": ["apiVersion", "kind", "spec"]}, {"type": "string", "minLength": 1}]}
    ),
]
Line = Annotated[str, Field(pattern=r"^\S.*$", max_length=200)]
Link = Annotated[str, Field(pattern=r"^([\w.-]+/[\w.-]+#\d+|https://\S+|unreported)$")]


class Controller(Spec):
    """Environment and extra arguments of the workflow controller, set in its manifest before it is applied."""

    env: dict[str, str] = Field(default={})
    """Environment variables, added to those of the settings."""
    args: tuple[str, ...] = ()
    """Arguments, after those of the settings."""


class ArgoSettings(Spec):
    """How the scenario wants Argo configured; the named set of `manifests/settings/` is taken first."""

    settings: Kebab = "fast"
    """Name of a file in `manifests/settings/`."""
    controller: Controller = Controller()
    """Changes on top of it."""


class Step(Spec):
    """One step of the method. Steps fire in their order, each once."""

    model_config = ConfigDict(
        json_schema_extra={
            "oneOf": [{"required": ["inject"]}, {"required": ["do"]}],
            "dependentRequired": {"probability": ["seed"], "seed": ["probability"]},
        }
    )

    name: Kebab | None = None
    """By which other steps and `expect` refer to it; its verb where there is none."""
    when: Condition
    """The moment at which it fires: once, on the watch event that makes it true."""
    probability: Annotated[float, Field(gt=0, le=1)] | None = None
    """Chance that the step is part of a run at all, drawn anew for each; what is not drawn is judged as if it were not
    in the method."""
    seed: StrictInt | None = None
    """Of the draw: with the same one, the same runs of the same scenario draw the same."""
    within: Duration = 60.0
    """Bound for the moment to come, counted from when the step before has landed."""
    proof_within: Duration = 30.0
    """Bound for the proof to come, counted from the accepted call."""
    heal_after: Duration | None = None
    """Undoes the fault so long after its landing, while the run goes on; without it that is done after the verdict."""
    inject: Inject | None = None
    """A fault."""
    do: Do | None = None
    """What a user or an operator would do."""

    @model_validator(mode="after")
    def acts_once(self) -> "Step":
        if (self.inject is None) == (self.do is None):
            raise ValueError("a step has either inject or do")
        return self

    @model_validator(mode="after")
    def can_be_drawn_again(self) -> "Step":
        if self.probability is not None and self.seed is None:
            raise ValueError("probability: needs a seed, so that what was drawn can be drawn again")
        if self.seed is not None and self.probability is None:
            raise ValueError("seed: there is no probability to draw by")
        return self

    @property
    def verb(self) -> str:
        return self.chosen[0]

    @property
    def action(self) -> Verb:
        return self.chosen[1]

    @cached_property
    def chosen(self) -> tuple[str, Verb]:
        group = self.inject or self.do
        assert group is not None
        return chosen(group)


class KnownBug(Spec):
    """Releases that have a bug, and how it shows. Strict: on these releases the symptom must be seen."""

    argo: ReleaseRange
    """Releases that have the bug."""
    link: Link
    """Where it is reported."""
    expect: Outcome
    """The symptom, which must be seen there, and which a healthy run does not show."""


class Skip(Spec):
    """Releases on which the scenario makes no sense, with the reason that the grid shows."""

    argo: ReleaseRange
    """Releases that are left out."""
    reason: Line
    """Shown in the grid."""


class Waiver(Spec):
    """An invariant that need not hold for this scenario, on the releases given."""

    argo: ReleaseRange = EVERY
    """Releases on which it may be broken; all where there is none."""
    invariant: Kebab
    """Its name."""
    reason: Line
    """Shown with the verdict."""


class Variant(Spec):
    """One more case of the same file: other values for some of its parameters."""

    name: Annotated[str, Field(pattern=r"^[a-z0-9]+(-[a-z0-9]+)*$", max_length=25)]
    """Follows the `@` in the name of the case."""
    parameters: dict[ParameterName, ParameterValue] = Field(default={})
    """Values that differ from the file's."""


class Scenario(Spec):
    """One scenario: a workflow, what happens to it, and what must be true."""

    name: FullName
    """As the file, without `.yaml`."""
    title: Line
    """One line for reports."""
    links: tuple[Link, ...] = ()
    """Issues and pages that it is about."""
    tags: tuple[Kebab, ...] = ()
    """To select and group by, in reports."""
    argo: ArgoSettings = ArgoSettings()
    """How Argo is configured."""
    parameters: dict[ParameterName, ParameterValue] = Field(default={})
    """Values that stand as `${name}` in the rest of the file; `$${name}` is left as `${name}`."""
    variants: Annotated[tuple[Variant, ...], Field(max_length=32)] = ()
    """Cases that differ in parameters. Each runs as `name@variant`; once loaded, a scenario has none."""
    workflow: InlineWorkflow
    """A Workflow, or the path of a file with one, relative to this file."""
    objects: Annotated[tuple[Companion, ...], Field(max_length=16)] = ()
    """What is there before the workflow, in its namespace: limits of semaphores, other workflows."""
    method: Annotated[tuple[Step, ...], Field(max_length=32)] = ()
    """What is done to the workflow, in this order."""
    markers: Annotated[tuple[Marker, ...], Field(max_length=32)] = ()
    """Lines by which containers say that they have reached their end."""
    expect: Expectation
    """What must be true in the end, on every release that no known bug names."""
    known_bugs: Annotated[tuple[KnownBug, ...], Field(max_length=32)] = ()
    """Where the expectation does not hold, and what is seen instead."""
    skip: Annotated[tuple[Skip, ...], Field(max_length=32)] = ()
    """Releases on which it is not run."""
    waive: tuple[Waiver, ...] = ()
    """Invariants that may be broken."""

    def known_bug(self, argo: str) -> KnownBug | None:
        return next((bug for bug in self.known_bugs if bug.argo.holds(argo)), None)

    def skipped(self, argo: str) -> str | None:
        return next((skip.reason for skip in self.skip if skip.argo.holds(argo)), None)

    def step_name(self, index: int) -> str:
        step = self.method[index]
        return step.name or step.verb

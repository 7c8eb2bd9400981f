"""Which cells are run, in which clusters, and which of them may share one at the same time."""

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from itertools import groupby

from harness.build.kubernetes import DEFAULT
from harness.model.column import Column
from harness.model.release import Release
from harness.scenario.load import Loaded
from harness.scenario.types import ArgoSettings
from harness.scenario.verbs import Capability, ChaosToolkit, Scope, SwapArgo


@dataclass(frozen=True, slots=True, kw_only=True)
class CellPlan:
    """One scenario on one release; `several`: the run is on several releases of Kubernetes, so that names tell."""

    loaded: Loaded
    argo: Release
    kubernetes: str = DEFAULT
    several: bool = False

    @property
    def column(self) -> Column:
        return Column.of(str(self.argo), self.kubernetes, several=self.several)

    @property
    def id(self) -> str:
        return f"{self.loaded.scenario.name}[{self.column.id}]"

    @property
    def skipped(self) -> str | None:
        return self.loaded.scenario.skipped(str(self.argo))

    @property
    def alone(self) -> bool:
        """A fault that reaches beyond its namespace would disturb whatever runs beside it."""
        return any(step.action.scope is not Scope.NAMESPACE for step in self.loaded.scenario.method)

    @property
    def proxied(self) -> bool:
        """Whether the controller has to go through the API proxy."""
        return any(Capability.PROXY in step.action.needs for step in self.loaded.scenario.method)

    @property
    def untraceable(self) -> bool:
        """Whether a step does what nobody here knows how to undo."""
        return any(isinstance(step.action, ChaosToolkit) for step in self.loaded.scenario.method)

    @property
    def swaps(self) -> tuple[Release, ...]:
        """The releases that a step installs over the one under test."""
        actions = (step.action for step in self.loaded.scenario.method)
        return tuple(action.release for action in actions if isinstance(action, SwapArgo))

    @property
    def line(self) -> int:
        """Line of the scenario file to which reports point."""
        return self.loaded.marks.key(("name",)).line

    @property
    def settings(self) -> ArgoSettings:
        return self.loaded.scenario.argo


@dataclass(frozen=True, slots=True, kw_only=True)
class ClusterPlan:
    """Cells that want the same releases with the same controller settings, and so the same cluster."""

    argo: Release
    kubernetes: str = DEFAULT
    several: bool = False
    settings: ArgoSettings
    proxied: bool = False
    together: tuple[CellPlan, ...]
    alone: tuple[CellPlan, ...]

    @property
    def column(self) -> Column:
        return Column.of(str(self.argo), self.kubernetes, several=self.several)

    @property
    def name(self) -> str:
        return f"{self.column} ({self.settings.settings}{', through the API proxy' if self.proxied else ''})"

    @property
    def cells(self) -> tuple[CellPlan, ...]:
        return self.together + self.alone

    @property
    def swaps(self) -> tuple[Release, ...]:
        return tuple(dict.fromkeys(release for plan in self.cells for release in plan.swaps))


def cells(
    scenarios: Iterable[Loaded], releases: Sequence[Release], kubernetes: Sequence[str] = (DEFAULT,)
) -> tuple[CellPlan, ...]:
    several = len(kubernetes) > 1
    return tuple(
        CellPlan(loaded=loaded, argo=argo, kubernetes=on, several=several)
        for loaded in scenarios
        for argo in releases
        for on in kubernetes
    )


def clusters(plans: Iterable[CellPlan]) -> tuple[ClusterPlan, ...]:
    def key(plan: CellPlan) -> tuple[Release, str, str, bool]:
        return plan.argo, plan.kubernetes, plan.settings.model_dump_json(), plan.proxied

    wanted = sorted((plan for plan in plans if plan.skipped is None), key=key)
    return tuple(cluster(tuple(group)) for _, group in groupby(wanted, key))


def cluster(group: tuple[CellPlan, ...]) -> ClusterPlan:
    return ClusterPlan(
        argo=group[0].argo,
        kubernetes=group[0].kubernetes,
        several=group[0].several,
        settings=group[0].settings,
        proxied=group[0].proxied,
        together=tuple(plan for plan in group if not plan.alone),
        alone=tuple(plan for plan in group if plan.alone),
    )

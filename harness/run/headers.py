"""The first line of a history: the conditions under which a cell ran."""

import time
from pathlib import Path
from typing import Final

from harness import __version__
from harness.model.header import Cgroup, ControllerSettings, Header, ScenarioRecord
from harness.run.permission import OWN
from harness.run.plan import CellPlan
from harness.run.site import Site
from harness.run.submission import manifest

JUDGED: Final = ("expect", "known-bugs", "waive")
"""Parts of a scenario that a verdict may point at."""


def header(plan: CellPlan, site: Site, namespace: str, run: int = 1) -> Header:
    scenario = plan.loaded.scenario
    spec = scenario.model_dump(mode="json", by_alias=True, exclude_none=True, exclude_defaults=True)
    return Header(
        harness=__version__,
        scenario=ScenarioRecord(
            name=scenario.name,
            sha256=plan.loaded.source_sha256,
            spec=spec,
            file=shown(plan.loaded.path),
            lines=plan.loaded.marks.lines(*JUDGED),
        ),
        argo=str(plan.argo),
        kubernetes=site.cluster.kubernetes,
        provider=site.cluster.provider,
        cgroup=cgroup_version() if site.cluster.provider in OWN else Cgroup.UNKNOWN,
        settings=settings(site),
        namespace=namespace,
        workflow=manifest(scenario, namespace)["metadata"]["name"],
        builds=site.builds,
        started=time.time(),
        nodes=site.cluster.nodes(),
        run=run,
        calibration=site.calibration,
        argo_namespace=site.argo_namespace,
        reused=site.reused,
    )


def settings(site: Site) -> ControllerSettings:
    """Those of somebody else's Argo with its config map; what the harness sets is in the scenario."""
    config = site.settings.config if site.name else {}
    return ControllerSettings(env=site.settings.env, args=site.settings.args, config=config)


def shown(path: Path) -> str:
    """As somebody in the same folder would name it; where it lies elsewhere, its name alone: a history travels."""
    here = path.absolute()
    return here.relative_to(Path.cwd()).as_posix() if here.is_relative_to(Path.cwd()) else path.name


def cgroup_version() -> Cgroup:
    """Version of the hierarchy that limits memory: it decides what an OOM kill takes (kubernetes/kubernetes#117793)."""
    return Cgroup.V1 if Path("/sys/fs/cgroup/memory").is_dir() else Cgroup.V2

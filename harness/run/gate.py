"""What a scenario must pass before anything of it is run: every word right, and possible on the chosen provider."""

from harness.argo.installed import Found
from harness.argo.releases import Standing, catalogue
from harness.argo.settings import load, names
from harness.cluster.local.images import BASE_NAMES
from harness.cluster.providers import PROVIDERS
from harness.oracles.invariants import INVARIANTS
from harness.run.permission import OWN
from harness.scenario.lint.context import Context
from harness.scenario.lint.providers import LACKING


def context(provider: str, *, cluster_faults: bool = False, installed: Found | None = None) -> Context:
    """Everything that the rules of lint may know; `cluster_faults` is asked for where a cluster is somebody else's."""
    return Context(
        releases=tuple(str(line.release) for line in catalogue()),
        refused={str(line.release): line.why for line in catalogue() if line.standing is Standing.REFUSED},
        sets={name: tuple(load(name).config) for name in names()},
        invariants=frozenset(INVARIANTS),
        provider=provider,
        lacking={**LACKING[provider], **PROVIDERS[provider].lacking()},
        cluster_faults=cluster_faults or provider in OWN,
        settings=installed.settings.env if installed else None,
        images=BASE_NAMES if provider == "local" else (),
    )

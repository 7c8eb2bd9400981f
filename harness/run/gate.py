"""What a scenario must pass before anything of it is run: every word right, and possible on the chosen provider."""

from harness.argo.releases import catalogue
from harness.cluster.local.images import BASE_NAMES
from harness.oracles.invariants import INVARIANTS
from harness.scenario.lint.context import Context
from harness.scenario.lint.providers import LACKING


def context(provider: str) -> Context:
    """Everything that the rules of lint may know."""
    return Context(
        releases=tuple(str(line.release) for line in catalogue()),
        invariants=frozenset(INVARIANTS),
        provider=provider,
        lacking=LACKING[provider],
        images=BASE_NAMES if provider == "local" else (),
    )

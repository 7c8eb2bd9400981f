"""Argo Shakedown: chaos and regression tests against real Argo Workflows installs."""

from typing import Any

__version__ = "0.1.0"


def discover(discover_system: bool = True) -> dict[str, Any]:
    """For `chaos discover --no-install argo-shakedown`, which asks the top package of a distribution for this function.

    Nothing is said of the system: looking at a cluster is left to the actions.
    """
    from harness.chaos.discovery import discovered  # nobody else needs Chaos Toolkit to import harness

    return discovered()

"""What `chaos discover` finds: every action and probe of this extension, with its arguments.

https://chaostoolkit.org/reference/extending/discovery/
"""

from typing import Any

from chaoslib.discovery.discover import discover_actions, discover_probes, initialize_discovery_result

from harness import __version__

NAME = "argo-shakedown"


def discovered() -> dict[str, Any]:
    found: dict[str, Any] = initialize_discovery_result(NAME, __version__, "argo-workflows")
    found["activities"] = [*discover_actions("harness.chaos.actions"), *discover_probes("harness.chaos.probes")]
    return found

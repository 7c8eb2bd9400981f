"""Faults of Argo's workflow controller, and what an operator does to it."""

from typing import Annotated, ClassVar, Literal

from pydantic import Field, StrictInt, model_validator

from harness.model.release import Release
from harness.scenario.conditions import Name
from harness.scenario.verbs.verb import Capability, ControllerVerb

ReleaseName = Annotated[str, Field(pattern=r"^v\d+\.\d+\.\d+(-(rc|alpha|beta)\.?\d+)?$")]


class KillController(ControllerVerb):
    """Kills the controller without a warning: SIGKILL to its process, which the kubelet starts anew in the same pod, or
    its pod deleted by force, whose successor has to wait for the lease. Proven when a controller serves again."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROCESSES})
    how: Literal["process", "pod"] = "process"
    """Its process, or its whole pod."""


class FreezeController(ControllerVerb):
    """Stops the controller's process with SIGSTOP, as a starved or swapping machine does, for longer than its lease.
    Healed by SIGCONT: it wakes up and does not know that time has passed."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.PROCESSES})


class RestartController(ControllerVerb):
    """`kubectl rollout restart`: a new controller pod is started, the old one told to end. Proven when the old one is
    gone and the new one holds the lease."""


class ScaleController(ControllerVerb):
    """Scales the controller's Deployment to 0 (nobody at work), or to 2 (one leads, the other waits for its lease).
    Healed by the former number."""

    replicas: Annotated[StrictInt, Field(ge=0, le=5)] = 0
    """How many then."""


class ConfigureController(ControllerVerb):
    """Changes keys of `workflow-controller-configmap`, or the environment of the controller, which makes a new pod.
    An empty value takes a key or a variable away. Healed by the former values."""

    config: dict[Name, str] = Field(default={})
    """Keys of the config map."""
    env: dict[Name, str] = Field(default={})
    """Environment variables."""

    @model_validator(mode="after")
    def changes_something(self) -> "ConfigureController":
        if not self.config and not self.env:
            raise ValueError("nothing is changed: give config, env or both")
        return self


class SwapArgo(ControllerVerb):
    """Installs another release over the present one while workflows run, up or down: resource types, roles and
    controller, as `kubectl apply` of its manifests would. Healed by going back."""

    needs: ClassVar[frozenset[Capability]] = frozenset({Capability.API, Capability.RELEASES})
    to: ReleaseName
    """The other release."""

    @property
    def release(self) -> Release:
        return Release.parse(self.to)

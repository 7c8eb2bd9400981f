"""How the controller is set decides what is seen (requeue times, delays), so it is declared, merged and recorded."""

from __future__ import annotations

import json
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Final

import yaml

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Mapping

MANIFESTS: Final = Path(__file__).parents[2] / "manifests"


@dataclass(frozen=True, slots=True, kw_only=True)
class ControllerSettings:
    """What is changed in the official manifests before they are applied, besides the image tag."""

    env: Mapping[str, str] = field(default_factory=dict)
    args: tuple[str, ...] = ()
    config: Mapping[str, str] = field(default_factory=dict)
    """Data of the controller's config map."""

    def merged(self, other: ControllerSettings) -> ControllerSettings:
        """These settings with the other's on top."""
        return ControllerSettings(
            env={**self.env, **other.env}, args=self.args + other.args, config={**self.config, **other.config}
        )

    def through(self, address: tuple[str, int]) -> ControllerSettings:
        """With the controller sent to that address instead of to the API server: client-go believes its environment."""
        host, port = address
        return self.merged(
            ControllerSettings(env={"KUBERNETES_SERVICE_HOST": host, "KUBERNETES_SERVICE_PORT": str(port)})
        )

    @property
    def key(self) -> str:
        """The same text for the same settings, to group scenarios by."""
        return json.dumps([dict(self.env), self.args, dict(self.config)], sort_keys=True)


def load(name: str) -> ControllerSettings:
    """A named set of `manifests/settings/`."""
    path = MANIFESTS / "settings" / f"{name}.yaml"
    try:
        content = yaml.safe_load(path.read_text())
    except FileNotFoundError as error:
        raise UsageError(
            f"there are no controller settings {name!r}", cure=f"choose one of {', '.join(names())}"
        ) from error
    return ControllerSettings(
        env={key: str(value) for key, value in (content.get("env") or {}).items()},
        args=tuple(content.get("args") or ()),
        config=content.get("config") or {},
    )


def names() -> tuple[str, ...]:
    return tuple(sorted(path.stem for path in (MANIFESTS / "settings").glob("*.yaml")))

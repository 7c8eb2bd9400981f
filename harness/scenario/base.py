"""The one configuration all scenario types share: nothing unknown, nothing changed after loading."""

from pydantic import BaseModel, ConfigDict


def dashed(name: str) -> str:
    return name.rstrip("_").replace("_", "-")


def camel(name: str) -> str:
    head, *rest = name.rstrip("_").split("_")
    return head + "".join(word.title() for word in rest)


class Spec(BaseModel):
    """Keys in kebab-case: the harness's own words."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=dashed, populate_by_name=False)


class ArgoSpec(BaseModel):
    """Keys in camelCase: words that Argo or Kubernetes use so (displayName, onExit, exitCode)."""

    model_config = ConfigDict(extra="forbid", frozen=True, alias_generator=camel, populate_by_name=False)

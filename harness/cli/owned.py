"""The options of `shakedown run` for a cluster that runs already."""

from __future__ import annotations

import functools
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

import click

from harness.run import claiming, gate

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from harness.run.claiming import Claimed
    from harness.scenario.lint import Context

OPTIONS = (
    click.option("--kubeconfig", type=click.Path(path_type=Path), help="Of an existing cluster. [as kubectl]"),
    click.option("--context", metavar="NAME", default="", help="Of the kubeconfig: the existing cluster."),
    click.option(
        "--i-own-this-cluster", "owned", default="", metavar="NAME", help="The context's name again: it may be broken."
    ),
    click.option("--allow-cluster-faults", is_flag=True, help="More than a namespace of it may be broken."),
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Said:
    """What the options say."""

    kubeconfig: Path | None
    context: str
    owned: str
    allow_cluster_faults: bool

    def look(self, provider: str, argo: Sequence[str], nodes: int | None, clusters: int | None) -> Claimed | None:
        """None for a provider that starts its clusters, whose `nodes` and `clusters` are only said for these."""
        claim = claiming.claim(
            provider,
            self.kubeconfig,
            self.context,
            self.owned,
            cluster_faults=self.allow_cluster_faults,
            nodes=nodes,
            clusters=clusters,
        )
        return claiming.look(claim, argo) if claim else None

    def rules(self, provider: str, there: Claimed | None) -> Context:
        return gate.context(provider, cluster_faults=self.allow_cluster_faults, installed=there.argo if there else None)

    def arguments(self) -> Iterator[str]:
        """The same for pytest."""
        if self.kubeconfig:
            yield f"--kubeconfig={self.kubeconfig}"
        if self.context:
            yield f"--context={self.context}"
        if self.owned:
            yield f"--i-own-this-cluster={self.owned}"
        if self.allow_cluster_faults:
            yield "--allow-cluster-faults"


def options(command: Callable[..., Any]) -> Callable[..., Any]:
    """Hands them on together, as `cluster`."""

    @functools.wraps(command)
    def gathered(kubeconfig: Path | None, context: str, owned: str, allow_cluster_faults: bool, **rest: Any) -> Any:
        said = Said(kubeconfig=kubeconfig, context=context, owned=owned, allow_cluster_faults=allow_cluster_faults)
        return command(cluster=said, **rest)

    return functools.reduce(lambda wrapped, option: option(wrapped), reversed(OPTIONS), gathered)

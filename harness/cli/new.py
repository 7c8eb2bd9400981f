"""`shakedown new`: a first scenario from an existing workflow."""

from pathlib import Path

import click

from harness.scenario.draft import draft


@click.command()
@click.argument("workflow", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="Name of the scenario; that of the workflow's file where not given.")
def new(workflow: Path, name: str | None) -> None:
    """Draw up a first scenario from a workflow, and print it.

    \b
    shakedown new my-workflow.yaml > scenarios/my-workflow.yaml
    shakedown new examples/dag.yaml --name dag-loses-a-pod > scenarios/dag-loses-a-pod.yaml
    """
    click.echo(draft(workflow, name), nl=False)

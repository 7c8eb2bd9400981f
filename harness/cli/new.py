"""`shakedown new`: a first scenario from an existing workflow."""

import os
from pathlib import Path

import click

from harness.model.errors import MachineUnfit, UsageError
from harness.run.gate import context
from harness.scenario import schema
from harness.scenario.discover import HOME
from harness.scenario.draft import draft
from harness.scenario.lint.providers import LACKING


@click.command()
@click.argument("workflow", type=click.Path(path_type=Path))
@click.option("--name", metavar="NAME", help="Name of the scenario; that of the file where not given.")
@click.option("-o", "--output", type=click.Path(path_type=Path), metavar="FILE", help="Write to this file.")
@click.option(
    "--provider", default="local", show_default=True, type=click.Choice(list(LACKING)), help="Where it is to run."
)
def new(workflow: Path, name: str | None, output: Path | None, provider: str) -> None:
    """Draw up a first scenario from a workflow, and print it or write it to a file.

    Nothing is drawn up that lint would refuse. What is printed is meant for a file directly in scenarios/; with
    --output its first line names the schema from wherever the file goes.

    \b
    shakedown new my-workflow.yaml > scenarios/my-workflow.yaml
    shakedown new examples/dag.yaml -o scenarios/mine/dag-loses-a-pod.yaml
    """
    called = name or (output.stem if output else None)
    if output and called != output.stem:
        raise UsageError(f"{output} is not called {called}: a scenario is called as its file", cure="leave --name out")
    text = draft(workflow, called, schema=seen_from(output or HOME / "x"), context=context(provider))
    if output is None:
        click.echo(text, nl=False)
    else:
        write(output, text)
        click.echo(f"wrote {output}; see `shakedown lint {output}`")


def seen_from(file: Path) -> str:
    """The committed schema as an editor finds it from there."""
    return Path(os.path.relpath(HOME / schema.NAME, file.parent)).as_posix()


def write(file: Path, text: str) -> None:
    """What is there already may be somebody's work."""
    try:
        with file.open("x", encoding="utf-8") as stream:
            stream.write(text)
    except FileExistsError:
        raise UsageError(f"{file} exists", cure="choose another file") from None
    except OSError as error:
        raise MachineUnfit(f"{file} cannot be written: {error.strerror}", cure="choose another file") from error

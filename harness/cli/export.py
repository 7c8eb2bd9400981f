"""`shakedown export`: a scenario as a Chaos Toolkit experiment."""

import json
from collections.abc import Iterable, Iterator
from pathlib import Path
from typing import Any

import click
import yaml

from harness.chaos.exporting import experiment
from harness.cli.paths import SCENARIO
from harness.model.errors import MachineUnfit, UsageError
from harness.run.gate import context
from harness.scenario.discover import discover
from harness.scenario.lint import accept
from harness.scenario.problems import listed, nearest
from harness.scenario.types import Scenario


@click.command()
@click.argument("scenario", type=SCENARIO)
@click.option("--variant", help="Which one, where the file has several.")
@click.option("-o", "--output", type=click.Path(path_type=Path), help="File to write; JSON where it ends in .json.")
def export(scenario: Path, variant: str | None, output: Path | None) -> None:
    """Write a Chaos Toolkit experiment that does the same as a scenario, which is a file or a name in scenarios/.

    What Chaos Toolkit cannot say is listed in its description. Faults of the API need a cluster that was begun with
    --api-proxy.

    \b
    shakedown export task-result-lost -o experiment.yaml
    shakedown export scenarios/faults/delete-pod.yaml --variant force
    shakedown cluster up dev --argo v3.7.15
    chaos run experiment.yaml
    """
    made = experiment(chosen(scenario, variant))
    text = written(made, as_json=output is not None and output.suffix == ".json")
    if output is None:
        click.echo(text, nl=False)
        return
    try:
        output.write_text(text, encoding="utf-8")
    except OSError as error:
        raise MachineUnfit(f"{output} cannot be written: {error.strerror}", cure="choose another file") from error
    click.echo(f"wrote {output}; run it with `chaos run {output}`")


def chosen(path: Path, variant: str | None) -> Scenario:
    """Raises UsageError where the file leaves a choice, and ScenarioErrors where it is wrong."""
    files = discover((path,))
    if len(files) > 1:
        raise UsageError(
            f"{path} has {len(files)} scenarios, and one is wanted", cure=f"name one of {listed(stems(files))}"
        )
    found = {loaded.scenario.name.partition("@")[2]: loaded.scenario for loaded in accept(files, context("local"))}
    if variant is None and len(found) == 1:
        return next(iter(found.values()))
    if variant in found and variant:
        return found[variant]
    if not any(found):
        raise UsageError(f"{path} has no variants", cure="leave --variant out")
    if variant is None:
        raise UsageError(f"{path} has the variants {listed(found)}, and one is wanted", cure="name it with --variant")
    hint = nearest(variant, found)
    raise UsageError(f"{path} has no variant {variant!r}{hint}", cure=f"it has {listed(found)}")


def stems(files: Iterable[Path]) -> Iterator[str]:
    return (file.stem for file in files)


def written(made: dict[str, Any], *, as_json: bool) -> str:
    if as_json:
        return json.dumps(made, indent=2) + "\n"
    return yaml.dump(made, Dumper=Readable, sort_keys=False, allow_unicode=True, width=120)


class Readable(yaml.SafeDumper):
    """Scripts and lists in prose keep their lines."""


def _text(dumper: yaml.SafeDumper, text: str) -> yaml.ScalarNode:
    return dumper.represent_scalar("tag:yaml.org,2002:str", text, style="|" if "\n" in text else None)


Readable.add_representer(str, _text)

"""`shakedown schema`: the JSON Schema of scenario files."""

from pathlib import Path

import click

from harness.model.errors import UsageError
from harness.scenario import reference
from harness.scenario import schema as made

COMMITTED = Path("scenarios", made.NAME)


@click.command()
@click.option("--check", "check_only", is_flag=True, help=f"Only say whether {COMMITTED} is current.")
@click.option("--markdown", is_flag=True, help="The tables of docs/scenarios.md instead.")
def schema(check_only: bool, markdown: bool) -> None:
    """Print the JSON Schema of scenario files; editors find it by the first line of each scenario.

    \b
    shakedown schema > scenarios/scenario.schema.json
    shakedown schema --check
    """
    if markdown:
        click.echo(reference.markdown(), nl=False)
        return
    text = made.text()
    if not check_only:
        click.echo(text, nl=False)
        return
    if not COMMITTED.is_file() or COMMITTED.read_text(encoding="utf-8") != text:
        raise UsageError(f"{COMMITTED} is not what the types say", cure=f"shakedown schema > {COMMITTED}")
    click.echo(f"{COMMITTED} is current")

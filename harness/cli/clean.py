"""`shakedown clean`: what a killed run left, if anything."""

import json

import click

from harness.cluster.local import leftovers
from harness.model.errors import Exit


@click.command()
@click.option("--check", is_flag=True, help="Only list; exit 1 if there is anything.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def clean(check: bool, as_json: bool) -> int:
    """Undo what a killed run left: processes, mounts, cgroups, run folders.

    Clusters that are in use are left alone.

    \b
    shakedown clean --check
    shakedown clean
    """
    found = leftovers.find() if check else leftovers.remove()
    lines = [str(each) for each in found]
    if as_json:
        click.echo(json.dumps(lines, indent=2))
    else:
        click.echo("\n".join(lines) if lines else "nothing is left over")
    return Exit.FAIL if check and found else Exit.OK

"""`shakedown clean`: what a killed run left, if anything: faults that still stand, and parts of dead clusters."""

import json

import click

from harness.cluster.providers import PROVIDERS
from harness.model.errors import Exit
from harness.run import undoing


@click.command()
@click.option("--check", is_flag=True, help="Only list; exit 1 if there is anything.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def clean(check: bool, as_json: bool) -> int:
    """Undo what a killed run left: faults, processes, mounts, cgroups, run folders.

    Clusters that are in use are left alone.

    \b
    shakedown clean --check
    shakedown clean
    """
    lines, failed = listed() if check else removed()
    if as_json:
        click.echo(json.dumps(lines, indent=2))
    else:
        click.echo("\n".join(lines) if lines else "nothing is left over")
    return Exit.FAIL if failed else Exit.OK


def listed() -> tuple[list[str], bool]:
    """What there is, and whether there is anything."""
    lines = [f"fault {each}" for each in undoing.orphaned()]
    lines += [each for known in PROVIDERS.values() for each in known.left()]
    return lines, bool(lines)


def removed() -> tuple[list[str], bool]:
    """Faults first: a node is healed through its cluster. Whether something would not go."""
    faults = tuple(undoing.finish())
    lines = [f"fault {each}" for each in faults]
    lines += [each for known in PROVIDERS.values() for each in known.sweep()]
    return lines, any(each.problem for each in faults)

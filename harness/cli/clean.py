"""`shakedown clean`: what runs left: faults that still stand, clusters that were kept, and parts of dead clusters."""

import json
from dataclasses import dataclass

import click

from harness.cluster import keeping
from harness.cluster.providers import PROVIDERS
from harness.model.errors import Exit, HarnessError
from harness.run import undoing


@dataclass(frozen=True, slots=True, kw_only=True)
class Ended:
    """What became of a kept cluster; `problem` where it is still there."""

    name: str
    problem: str = ""

    def __str__(self) -> str:
        return f"{kept(self.name)}{f': NOT ENDED, {self.problem}' if self.problem else ''}"


@click.command()
@click.option("--check", is_flag=True, help="Only list; exit 1 if there is anything.")
@click.option("--json", "as_json", is_flag=True, help="For machines.")
def clean(check: bool, as_json: bool) -> int:
    """Undo what a killed run left: faults, processes, mounts, cgroups, run folders. End kept clusters.

    Clusters that are in use, and those of `shakedown cluster up`, are left alone.

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
    lines += [kept(name) for name in keeping.names() if keeping.free(name)]
    lines += [each for known in PROVIDERS.values() for each in known.left()]
    return lines, bool(lines)


def kept(name: str) -> str:
    return f"cluster {name}, kept by a run"


def removed() -> tuple[list[str], bool]:
    """Faults first: a node is healed through its cluster. Whether something would not go."""
    faults = tuple(undoing.finish())
    gone = tuple(filter(None, map(ended, keeping.names())))
    lines = [f"fault {each}" for each in faults]
    lines += [str(each) for each in gone]
    lines += [each for known in PROVIDERS.values() for each in known.sweep()]
    return lines, any(each.problem for each in faults) or any(each.problem for each in gone)


def ended(name: str) -> Ended | None:
    """Ends a kept cluster; None where a run has it."""
    hold = keeping.hold(name)
    if hold is None:
        return None
    try:
        for each in PROVIDERS.values():
            if name in each.clusters() and (running := each.attach(name)):
                running.close()
        keeping.forget(name)
    except HarnessError as error:
        return Ended(name=name, problem=str(error))
    finally:
        hold.release()
    return Ended(name=name)

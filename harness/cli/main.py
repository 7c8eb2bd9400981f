"""`shakedown`: one command line over everything. Commands are imported when they are called, so help is instant."""

import importlib
import os
import signal
import sys
from collections.abc import Mapping, Sequence
from typing import Any

import click

from harness import __version__
from harness.model.errors import Exit, HarnessError
from harness.scenario.problems import ScenarioErrors

COMMANDS: Mapping[str, str] = {
    "run": "harness.cli.run:run",
    "lint": "harness.cli.lint:lint",
    "matrix": "harness.cli.matrix:matrix",
    "judge": "harness.cli.judge:judge",
    "report": "harness.cli.report:report",
    "merge": "harness.cli.merge:merge",
    "compare": "harness.cli.compare:compare",
    "bundle": "harness.cli.bundle:bundle",
    "timeline": "harness.cli.timeline:timeline",
    "cluster": "harness.cli.cluster:cluster",
    "argo": "harness.cli.argo:argo",
    "clean": "harness.cli.clean:clean",
    "doctor": "harness.cli.doctor:doctor",
    "bench": "harness.cli.bench:bench",
    "schema": "harness.cli.schema:schema",
    "export": "harness.cli.export:export",
    "faults": "harness.cli.faults:faults",
    "new": "harness.cli.new:new",
}


class LazyGroup(click.Group):
    """Knows its commands by name and imports the one that is asked for."""

    def list_commands(self, ctx: click.Context) -> list[str]:
        return list(COMMANDS)

    def get_command(self, ctx: click.Context, cmd_name: str) -> click.Command | None:
        if cmd_name not in COMMANDS:
            return None
        module, name = COMMANDS[cmd_name].split(":")
        command: click.Command = getattr(importlib.import_module(module), name)
        return command


@click.group(cls=LazyGroup, context_settings={"help_option_names": ["-h", "--help"], "max_content_width": 110})
@click.version_option(__version__, prog_name="shakedown")
def shakedown() -> None:
    """Chaos and regression tests against real Argo Workflows installs.

    \b
    shakedown run scenarios/seeds --argo v3.5.10 --argo v3.7.15
    shakedown lint scenarios/
    shakedown doctor

    Exit codes: 0 all pass or known bug, 1 a fail, 2 wrong usage or a lint error, 3 inconclusive, 4 infra.
    """


def main(arguments: Sequence[str] | None = None) -> Any:
    """Entry point of the console script: every foreseen error is one line and an exit code."""
    # a CI system that cancels sends SIGTERM: what was finished is reported as after a Ctrl-C
    signal.signal(signal.SIGTERM, signal.default_int_handler)
    try:
        code = shakedown.main(args=None if arguments is None else list(arguments), standalone_mode=False)
    except click.exceptions.Abort:
        print("shakedown: stopped", file=sys.stderr)
        code = 130
    except click.ClickException as error:
        error.show()
        code = Exit.USAGE
    except ScenarioErrors as error:
        print(error, file=sys.stderr)
        code = error.exit_code
    except HarnessError as error:
        print(f"shakedown: {error}", file=sys.stderr)
        code = error.exit_code
    except BrokenPipeError:
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
        code = Exit.OK
    sys.exit(int(code or 0))

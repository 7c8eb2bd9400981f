"""`shakedown lint`: what is wrong with scenario files, without a cluster."""

import json
from pathlib import Path

import click

from harness.cli.paths import SCENARIO
from harness.model.errors import Exit
from harness.run.gate import context
from harness.scenario.discover import discover
from harness.scenario.lint import Findings, check
from harness.scenario.lint.providers import LACKING


@click.command()
@click.argument("scenarios", nargs=-1, type=SCENARIO)
@click.option("--json", "as_json", is_flag=True, help="For machines: a list of problems.")
@click.option(
    "--provider", default="local", show_default=True, type=click.Choice(list(LACKING)), help="Where clusters come from."
)
@click.option("--allow-cluster-faults", is_flag=True, help="Of an existing cluster: more than a namespace may break.")
def lint(scenarios: tuple[Path, ...], as_json: bool, provider: str, allow_cluster_faults: bool) -> int:
    """Check scenario files: what they say, and whether it can happen at all.

    Prints FILE:LINE:COLUMN: MESSAGE for each problem. Exit code 2 if there is an error, else 0.

    \b
    shakedown lint                                  every scenario in scenarios/
    shakedown lint scenarios/seeds/oom-main.yaml
    shakedown lint scenarios --provider kind        and what kind cannot do
    shakedown lint scenarios --json
    """
    paths = discover(scenarios or (Path("scenarios"),))
    findings = check(paths, context(provider, cluster_faults=allow_cluster_faults))
    click.echo(as_list(findings) if as_json else as_text(findings, len(paths)))
    return Exit.USAGE if findings.errors else Exit.OK


def as_text(findings: Findings, files: int) -> str:
    lines = [str(problem) for problem in findings.problems]
    errors, warnings = len(findings.errors), len(findings.problems) - len(findings.errors)
    told = [counted(errors, "error"), *([counted(warnings, "warning")] if warnings else [])]
    return "\n".join([*lines, f"{counted(files, 'file')}: {', '.join(told)}"])


def counted(number: int, noun: str) -> str:
    return f"{number or 'no'} {noun}{'' if number == 1 else 's'}"


def as_list(findings: Findings) -> str:
    return json.dumps(
        [
            {
                "path": str(problem.path),
                "line": problem.line,
                "column": problem.column,
                "severity": problem.severity,
                "message": problem.message,
            }
            for problem in findings.problems
        ],
        indent=2,
    )

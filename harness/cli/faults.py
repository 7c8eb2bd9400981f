"""`shakedown faults`: what a step can do."""

import json
import textwrap
from dataclasses import asdict

import click

from harness.model.errors import Exit
from harness.scenario.verbs import listing


@click.command()
@click.argument("words", nargs=-1)
@click.option("--json", "as_json", is_flag=True, help="For machines.")
@click.option("--markdown", is_flag=True, help="The page docs/faults.md.")
def faults(words: tuple[str, ...], as_json: bool, markdown: bool) -> int:
    """List the faults and actions of scenarios, or those in whose name or text all WORDS occur.

    \b
    shakedown faults
    shakedown faults memory
    shakedown faults --json
    """
    if markdown:
        click.echo(listing.markdown(), nl=False)
        return Exit.OK
    found = [each for each in listing.entries() if fits(each, words)]
    if as_json:
        click.echo(json.dumps([asdict(each) for each in found], indent=2))
    elif found:
        click.echo("\n\n".join(map(shown, found)))
    else:
        click.echo(f"nothing has {' and '.join(words)} in its name or text; `shakedown faults` lists all")
    return Exit.OK if found else Exit.USAGE


def fits(entry: listing.Entry, words: tuple[str, ...]) -> bool:
    text = f"{entry.name} {entry.group} {entry.text}".lower()
    return all(word.lower() in text for word in words)


def shown(entry: listing.Entry) -> str:
    head = f"{entry.group}: {{{entry.name}: {{{', '.join(entry.parameters)}}}}}"
    told = [entry.text, *(f"Not on {provider}: {why}." for provider, why in entry.refused.items())]
    return "\n".join(
        [head, *(textwrap.fill(each, 100, initial_indent="    ", subsequent_indent="    ") for each in told)]
    )

"""What a user does to a workflow with Argo's command line: retry, resubmit, stop, terminate, suspend, resume, delete.

The release's own binary is run, since for retry the logic lives in the command line and not in the controller (#13196).
"""

from pathlib import Path

from harness.faults.context import Context, Refused
from harness.scenario.verbs import Resubmit, Resume, Retry, Stop, WorkflowVerb


def inject(context: Context, action: WorkflowVerb) -> str:
    call(context, verb(action), context.workflow, *flags(action))
    return f"argo {verb(action)} {context.workflow}"


def call(context: Context, word: str, workflow: str | Path, *given: str) -> None:
    """Raises Refused with what it said where it did not end well."""
    if context.cli is None:
        raise Refused("there is no argo command line of this release here")
    result = context.cli.run(word, workflow, context.namespace, *given)
    output = (result.stdout + result.stderr).strip()
    context.journal.command(result.command, result.exit_code, output, result.seconds)
    if result.exit_code != 0:
        raise Refused(f"argo {word} ended with {result.exit_code}: {output or 'no output'}")


def verb(action: WorkflowVerb) -> str:
    return type(action).__name__.lower()


def flags(action: WorkflowVerb) -> tuple[str, ...]:
    match action:
        case Retry():
            return (*_flag("--restart-successful", given=action.restart_successful), *_selector(action))
        case Resubmit():
            return _flag("--memoized", given=action.memoized)
        case Stop():
            return (*(("--message", action.message) if action.message else ()), *_selector(action))
        case Resume():
            return _selector(action)
        case _:
            return ()


def _flag(word: str, *, given: bool) -> tuple[str, ...]:
    return (word,) if given else ()


def _selector(action: Retry | Stop | Resume) -> tuple[str, ...]:
    return ("--node-field-selector", action.node_field_selector) if action.node_field_selector else ()

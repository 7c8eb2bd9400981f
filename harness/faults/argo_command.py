"""What a user does to a workflow with Argo's command line: retry, stop, terminate, suspend, resume.

The release's own binary is run, since for retry the logic lives in the command line and not in the controller (#13196).
"""

from harness.faults.context import Context, Refused
from harness.scenario.verbs import Resume, Retry, Stop, Suspend, Terminate

Command = Retry | Stop | Terminate | Suspend | Resume


def inject(context: Context, action: Command) -> str:
    if context.cli is None:
        raise Refused("there is no argo command line of this release here")
    result = context.cli.run(verb(action), context.workflow, context.namespace, *flags(action))
    output = (result.stdout + result.stderr).strip()
    context.journal.command(result.command, result.exit_code, output, result.seconds)
    if result.exit_code != 0:
        raise Refused(f"argo {verb(action)} ended with {result.exit_code}: {output or 'no output'}")
    return f"argo {verb(action)} {context.workflow}"


def verb(action: Command) -> str:
    return type(action).__name__.lower()


def flags(action: Command) -> tuple[str, ...]:
    if not isinstance(action, Retry):
        return ()
    restart = ("--restart-successful",) if action.restart_successful else ()
    return restart + (("--node-field-selector", action.node_field_selector) if action.node_field_selector else ())

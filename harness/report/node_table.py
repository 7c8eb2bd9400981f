"""How every node of a workflow ended, and how that compares with what was expected, as plain aligned text."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from harness.model.verdicts import Check
    from harness.model.workflow import Node, Workflow

_NODE_HEAD: Final = ("node", "template", "type", "phase", "started", "took", "attempts", "message")
_CHECK_HEAD: Final = ("", "expected of", "expected", "seen", "line")


def nodes(workflow: Workflow) -> str:
    """In the order in which they started; `started` counts from the start of the workflow."""
    ordered = sorted(workflow.nodes.values(), key=lambda node: (node.started_at or float("inf"), node.name))
    return align([_NODE_HEAD, *(_row(node, workflow) for node in ordered)])


def checks(found: Iterable[Check]) -> str:
    """Every line of the expectation with what was seen, those that do not hold first."""
    ordered = sorted(found, key=lambda check: check.holds)
    return align([_CHECK_HEAD, *(_check(check) for check in ordered)])


def difference(found: Iterable[Check]) -> str:
    """What does not hold as a diff, each line of the expectation under a head of its own; "" where all holds."""
    wrong = [check for check in found if not check.holds]
    lines = ["--- expected", "+++ seen"]
    for check in wrong:
        lines.append(f"@@ {check.name}{f' (line {check.line})' if check.line else ''} @@")
        lines += [f"-{line}" for line in check.expected.splitlines()]
        lines += [f"+{line}" for line in check.seen.splitlines()]
    return "".join(f"{line}\n" for line in lines) if wrong else ""


def _check(check: Check) -> tuple[str, ...]:
    line = str(check.line) if check.line else ""
    return "ok" if check.holds else "NOT", check.name, check.expected, check.seen, line


def _row(node: Node, workflow: Workflow) -> tuple[str, ...]:
    attempts = len(list(workflow.attempts(node))) if node.type == "Retry" else 0
    return (
        node.display_name or node.name,
        node.template,
        node.type,
        node.phase or "-",
        _seconds(workflow.started_at, node.started_at, sign="+"),
        _seconds(node.started_at, node.finished_at),
        str(attempts) if attempts else "",
        node.message,
    )


def _seconds(start: float | None, end: float | None, sign: str = "") -> str:
    return "-" if start is None or end is None else f"{sign}{max(end - start, 0):.0f}s"


def align(rows: Sequence[Sequence[str]]) -> str:
    """The last column is as wide as it likes."""
    flat = [[" ".join(cell.split()) for cell in row] for row in rows]
    widths = [max(len(row[i]) for row in flat) for i in range(len(flat[0]))]
    return "".join(
        "  ".join(f"{cell:<{w}}" for cell, w in zip(row, widths, strict=True)).rstrip() + "\n" for row in flat
    )

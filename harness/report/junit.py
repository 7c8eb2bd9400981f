"""JUnit XML for the many tools that read nothing else, with the file and line of the scenario, so that a finding can be
shown where somebody can act on it.

pytest could write one too, but it times the waiting of its items, and knows nothing of cells that were never reached.
"""

from __future__ import annotations

import re
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Final
from xml.etree import ElementTree

from harness.model.verdicts import Verdict
from harness.report import again, kinds, links, node_table
from harness.report.plan import NOTHING, Plan

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from harness.model.cells import CellResult, RunInfo
    from harness.model.column import Column

FILE: Final = "junit.xml"
_ELEMENTS: Final = {
    Verdict.FAIL: "failure",
    Verdict.FIXED: "failure",
    Verdict.INCONCLUSIVE: "error",
    Verdict.INFRA: "error",
    Verdict.KNOWN_BUG: "skipped",
    Verdict.SKIPPED: "skipped",
}
_NOT_RUN: Final = "no result: the run ended before its turn, or its job brought none"
_UNLAWFUL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, and logs and messages do."""


def render(run: RunInfo, cells: Sequence[CellResult], plan: Plan = NOTHING) -> str:
    """One suite for each column of the grid. A cell that was never reached is an error: what is missing is no green."""
    ran = {(cell.scenario, cell.column) for cell in cells}
    missing = [cell for cell in plan.cells if cell not in ran]
    root = ElementTree.Element("testsuites", name=f"Argo Shakedown {_lawful(run.name)}")
    used = (*run.columns, *(cell.column for cell in cells), *(column for _, column in missing))
    for column in dict.fromkeys(used):
        suite = ElementTree.SubElement(root, "testsuite")
        kubernetes = column.kubernetes or run.on
        _properties(suite, [("argo", column.argo), ("kubernetes", kubernetes), ("provider", run.provider)])
        mine = [cell for cell in cells if cell.column == column]
        suite.extend(_case(cell) for cell in mine)
        suite.extend(_missing(name, column, plan) for name, where in missing if where == column)
        _count(suite, f"Argo {column}", run, sum(cell.seconds for cell in mine))
    _count(root, root.get("name", ""), run, sum(cell.seconds for cell in cells))
    ElementTree.indent(root, " ")
    return ElementTree.tostring(root, encoding="unicode", xml_declaration=True) + "\n"


def _count(element: ElementTree.Element, name: str, run: RunInfo, seconds: float) -> None:
    counts = {"tests": "testcase", "failures": "failure", "errors": "error", "skipped": "skipped"}
    element.set("name", _lawful(name))
    for attribute, tag in counts.items():
        element.set(attribute, str(len(list(element.iter(tag)))))
    element.set("time", f"{seconds:.3f}")
    element.set("timestamp", datetime.fromtimestamp(run.started, UTC).isoformat(timespec="seconds"))


def _case(cell: CellResult) -> ElementTree.Element:
    case = ElementTree.Element(
        "testcase",
        name=_lawful(cell.id),
        classname=_lawful(cell.source.with_suffix("").as_posix().replace("/", ".").strip(".")),
        file=_lawful(cell.source.as_posix()),
        line=str(cell.line),
        time=f"{max(cell.seconds, 0):.3f}",
    )
    _properties(case, _facts(cell))
    if tag := _ELEMENTS.get(cell.judgement.verdict):
        message = _lawful(cell.judgement.reason)
        element = ElementTree.SubElement(case, tag, message=message, type=cell.judgement.verdict.value)
        element.text = _lawful("\n".join(_told(cell)))
    return case


def _facts(cell: CellResult) -> Iterator[tuple[str, str]]:
    yield "argo", cell.argo
    yield "kubernetes", cell.kubernetes
    yield "verdict", cell.judgement.verdict.value
    if kind := kinds.kind_of(cell.judgement):
        yield "kind", kind.value
    if cell.judgement.cause:
        yield "cause", cell.judgement.cause.value
    if cell.judgement.link:
        yield "known-bug", links.url(cell.judgement.link) or cell.judgement.link


def _told(cell: CellResult) -> Iterator[str]:
    """What does not hold, and how to see it again."""
    wrong = [check for check in cell.judgement.checks if not check.holds]
    if wrong:
        yield node_table.checks(wrong)
    yield from (f"invariant {v.invariant}: {v.message}" for v in cell.judgement.violations if not v.waived)
    yield f"again: {again.command(cell)}"


def _missing(name: str, column: Column, plan: Plan) -> ElementTree.Element:
    case = ElementTree.Element("testcase", name=_lawful(f"{name}[{column.id}]"), classname=_lawful(name), time="0.000")
    known = [("argo", column.argo), *([("kubernetes", column.kubernetes)] if column.kubernetes else [])]
    _properties(case, [*known, ("verdict", "not-run")])
    why = plan.lacking(column) or _NOT_RUN
    ElementTree.SubElement(case, "error", message=_lawful(why), type="not-run")
    return case


def _properties(parent: ElementTree.Element, facts: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> None:
    properties = ElementTree.SubElement(parent, "properties")
    for name, value in facts:
        ElementTree.SubElement(properties, "property", name=name, value=_lawful(value))


def _lawful(text: str) -> str:
    return _UNLAWFUL.sub("\N{REPLACEMENT CHARACTER}", text)

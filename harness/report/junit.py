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

FILE: Final = "junit.xml"
_ELEMENTS: Final = {
    Verdict.FAIL: "failure",
    Verdict.FIXED: "failure",
    Verdict.INCONCLUSIVE: "error",
    Verdict.INFRA: "error",
    Verdict.KNOWN_BUG: "skipped",
    Verdict.SKIPPED: "skipped",
}
_NOT_RUN: Final = "the run ended before its turn"
_UNLAWFUL: Final = re.compile("[^\t\n\r\u0020-\ud7ff\ue000-\ufffd\U00010000-\U0010ffff]")
"""What no XML may hold, and logs and messages do."""


def render(run: RunInfo, cells: Sequence[CellResult], plan: Plan = NOTHING) -> str:
    """One suite for each release. A cell that was never reached is an error: nothing that is missing is green."""
    ran = {(cell.scenario, cell.argo) for cell in cells}
    missing = [cell for cell in plan.cells if cell not in ran]
    root = ElementTree.Element("testsuites", name=f"Argo Shakedown {_lawful(run.name)}")
    for argo in dict.fromkeys((*run.argo, *(cell.argo for cell in cells), *(argo for _, argo in missing))):
        suite = ElementTree.SubElement(root, "testsuite")
        _properties(suite, [("argo", argo), ("kubernetes", run.kubernetes), ("provider", run.provider)])
        mine = [cell for cell in cells if cell.argo == argo]
        suite.extend(_case(cell) for cell in mine)
        suite.extend(_missing(name, argo, plan) for name, release in missing if release == argo)
        _count(suite, f"Argo {argo}", run, sum(cell.seconds for cell in mine))
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
        name=_lawful(f"{cell.scenario}[{cell.argo}]"),
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


def _missing(name: str, argo: str, plan: Plan) -> ElementTree.Element:
    case = ElementTree.Element("testcase", name=_lawful(f"{name}[{argo}]"), classname=_lawful(name), time="0.000")
    _properties(case, [("argo", argo), ("verdict", "not-run")])
    why = plan.unavailable.get(argo, _NOT_RUN)
    ElementTree.SubElement(case, "error", message=_lawful(why), type="not-run")
    return case


def _properties(parent: ElementTree.Element, facts: Sequence[tuple[str, str]] | Iterator[tuple[str, str]]) -> None:
    properties = ElementTree.SubElement(parent, "properties")
    for name, value in facts:
        ElementTree.SubElement(properties, "property", name=name, value=_lawful(value))


def _lawful(text: str) -> str:
    return _UNLAWFUL.sub("\N{REPLACEMENT CHARACTER}", text)

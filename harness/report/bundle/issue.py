"""`issue.md`: the answers to Argo's issue form, under its own headings, as a browser would post them.

The regression and the bug form of argo-workflows ask the same six things; which of the two fits is measured.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Final

from harness.model.verdicts import Verdict
from harness.report import links, node_table
from harness.report.bundle import affected, documents, repro, versions
from harness.report.bundle.logs import CONTROLLER

if TYPE_CHECKING:
    from collections.abc import Iterator

    from harness.report.bundle.affected import Measured
    from harness.report.bundle.evidence import Evidence

MOST: Final = 65_536
"""Characters that GitHub takes."""
HEADINGS: Final = (
    "Pre-requisites",
    "What happened? What did you expect to happen?",
    "Version(s)",
    "Paste a minimal workflow that reproduces the issue. We must be able to run the workflow; "
    "don't enter a workflow that uses private images.",
    "Logs from the workflow controller",
    "Logs from in your workflow's wait container",
)
STATEMENTS: Final = (
    "I have double-checked my configuration",
    "I have tested with the `:latest` image tag (i.e. `quay.io/argoproj/workflow-controller:latest`) and can confirm "
    "the issue still exists on `:latest`. If not, I have explained why, **in detail**, in my description below.",
    "I have searched existing issues and could not find a match for this bug",
    "I'd like to contribute the fix myself (see [contributing guide]"
    "(https://github.com/argoproj/argo-workflows/blob/main/docs/CONTRIBUTING.md))",
)
_FORM: Final = "https://github.com/argoproj/argo-workflows/issues/new?template="
_STORY, _TABLE, _VERSIONS, _WORKFLOW, _CONTROLLER, _WAIT = 4_000, 10_000, 10_000, 14_000, 14_000, 8_000
"""Characters for each part; together with all that stands around them they stay below `MOST`."""


def page(evidence: Evidence, bundle: str) -> str:
    measured = affected.measure(evidence.cells)
    answers = (
        _statements(),
        _story(evidence, measured, bundle),
        _versions(evidence, measured),
        _fenced(_cut(documents.workflow(evidence), _WORKFLOW, documents.WORKFLOW), "YAML"),
        _fenced(_controller(evidence), "text"),
        _fenced(_wait(evidence), "text"),
    )
    parts = [f"### {heading}\n\n{answer.rstrip()}\n" for heading, answer in zip(HEADINGS, answers, strict=True)]
    return "\n".join([_hint(evidence, measured), *parts])


def _hint(evidence: Evidence, measured: tuple[Measured, ...]) -> str:
    """For whoever pastes it; GitHub does not show it."""
    form = "regression" if affected.last_good(measured) else "bug_report"
    title = _comment(f"{evidence.cell.argo}: {evidence.cell.title}: {_flat(evidence.cell.judgement.reason)}"[:200])
    private = ", ".join(documents.private_images(evidence.spec.get("workflow") or {}))
    images = f"Replace the images that not everybody can pull: {_comment(private)}\n" if private else ""
    return f"<!--\nForm: {_FORM}{form}.yaml\nTitle: {title}\n{images}Read it before you post it.\n-->\n"


def _statements() -> str:
    return "<!-- Tick what is true. -->\n" + "".join(f"- [ ] {statement}\n" for statement in STATEMENTS)


def _story(evidence: Evidence, measured: tuple[Measured, ...], bundle: str) -> str:
    cell, judgement = evidence.cell, evidence.cell.judgement
    parts = [
        f"**Seen on {cell.argo}**: {_cut(_flat(judgement.reason), _STORY)}",
        *_done(evidence),
        *_broken(evidence),
        f"**Expected** ({cell.title}):",
        _fenced(_cut(documents.written(dict(evidence.spec.get("expect", {}))), _STORY, documents.SCENARIO), "yaml"),
        *_nodes(evidence),
        _latest(measured),
        *_related(evidence),
        "Measured with a test harness on real Argo and Kubernetes, each fault proven from what the cluster shows. One "
        f"command shows it again (lines before it in `repro.md` of {bundle}):",
        _fenced(repro.command(cell), "sh"),
    ]
    return "\n\n".join(part.rstrip() for part in parts)


def _done(evidence: Evidence) -> Iterator[str]:
    landings = evidence.cell.judgement.landings
    if landings:
        yield "**Done to it** (all times and proofs in `faults.md`):"
        lines = [
            f"{landing.step + 1}. `{landing.verb}`: {_flat(landing.proof or landing.problem)}" for landing in landings
        ]
        yield _cut("\n".join(lines), _STORY)


def _broken(evidence: Evidence) -> Iterator[str]:
    judgement = evidence.cell.judgement
    broken = [f"- `{found.invariant}`: {_flat(found.message)}" for found in judgement.violations if not found.waived]
    if judgement.checks:
        yield (
            "**The symptom, line by line**:" if judgement.verdict is Verdict.KNOWN_BUG else "**Expected against seen**:"
        )
        yield _fenced(_cut(node_table.checks(judgement.checks), _STORY), "text")
    if broken:
        yield "**Never lawful, whatever is expected**:"
        yield _cut("\n".join(broken), _STORY)


def _nodes(evidence: Evidence) -> Iterator[str]:
    workflow = evidence.workflow
    if workflow is not None:
        completed = "true" if workflow.completed else "not true"
        yield f"The workflow in the end: phase `{workflow.phase or 'none'}`, label `completed` {completed}. Its nodes:"
        yield _fenced(_cut(node_table.nodes(workflow), _TABLE, "status-timeline.txt"), "text")


def _latest(measured: tuple[Measured, ...]) -> str:
    newest = measured[-1]
    clean = [found.argo for found in measured if found.clean]
    words = f"`:latest` was not tested, released versions were; the newest of them is {newest.argo}"
    if newest.affected:
        return f"{words}, and it is affected."
    return f"{words}. Not seen on {', '.join(clean)}." if clean else f"{words}."


def _related(evidence: Evidence) -> Iterator[str]:
    known = dict.fromkeys((evidence.cell.judgement.link, *evidence.cell.links))
    named = [f"[{links.label(link)}]({links.url(link)})" for link in known if link and links.url(link)]
    if named:
        yield f"Related: {', '.join(named)}"


def _versions(evidence: Evidence, measured: tuple[Measured, ...]) -> str:
    named = ", ".join(found.argo for found in measured if found.affected) or f"none measured ({evidence.cell.argo})"
    good = affected.last_good(measured)
    rows = [f"| {found.argo} | {found.runs} | {found.verdict} | {_row(found.reason)} |" for found in measured]
    lines = [
        f"{named}{f' (last good: {good})' if good else ''}",
        "",
        "| release | runs in which it showed | verdict | reason |",
        "|---|---|---|---|",
        *rows,
        "",
        versions.table(versions.record(evidence)),
    ]
    return _cut("\n".join(lines), _VERSIONS, "versions.md")


def _controller(evidence: Evidence) -> str:
    text = evidence.logs.controller or "(there is none: the controller said nothing of this workflow)\n"
    return _cut(text, _CONTROLLER, CONTROLLER)


def _wait(evidence: Evidence) -> str:
    kept, lacking = list(evidence.logs.of("wait")), list(evidence.logs.lacking("wait"))
    share = _WAIT // max(len(kept), 1)
    shown = [f"# pod {pod}\n{_cut(text, max(share, 500), f'wait-{pod}.log')}" for pod, text in kept]
    gone = [f"# pod {pod}: no log: {why}\n" for pod, why in lacking]
    return _cut("\n".join([*shown, *gone]), 2 * _WAIT) or "(no pod was made)\n"


def _cut(text: str, most: int, whole: str = "") -> str:
    """The beginning and, since that matters more, the end, in whole lines where there are any."""
    if len(text) <= most:
        return text
    where = f"; all of it is in {whole}" if whole else ""
    head, tail = text[: most // 4], text[-most // 2 :]
    head, tail = head.rpartition("\n")[0] or head, tail.partition("\n")[2] or tail
    return f"{head}\n... {len(text) - len(head) - len(tail)} characters are left out here{where} ...\n{tail}"


def _fenced(text: str, language: str) -> str:
    """With more backticks than the text has in a row, so that it cannot end its own block."""
    longest = max((len(ticks) for ticks in re.findall("`+", text)), default=0)
    fence = "`" * max(3, longest + 1)
    return f"{fence}{language}\n{text.rstrip()}\n{fence}"


def _flat(text: str) -> str:
    return " ".join(text.split())


def _row(text: str) -> str:
    return _cut(_flat(text), 300).replace("\n", " ").replace("|", "\\|")


def _comment(text: str) -> str:
    return text.replace("--", "- -")

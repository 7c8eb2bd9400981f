"""Keeps what a reader needs besides the history: logs, before the namespace goes."""

from collections.abc import Iterable
from dataclasses import dataclass
from itertools import chain, islice
from pathlib import Path

from harness.model.errors import HarnessError
from harness.oracles.invariants.log_lines import CONTRADICTION, PANIC
from harness.run import controller_logs
from harness.run.capped import capped
from harness.run.site import Site

WHOLE = "controller-whole.log"
SUSPICIOUS_LINES = 20
LINE_LENGTH = 500


def controller_log(site: Site, namespace: str, since: float, folder: Path, *, whole: bool = False) -> Path | None:
    """The lines of the controllers' logs that speak of this cell's namespace; with `whole`, all lines in a file beside
    it. What could not be read is said in its place."""
    lines: list[str] = []
    for controller in controller_logs.said(site, since):
        if controller.lost:
            told = f"could not be read, or not all of it: {controller.lost}"
            lines.append(f"(the log of {controller.pod}, which served {namespace}, {told})")
        lines += controller.lines
    if whole:
        keep(folder / WHOLE, capped("\n".join(lines)))
    return keep(folder / "controller.log", capped("\n".join(line for line in lines if namespace in line)))


@dataclass(frozen=True, slots=True, kw_only=True)
class Suspicious:
    """Lines that should not be there; `asked` is whether all that was said could be read, so that none means none."""

    lines: tuple[str, ...] = ()
    asked: bool = False


def suspicious_lines(site: Site, namespace: str, since: float) -> Suspicious:
    """What the controllers should never have said of this cell."""
    try:
        said = controller_logs.said(site, since)
    except HarnessError:
        return Suspicious()
    found = suspicious((line for controller in said for line in controller.lines), namespace)
    return Suspicious(lines=found, asked=not any(controller.lost for controller in said))


def suspicious(lines: Iterable[str], namespace: str) -> tuple[str, ...]:
    """The panics first, or what is said a hundred times would hide one. A line that names no namespace may be about
    this one, too."""
    ours = [line for line in lines if namespace in line or "namespace=" not in line]
    panics = [line for line in ours if PANIC.search(line)]
    others = (line for line in ours if CONTRADICTION.search(line) and not PANIC.search(line))
    return tuple(map(_short, islice(chain(panics, others), SUSPICIOUS_LINES)))


def _short(line: str) -> str:
    """What makes it suspicious stays, also where a trace of the stack stands before it."""
    found = PANIC.search(line) or CONTRADICTION.search(line)
    begin = 0 if found is None or found.end() <= LINE_LENGTH else found.start()
    return line[begin : begin + LINE_LENGTH]


def keep(path: Path, text: str) -> Path | None:
    if not text.strip():
        return None
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path

"""One HTML file over all releases, made by a pinned Allure 3; a run succeeds without it."""

from __future__ import annotations

import hashlib
import shutil
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.build import cache
from harness.model.errors import HarnessError, UsageError
from harness.report import allure_config, allure_fitting, allure_quiet, links, node, targets

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from harness.model.cells import RunInfo

PINNED: Final = Path(__file__).parent / "allure3"
_FILES: Final = ("package.json", "package-lock.json")
_INSTALL_SECONDS: Final = 300
"""A cold install takes 11 s with a near registry."""
_GENERATE_SECONDS: Final = 180
"""600 results take 3 s."""
_GATE_FAILED: Final = "Quality Gate failed with following issues:"
_GATE_LINES: Final = 20
_OUTPUT: Final = "made"
_CONFIG: Final = "allurerc.mjs"
_INSTALL_BYTES: Final = 200 << 20
_NPM_CI: Final = ("ci", "--ignore-scripts", "--no-audit", "--no-fund", "--fetch-retries=2", "--fetch-timeout=60000")


def generate(run: RunInfo, results: Path, attachments: Mapping[str, str] | None = None, *, record: bool = True) -> str:
    """Makes `index.html` in the run's folder. Returns "" or, where that cannot be, one line with reason and cure.

    `attachments` are files, by name, that belong to the run as a whole; `record` adds the run to the trends.
    """
    if not results.is_dir() or not any(results.glob("*-result.json")):
        return "the Allure report was left out: there are no Allure results; run with --alluredir"
    try:
        _generate(run, results, attachments or {}, record=record)
    except (HarnessError, OSError) as error:
        return f"the Allure report was left out: {error}"
    return ""


def gate(run: RunInfo, results: Path, cells: int) -> str:
    """What the quality gate complains about, "" if nothing: something failed, or is missing of so many cells. Raises
    HarnessError where it cannot be asked."""
    if not results.is_dir():
        raise UsageError(f"{run.folder} has no Allure results", cure="name the folder of a run that was not moved")
    with _prepared(run, results, {}, record=False, cells=cells) as (work, allure):
        command = [*allure, "quality-gate", "--config", _CONFIG]
        try:
            node.call(command, cwd=work, seconds=_GENERATE_SECONDS, told=_GATE_LINES)
        except node.RenderingFailed as error:
            _, found, complaints = error.message.partition(_GATE_FAILED)
            if not found:
                raise
            return complaints.strip(" |")
    return ""


def _generate(run: RunInfo, results: Path, attachments: Mapping[str, str], *, record: bool) -> None:
    with _prepared(run, results, attachments, record=record) as (work, allure):
        made = _render(work, run.folder.parent / allure_config.HISTORY, allure)
        made.write_text(allure_quiet.quieted(made.read_text(encoding="utf-8")), encoding="utf-8")
        made.replace(run.folder / targets.ALLURE)


@contextmanager
def _prepared(
    run: RunInfo, results: Path, attachments: Mapping[str, str], *, record: bool, cells: int = 0
) -> Iterator[tuple[Path, Sequence[str]]]:
    """A working folder with all that Allure needs, and the program."""
    tools = node.find()
    program = install(tools) / "node_modules" / "allure" / "cli.js"
    work = run.folder / ".allure"
    shutil.rmtree(work, ignore_errors=True)
    work.mkdir(parents=True)
    try:
        for name, text in attachments.items():
            (work / name).write_text(text, encoding="utf-8")
        config = allure_config.render(
            run,
            results=links.relative(allure_fitting.fitted(results, work / "results"), work),
            output=_OUTPUT,
            history=links.relative(run.folder.parent / allure_config.HISTORY, work),
            attachments=tuple(attachments),
            record=record,
            cells=cells,
        )
        (work / _CONFIG).write_text(config, encoding="utf-8")
        yield work, [str(tools.node), str(program)]
    finally:
        shutil.rmtree(work, ignore_errors=True)


def _render(work: Path, history: Path, allure: Sequence[str]) -> Path:
    """Allure takes every path relative to its working directory, so none of this machine gets into the report."""
    with cache.locked(f"allure-history-{hashlib.sha256(bytes(history.resolve())).hexdigest()[:12]}"):
        said = node.call([*allure, "generate", "--config", _CONFIG], cwd=work, seconds=_GENERATE_SECONDS)
    made = work / _OUTPUT / "index.html"
    if not made.is_file():
        raise node.RenderingFailed(
            f"allure wrote no index.html; it said last: {' '.join(said.split())[-300:] or 'nothing'}"
        )
    return made


def install(tools: node.Node) -> Path:
    """The folder with the pinned renderer, installed once per lock file."""
    digest = hashlib.sha256(b"".join((PINNED / name).read_bytes() for name in _FILES)).hexdigest()[:16]

    def make(folder: Path) -> None:
        for name in _FILES:
            shutil.copyfile(PINNED / name, folder / name)
        node.call([*tools.npm, *_NPM_CI], cwd=folder, seconds=_INSTALL_SECONDS)

    return cache.ensure(f"allure/{digest}", make, needs_bytes=_INSTALL_BYTES)

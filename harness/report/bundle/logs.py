"""The logs of a cell: those that were kept, and for every other container why there is none."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Final

from harness.model.events import Seen, Verb
from harness.model.pods import Pod
from harness.run.evidence import WHOLE
from harness.run.pod_logs import MISSING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping
    from pathlib import Path

    from harness.model.cells import Artefacts
    from harness.model.events import AnyEntry
    from harness.report.redaction import Redactor

CONTROLLER: Final = "controller.log"
_UNSAFE: Final = re.compile(r'[<>:"/\\|?*\x00-\x1f]')


@dataclass(frozen=True, slots=True, kw_only=True)
class Logs:
    """`kept` is text by name of the file; `missing` says of a container why there is none."""

    controller: str
    kept: Mapping[str, str]
    missing: Mapping[str, str]
    whole: str = ""

    @classmethod
    def read(cls, files: Artefacts, namespace: str, entries: Iterable[AnyEntry], redactor: Redactor) -> Logs:
        kept = {redactor.text(log.name): redactor.text(_text(log)) for log in files.logs if log.is_file()}
        told = {redactor.text(name): redactor.text(why) for name, why in _told(files.folder / "logs" / MISSING)}
        gone = {name: why for name, why in _unkept(namespace, entries) if f"{name}.log" not in kept}
        slice_ = files.controller_log
        return cls(
            controller=redactor.text(_text(slice_)) if slice_ and slice_.is_file() else "",
            kept=kept,
            missing={name: told.get(name, why) for name, why in {**gone, **told}.items()},
            whole=redactor.text(_text(files.folder / WHOLE)) if (files.folder / WHOLE).is_file() else "",
        )

    def of(self, container: str) -> Iterator[tuple[str, str]]:
        """Pod and log of every container of that name, told apart from the pods that have none."""
        for name, text in sorted(self.kept.items()):
            pod, _, found = name.removesuffix(".log").rpartition(".")
            if found == container:
                yield pod, text

    def lacking(self, container: str) -> Iterator[tuple[str, str]]:
        for name, why in sorted(self.missing.items()):
            pod, _, found = name.rpartition(".")
            if found == container:
                yield pod, why

    def files(self) -> Iterator[tuple[str, str]]:
        """Name in the zip and text, the container first."""
        if self.controller:
            yield CONTROLLER, self.controller
        if self.whole:
            yield WHOLE, self.whole
        for name, text in sorted(self.kept.items()):
            yield member(name), text

    def page(self) -> str:
        """`logs.md`: what is there, and what is not."""
        lines = ["# Logs", "", "| container | file |", "|---|---|"]
        lines.append(f"| workflow controller | {CONTROLLER if self.controller else '**missing**: it said nothing'} |")
        lines += [f"| {name.removesuffix('.log')} | {member(name)} |" for name in sorted(self.kept)]
        lines += [f"| {name} | **missing**: {why} |" for name, why in sorted(self.missing.items())]
        return "\n".join([*lines, ""])


def member(name: str) -> str:
    """`POD.CONTAINER.log` as `CONTAINER-POD.log`, with no character that some system refuses."""
    pod, _, container = name.removesuffix(".log").rpartition(".")
    return _UNSAFE.sub("_", f"{container}-{pod}.log")


def _text(path: Path) -> str:
    try:
        return path.read_text(encoding="utf-8", errors="replace")
    except OSError as error:
        return f"(this log was kept, but cannot be read any more: {error.strerror})\n"


def _told(path: Path) -> Iterator[tuple[str, str]]:
    if path.is_file():
        for line in _text(path).splitlines():
            name, _, why = line.partition(": ")
            yield name, why


def _unkept(namespace: str, entries: Iterable[AnyEntry]) -> Iterator[tuple[str, str]]:
    """Containers of every pod of the cell, with what is to be said where there is no log."""
    for entry in entries:
        if isinstance(entry, Seen) and isinstance(entry.object, Pod) and entry.object.namespace == namespace:
            deleted = entry.verb is Verb.DELETED
            why = "its pod was deleted, and the log with it" if deleted else "not kept by the run"
            for container in entry.object.containers:
                if not container.init:
                    yield f"{entry.object.name}.{container.name}", why

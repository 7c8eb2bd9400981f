"""Which files below a folder are scenarios: the one rule that `run`, `lint` and pytest's collection share."""

from __future__ import annotations

import difflib
import os
import re
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.model.errors import UsageError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SUFFIXES: Final = (".yaml", ".yml")
KUBERNETES: Final = re.compile(rb"^(apiVersion|kind):", re.MULTILINE)
PARTS: Final = re.compile(rb"^(workflow|expect):", re.MULTILINE)
HOME: Final = Path("scenarios")


def discover(paths: Iterable[Path | str]) -> tuple[Path, ...]:
    """The named files and the scenarios below the named folders, in order, each once. Raises UsageError."""
    found: dict[Path, None] = {}
    for path in map(Path, paths):
        found.update(dict.fromkeys(at(path)))
    return tuple(found)


def at(path: Path) -> list[Path]:
    if not is_folder(path):
        return [path if path.suffix or path.is_file() else by_name(path)]
    if below := sorted(files(path)):
        return below
    raise UsageError(f"no scenario below {path}", cure="shakedown new draws up a first one")


def is_folder(path: Path) -> bool:
    try:
        return path.is_dir()
    except OSError:
        return False


def files(folder: Path) -> Iterator[Path]:
    for root, folders, names in os.walk(folder):
        folders[:] = [name for name in folders if not name.startswith(".")]
        for name in names:
            path = Path(root, name)
            if is_scenario(path):
                yield path


def is_scenario(path: Path, *, named: bool = False) -> bool:
    """Whether the file is taken for a scenario; `named` by the user, it need not look like one."""
    return path.suffix in SUFFIXES and (named or not (path.name.startswith(".") or is_object(path)))


def is_object(path: Path) -> bool:
    """Whether it is a Kubernetes object, such as a Workflow that a scenario names."""
    return KUBERNETES.search(beginning(path)) is not None


def looks_like_one(path: Path) -> bool:
    """Whether a file that nobody called a scenario has what every scenario has."""
    return path.suffix in SUFFIXES and set(PARTS.findall(beginning(path))) == {b"workflow", b"expect"}


def beginning(path: Path) -> bytes:
    try:
        with path.open("rb") as file:
            return file.read(65536)
    except OSError:
        return b""


def by_name(name: Path) -> Path:
    """The scenario of that name in `scenarios/`."""
    known = {path.stem: path for path in files(HOME)}
    if found := known.get(str(name)):
        return found
    close = difflib.get_close_matches(str(name)[:60], list(known), n=1)
    raise UsageError(f"no such file, folder or scenario: {name}", cure=f"did you mean {close[0]}?" if close else None)

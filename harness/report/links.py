"""References of scenarios and files of a run, as something that a reader can click on."""

from __future__ import annotations

import os
import re
from pathlib import Path
from typing import Final

_ISSUE: Final = re.compile(r"([\w.-]+/[\w.-]+)#(\d+)")
_TRACKER: Final = re.compile(r"https://github\.com/([\w.-]+/[\w.-]+)/(?:issues|pull)/(\d+)/?")


def url(link: str) -> str:
    """`owner/repo#1` or an address as an address; "" for anything else, such as `unreported`."""
    if match := _ISSUE.fullmatch(link):
        return f"https://github.com/{match[1]}/issues/{match[2]}"
    return link if link.startswith("https://") else ""


def label(link: str) -> str:
    match = _ISSUE.fullmatch(link) or _TRACKER.fullmatch(link)
    return f"{match[1].split('/')[1]}#{match[2]}" if match else link


def relative(path: Path, folder: Path) -> str:
    """How `folder` names `path`, so that a report can be moved with everything beside it."""
    return Path(os.path.relpath(path, folder)).as_posix()


def from_here(path: Path) -> str:
    """For somebody in front of a terminal: relative to the current folder, absolute where it lies elsewhere."""
    seen = Path(os.path.relpath(path))
    return str(path.absolute()) if ".." in seen.parts else seen.as_posix()

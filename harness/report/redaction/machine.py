"""What names the machine that a report is made on: its hosts, and the places of its files."""

from __future__ import annotations

import os
import re
import socket
import tempfile
from dataclasses import dataclass
from functools import cached_property, lru_cache
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.build import cache
from harness.cluster.local.layout import RUNS

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

HOST: Final = "[host]"
HOME: Final = "~"
_COMMON: Final = frozenset(
    {"argo", "default", "docker", "init", "ip6-localhost", "kind", "kubernetes", "local", "localhost", "main", "node",
     "pod", "shakedown", "wait", "workflow"}
)  # fmt: skip
"""A machine of such a name cannot be told from the things that are called so in every history."""
_ANYWHERE: Final = frozenset({"/root", "/tmp", "/var/tmp"})
"""These are in every container as well: a path in them is the machine's unless the workflow names it."""
_NO_PLACE: Final = frozenset({"", "/", "/home", "/usr", "/opt", "/var", "/etc", "/mnt", "/srv", "/run"})
_CONTAINERS_OWN: Final = frozenset({"argo", "nonroot"})
"""Home folders in Argo's images, and the folder of Argo's executor in `/tmp`."""


@dataclass(frozen=True, slots=False, kw_only=True)  # a cached property needs a place of its own
class Machine:
    """`places` ties a folder to the word that stands for it; `hosts` are names, short or whole."""

    hosts: tuple[str, ...] = ()
    places: tuple[tuple[str, str], ...] = ()

    def hide(self, text: str, own: frozenset[str] = frozenset()) -> str:
        """`own` are first components that the workflow itself uses below `/tmp` and `/root`."""
        for place, pattern in self._places.items():
            if place in text:
                text = pattern.sub(lambda found: self._instead(found, own), text)
        text = _HOMES.sub(_somebody, text)
        return self._hosts.sub(HOST, text) if self._hosts else text

    def _instead(self, found: re.Match[str], own: frozenset[str]) -> str:
        place, inside = found["place"], found["inside"] or ""
        if place in _ANYWHERE and inside.strip("/") in own | _CONTAINERS_OWN | {""}:
            return found[0]
        return dict(self.places)[place] + inside

    @cached_property
    def _places(self) -> Mapping[str, re.Pattern[str]]:
        longest_first = sorted((place for place, _ in self.places if place not in _NO_PLACE), key=len, reverse=True)
        return {
            place: re.compile(rf"(?<![\w.~-])(?P<place>{re.escape(place)})(?![\w-])(?P<inside>/[\w.@~-]*)?")
            for place in longest_first
        }

    @cached_property
    def _hosts(self) -> re.Pattern[str] | None:
        names = sorted({name for name in self.hosts if len(name) > 1 and name not in _COMMON}, key=len, reverse=True)
        return re.compile("|".join(map(_host, names))) if names else None


def here(*folders: tuple[Path, str]) -> Machine:
    """This machine; `folders` are more places to hide, such as the run's."""
    known = [
        *folders,
        (Path.cwd(), "."),
        (cache.root(), "[cache]"),
        (RUNS, "[clusters]"),
        (Path.home(), HOME),
        (Path(tempfile.gettempdir()), "[temp]"),
    ]
    return Machine(hosts=host_names(), places=tuple(_both(known)))


@lru_cache
def host_names() -> tuple[str, ...]:
    whole = {socket.gethostname(), socket.getfqdn(), os.uname().nodename}
    return tuple(sorted(name for name in whole | {name.partition(".")[0] for name in whole} if name))


def _both(known: Iterable[tuple[Path, str]]) -> Iterable[tuple[str, str]]:
    """As it is written, and where it really is."""
    found: dict[str, str] = {}
    for path, word in known:
        for place in (path.absolute(), path.resolve()):
            found.setdefault(str(place), word)
    return found.items()


def _host(name: str) -> str:
    """A name with a digit, a dash or a dot is the machine's wherever it stands; a plain word must stand alone."""
    if re.search(r"[0-9.-]", name) or len(name) > 10:
        return rf"(?<![A-Za-z0-9]){re.escape(name)}(?![A-Za-z0-9])"
    return rf"(?<![\w-]){re.escape(name)}(?![\w-])"


_HOMES: Final = re.compile(r"(?P<folder>/home/|/Users/|\\{1,15}Users\\{1,15})(?P<name>[A-Za-z0-9_][\w.@-]*)")


def _somebody(found: re.Match[str]) -> str:
    return found[0] if found["name"] in _CONTAINERS_OWN else f"{found['folder']}[user]"

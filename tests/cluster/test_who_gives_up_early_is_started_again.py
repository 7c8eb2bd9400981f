"""The controller manager waits ten seconds for a healthy API server, too short on a starved machine, and ends."""

from __future__ import annotations

import json
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

# in a process of its own: the supervisor buries every child of its process
SUPERVISED = """
import json, sys
from threading import Thread
from typing import Any
from harness.cluster.local import init, plan, supervision
init._FIRST_SECONDS = 1.0
children = supervision.Children()
Thread(target=children.reap, daemon=True).start()
nothing: Any = None
supervisor = init.Supervisor(plan=nothing, power=nothing, children=children)
argv = ("/bin/sh", "-c", sys.argv[1])
supervisor._start_component(plan.Component(name="it", argv=argv, log=sys.argv[2], path="/bin", starts=int(sys.argv[3])))
if len(sys.argv) > 4:
    children.wait(supervisor.started["it"])
print(json.dumps(supervisor._component("it")))
"""


def supervised(program: str, log: Path, *, starts: int = 3, to_its_end: bool = True) -> dict[str, Any]:
    argv = [sys.executable, "-c", SUPERVISED, program, str(log), str(starts), *(["wait"] if to_its_end else [])]
    answer = subprocess.run(argv, capture_output=True, text=True, timeout=60, check=True)
    told: dict[str, Any] = json.loads(answer.stdout)
    return told


@pytest.mark.parametrize("starts", [1, 3])
def test_it_is_started_as_often_as_was_said_and_its_end_is_told(tmp_path: Path, starts: int) -> None:
    told = supervised("echo started; exit 1", tmp_path / "log", starts=starts)
    assert (tmp_path / "log").read_text().count("started") == starts
    assert told == {"name": "it", "started": True, "exit_code": 1}


def test_one_that_stays_is_left_alone_and_told_alive(tmp_path: Path) -> None:
    log = tmp_path / "log"
    told = supervised(f"echo started; test $(wc -l < {log}) = 1 && exit 1; exec sleep 3", log, to_its_end=False)
    assert log.read_text().count("started") == 2
    assert told["exit_code"] is None


@pytest.mark.parametrize(("end", "code"), [("kill -9 $$", -9), ("exit 0", 0)])
def test_one_that_was_killed_or_ended_well_is_not_started_again(tmp_path: Path, end: str, code: int) -> None:
    """A fault that kills it a second after its start must find it dead."""
    told = supervised(f"echo started; {end}", tmp_path / "log")
    assert (tmp_path / "log").read_text().count("started") == 1
    assert told["exit_code"] == code

"""Which view a run gets: what was asked for, as far as the stream can show it."""

from __future__ import annotations

import difflib
import time
from pathlib import PurePath
from typing import TYPE_CHECKING, TextIO

import rich.console

from harness.build.progress import interactive
from harness.model.errors import UsageError
from harness.report.live.board import Board
from harness.report.live.narration import Narrator, Wishes
from harness.report.live.surfaces import Log, Screen
from harness.report.live.view import Live

if TYPE_CHECKING:
    from collections.abc import Sequence

    from harness.run.plan import CellPlan


def live(plans: Sequence[CellPlan], stream: TextIO, watch: Sequence[str] = (), *, explain: bool = False) -> Live:
    """Raises UsageError where none of the cells is the one to be watched."""
    began = time.monotonic()
    wishes = Wishes(watch=frozenset(cell for name in watch for cell in watched(plans, name)), explain=explain)
    board = Board((plan.column for plan in plans), began)
    screen = interactive(stream)
    surface = Screen(rich.console.Console(file=stream, highlight=False)) if screen else Log(stream, began)
    return Live(board, Narrator(wishes), surface, stream)


def watched(plans: Sequence[CellPlan], name: str) -> tuple[str, ...]:
    """The cells of a scenario, by its name or file, or one of them, by its own name `scenario[release]`."""
    stem = PurePath(name).stem if name.endswith((".yaml", ".yml")) else name
    found = tuple(plan.id for plan in plans if stem in _names(plan))
    if found:
        return found
    known = sorted({plan.loaded.scenario.name for plan in plans})
    near = difflib.get_close_matches(stem, known, n=1)
    cure = f"did you mean {near[0]}?" if near else f"this run has {', '.join(known[:8])}"
    raise UsageError(f"--watch: no cell of this run is called {name!r}", cure=cure)


def _names(plan: CellPlan) -> tuple[str, ...]:
    """With its release, without it, and for a variant that of its file."""
    scenario = plan.loaded.scenario.name
    return plan.id, scenario, scenario.partition("@")[0]

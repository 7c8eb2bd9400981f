"""The figures of a repeated cell, to and from the shape that results.json gives them."""

from __future__ import annotations

import os
from dataclasses import asdict
from pathlib import Path

from harness.model.repetition import Interval, Repetition, Run
from harness.report import contract, links


def shape(repetition: Repetition, folder: Path) -> contract.RepetitionShape:
    runs = tuple(
        contract.RunOfCellShape(
            verdict=run.verdict,
            reason=run.reason,
            seconds=run.seconds,
            history=links.relative(run.history, folder) if run.history else None,
            left_out=run.left_out,
        )
        for run in repetition.runs
    )
    return contract.RepetitionShape(**{**asdict(repetition), "runs": runs})


def read(shape: contract.RepetitionShape, folder: Path) -> Repetition:
    runs = tuple(
        Run(
            verdict=run.verdict,
            reason=run.reason,
            seconds=run.seconds,
            history=Path(os.path.normpath(folder / run.history)) if run.history else None,
            left_out=run.left_out,
        )
        for run in shape.runs
    )
    figures = shape.model_dump(exclude={"runs", "share", "rate"})
    return Repetition(
        **figures, runs=runs, share=Interval(**shape.share.model_dump()), rate=Interval(**shape.rate.model_dump())
    )

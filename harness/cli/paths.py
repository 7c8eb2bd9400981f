"""Paths of scenarios on the command line."""

from pathlib import Path
from typing import Any, Final

import click


class _Scenario(click.Path):
    def convert(self, value: Any, param: click.Parameter | None, ctx: click.Context | None) -> Any:
        if value == "":
            self.fail("an empty text is no file and no folder: is a variable not set? `.` is this folder", param, ctx)
        return super().convert(value, param, ctx)


SCENARIO: Final = _Scenario(path_type=Path)
"""A file, a folder or the name of a scenario. An empty text would be the working folder, with all that is below it."""

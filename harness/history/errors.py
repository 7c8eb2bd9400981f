"""A history that cannot be trusted must say where it goes wrong: a verdict on it would be a guess."""

from __future__ import annotations

from harness.model.errors import HarnessError


class BadHistory(HarnessError):
    """The file is not a whole history of this format. `line` counts from 1, 0 for the file as such."""

    def __init__(self, path: str, line: int, what: str) -> None:
        super().__init__(
            f"{path or 'history'}:{line}: {what}", cure="record it anew; a damaged history gives no verdict"
        )
        self.path = path
        self.line = line
        self.what = what

    def __reduce__(self) -> tuple[object, ...]:
        return BadHistory, (self.path, self.line, self.what)

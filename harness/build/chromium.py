"""Reports are tested in the browser of the system, which people have, and not in one that a library downloads."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING, Final

from harness.build import debian, progress
from harness.model.errors import HarnessError

if TYPE_CHECKING:
    from pathlib import Path

    from harness.build.progress import Progress

PROGRAM: Final = "chromium"


def ensure(shown: Progress) -> Path:
    """Raises HarnessError where it is missing and cannot be installed."""
    return debian.install_program(PROGRAM, PROGRAM, shown)


def main() -> int:
    """For `make browser`."""
    try:
        ensure(progress.to())
    except HarnessError as error:
        print(f"shakedown: {error}", file=sys.stderr)
        return int(error.exit_code)
    return 0


if __name__ == "__main__":
    sys.exit(main())

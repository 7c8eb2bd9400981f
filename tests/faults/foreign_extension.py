"""An extension of Chaos Toolkit such as somebody else might write; the tests have it called."""

import os
import time
from pathlib import Path
from typing import Any


def environment(configuration: dict[str, Any] | None = None, secrets: dict[str, Any] | None = None) -> dict[str, str]:
    """Prints besides, as actions do."""
    print('{"returned": "not this"}')
    return {key: value for key, value in os.environ.items() if key.startswith(("KUBE", "CHAOSTOOLKIT_"))}


def fail_at_first(marker: str) -> str:
    path = Path(marker)
    if not path.exists():
        path.touch()
        raise RuntimeError("not yet")
    return "now"


def sleep(seconds: float) -> None:
    time.sleep(seconds)


def die() -> None:
    os._exit(3)

"""What the harness puts on objects that it breaks: the fault that writes it and the proof that sees it must agree."""

from typing import Final

HOLD: Final = "shakedown/hold"
"""A finalizer."""
BROKEN_IMAGE: Final = "registry.invalid/shakedown/broken:none"
"""Cannot be pulled anywhere: `.invalid` is reserved, so no resolver knows such a registry."""
QUOTA: Final = "shakedown-quota"
"""A ResourceQuota."""

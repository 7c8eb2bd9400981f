"""Allure's page tells Google who opens a report, and cannot be told not to; our reports open without a network.

The script is taken out, and a policy for the browser stands for whatever another version may load.
"""

from __future__ import annotations

import re
from typing import Final

_ANALYTICS: Final = re.compile(
    r'<script async src="https://www\.googletagmanager\.com/[^"]*"></script>\s*<script>[^<]*gtag\([^<]*</script>'
)
_POLICY: Final = (
    '<meta http-equiv="Content-Security-Policy" content="'
    "default-src data: blob: 'unsafe-inline' 'unsafe-eval'; base-uri 'self'; form-action 'none'\">"
)
_HEAD: Final = "<head>"


def quieted(html: str) -> str:
    return _ANALYTICS.sub("", html).replace(_HEAD, f"{_HEAD}\n    {_POLICY}", 1)

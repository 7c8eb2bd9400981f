"""A badge says in a README how the last run went: as a picture of its own, and as an endpoint for shields.io."""

from __future__ import annotations

import json
from html import escape
from typing import TYPE_CHECKING, Final

from harness.report.marks import Mark

if TYPE_CHECKING:
    from harness.report.grid import Grid

LABEL: Final = "argo shakedown"
_RED, _ORANGE, _GREEN, _GREY = "#b3261e", "#9a5b00", "#1a7431", "#57606a"
_COLOURS: Final = {
    Mark.INFRA: _ORANGE,
    Mark.INCONCLUSIVE: _ORANGE,
    Mark.FAIL: _RED,
    Mark.FIXED: _RED,
    Mark.UNAVAILABLE: _ORANGE,
    Mark.NOT_RUN: _ORANGE,
    Mark.KNOWN_BUG: _GREEN,
    Mark.PASS: _GREEN,
}
_HEIGHT: Final = 20
_PER_CHARACTER: Final = 6.6
_PADDING: Final = 6


def message(table: Grid) -> str:
    """`1 fail, 20 pass`; what was skipped is left out where anything was run."""
    told = [f"{count} {mark.word}" for mark, count in table.counts.items() if mark is not Mark.SKIPPED]
    return ", ".join(told) or table.summary


def colour(table: Grid) -> str:
    """Of what comes first."""
    return next((_COLOURS[mark] for mark in table.counts if mark in _COLOURS), _GREY)


def endpoint(table: Grid) -> str:
    """As https://shields.io/badges/endpoint-badge asks for it."""
    told = {"schemaVersion": 1, "label": LABEL, "message": message(table), "color": colour(table)}
    return json.dumps(told, indent=1) + "\n"


def svg(table: Grid) -> str:
    left, right = _width(LABEL), _width(message(table))
    said = escape(f"{LABEL}: {message(table)}")
    texts = _text(LABEL, 0, left) + _text(message(table), left, right)
    return (
        f'<svg xmlns="http://www.w3.org/2000/svg" width="{left + right}" height="{_HEIGHT}" role="img"'
        f' aria-label="{said}"><title>{said}</title><clipPath id="round"><rect width="{left + right}"'
        f' height="{_HEIGHT}" rx="3"/></clipPath><g clip-path="url(#round)"><rect width="{left}" height="{_HEIGHT}"'
        f' fill="#3d444d"/><rect x="{left}" width="{right}" height="{_HEIGHT}" fill="{colour(table)}"/></g>'
        f'<g fill="#fff" text-anchor="middle" font-family="Verdana,DejaVu Sans,sans-serif" font-size="11">{texts}</g>'
        "</svg>\n"
    )


def _width(text: str) -> int:
    return round(len(text) * _PER_CHARACTER) + 2 * _PADDING


def _text(text: str, left: int, width: int) -> str:
    """Of just this width whatever font there is."""
    x, length = left + width / 2, width - 2 * _PADDING
    return f'<text x="{x:g}" y="14" textLength="{length}">{escape(text)}</text>'

"""The picture as a page of its own: details on hovering and on Tab, zoom and pan, from a file and without a network."""

from __future__ import annotations

from html import escape
from pathlib import Path
from typing import TYPE_CHECKING, Final

from harness.report.chart import svg
from harness.report.chart.palette import DARK, LIGHT
from harness.report.chart.style import FONT
from harness.report.chart.words import harmless

if TYPE_CHECKING:
    from harness.report.chart.shapes import Drawing

_POLICY: Final = "default-src 'none'; style-src 'unsafe-inline'; script-src 'unsafe-inline'; img-src data:"
"""Whatever a hostile name might smuggle in: nothing is fetched."""
_HINT: Final = "Point at a bar, a line or a label, or go to it with Tab: what it is shows here."
_BUTTONS: Final = (
    ("in", "+", "Zoom in (+)"),
    ("out", "-", "Zoom out (-)"),
    ("fit", "Fit", "Fit the width (0)"),
    ("left", "←", "To the left"),
    ("right", "→", "To the right"),
    ("up", "↑", "Up"),
    ("down", "↓", "Down"),
)
_SCRIPT: Final = Path(__file__).with_name("page.js").read_text(encoding="utf-8")
_STYLE: Final = f"""
:root {{ color-scheme: light dark; --paper: {LIGHT.paper}; --ink: {LIGHT.ink}; --faint: {LIGHT.faint};
  --rule: {LIGHT.rule}; --stripe: {LIGHT.stripe}; }}
@media (prefers-color-scheme: dark) {{ :root {{ --paper: {DARK.paper}; --ink: {DARK.ink}; --faint: {DARK.faint};
  --rule: {DARK.rule}; --stripe: {DARK.stripe}; }} }}
* {{ box-sizing: border-box; }}
html, body {{ height: 100%; margin: 0; }}
body {{ display: flex; flex-direction: column; background: var(--paper); color: var(--ink); font: 14px/1.4 {FONT}; }}
[role=toolbar] {{ display: flex; flex-wrap: wrap; gap: .3rem; align-items: center; padding: .4rem .6rem;
  border-bottom: 1px solid var(--rule); }}
[hidden] {{ display: none !important; }}
button {{ min-width: 2.4rem; min-height: 2.1rem; font: inherit; color: var(--ink); background: var(--stripe);
  border: 1px solid var(--faint); border-radius: 5px; cursor: pointer; }}
button:hover {{ border-color: var(--ink); }}
[role=toolbar] span {{ color: var(--faint); margin-left: .4rem; }}
main {{ flex: 1; overflow: auto; min-height: 8rem; }}
main svg {{ display: block; overflow: visible; }}
:focus-visible {{ outline: 3px solid var(--ink); outline-offset: 1px; }}
main:focus-visible {{ outline-offset: -3px; }}
aside {{ min-height: 5.2rem; max-height: 34vh; overflow: auto; padding: .5rem .8rem; border-top: 1px solid var(--faint);
  background: var(--stripe); white-space: pre-wrap; overflow-wrap: anywhere; }}
@media (max-width: 40rem) {{ [role=toolbar] span {{ display: none; }} }}
"""


def render(drawing: Drawing) -> str:
    return "\n".join(
        [
            '<!doctype html><html lang="en"><head><meta charset="utf-8">',
            f'<meta http-equiv="Content-Security-Policy" content="{_POLICY}">',
            '<meta name="viewport" content="width=device-width, initial-scale=1">',
            f'<link rel="icon" href="data:,"><title>{escape(harmless(drawing.title))}</title>',
            f"<style>{_STYLE}</style></head><body>",
            _toolbar(),
            '<main tabindex="0" role="region" aria-label="Timeline">',
            svg.render(drawing, alive=True),
            f'</main><aside aria-live="polite" aria-label="Details">{_HINT}</aside>',
            f"<script>{_SCRIPT}</script></body></html>",
            "",
        ]
    )


def _toolbar() -> str:
    buttons = "".join(
        f'<button type="button" data-do="{name}" aria-label="{told}" title="{told}">{sign}</button>'
        for name, sign, told in _BUTTONS
    )
    return (
        f'<div role="toolbar" aria-label="Zoom and pan" hidden>{buttons}'
        "<span>+ - 0 and arrows work, too; Ctrl and wheel zooms, the wheel alone pans</span></div>"
    )

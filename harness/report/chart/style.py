"""How the parts of a picture look in both themes. A viewer that knows no variables shows the light one."""

from __future__ import annotations

from typing import TYPE_CHECKING, Final

from harness.report.chart.model import Tone
from harness.report.chart.palette import DARK, HATCHED, LIGHT

if TYPE_CHECKING:
    from harness.report.chart.palette import Theme

FONT: Final = "system-ui,-apple-system,'Segoe UI',Roboto,'Noto Sans','DejaVu Sans',sans-serif"
_PLAIN: Final = ("paper", "ink", "faint", "rule", "stripe", "on")


def variables(theme: Theme) -> str:
    plain = "".join(f"--{name}:{getattr(theme, name)};" for name in _PLAIN)
    return plain + "".join(f"--{tone}:{colour};" for tone, colour in theme.tones.items())


def _paint(selector: str, what: str, name: str) -> str:
    colour = LIGHT.tones[Tone(name)] if name in LIGHT.tones else getattr(LIGHT, name)
    return f"{selector}{{{what}:{colour};{what}:var(--{name})}}"


def _rules() -> str:
    tones = [_paint(f".shakedown .tone.{tone}", "fill", tone) for tone in Tone]
    halos = [_paint(f".shakedown .{tone}-halo", "stroke", tone) for tone in Tone]
    hatches = [".shakedown .hatch{fill:none}"]
    hatches += [f".shakedown .{tone}-hatch{{fill:url(#hatch-{tone})}}" for tone in HATCHED]
    fills = [_paint(f".shakedown .{name}", "fill", name) for name in ("paper", "ink", "faint", "stripe", "on")]
    return "".join([*tones, *halos, *hatches, *fills, *_LINES])


_LINES: Final = (
    ".shakedown text{pointer-events:none;white-space:pre}",
    ".shakedown .words .on{paint-order:stroke;stroke-width:2px;stroke-linejoin:round}",
    _paint(".shakedown .rule,.shakedown .grid", "stroke", "rule") + ".shakedown .rule,.shakedown .grid{fill:none}",
    _paint(".shakedown .axis,.shakedown .end", "stroke", "faint") + ".shakedown .axis,.shakedown .end{fill:none}",
    _paint(".shakedown .after", "fill", "stripe") + ".shakedown .after{opacity:.7}",
    _paint(".shakedown .break", "fill", "rule") + ".shakedown .break{opacity:.6}",
    ".shakedown .quiet{fill:url(#hatch-quiet)}.shakedown .hole{fill:url(#hatch-hole)}",
    _paint(".shakedown .tear", "stroke", "paper") + ".shakedown .tear{fill:none;stroke-width:4}",
    _paint(".shakedown .plate", "fill", "paper"),
    _paint(".shakedown .halo", "stroke", "paper") + ".shakedown .halo{fill:none;stroke-width:4;stroke-opacity:.75}",
    _paint(".shakedown .pole,.shakedown .head,.shakedown .edge,.shakedown .way", "stroke", "ink"),
    ".shakedown .pole,.shakedown .edge,.shakedown .way{fill:none;stroke-width:1.6}.shakedown .way{stroke-width:1}",
    ".shakedown .edge{stroke-width:2.5}",
    _paint(".shakedown .head", "fill", "paper") + ".shakedown .head{stroke-width:1.5}",
    _paint(".shakedown .head.landed", "fill", "ink"),
    ".shakedown .pole.triggered{stroke-dasharray:5 4}.shakedown .pole.accepted{stroke-dasharray:1.6 3}",
    ".shakedown .pole.landed{stroke-width:2}.shakedown .pole.nudge{stroke-dasharray:9 3 2 3}",
    ".shakedown .pole.quiet{stroke-dasharray:2 5}",
    _paint(".shakedown .violation,.shakedown .wrong,.shakedown .broken", "stroke", "failed"),
    ".shakedown .pole.violation,.shakedown .pole.wrong{stroke-width:2.4}",
    _paint(".shakedown .broken", "fill", "paper") + ".shakedown .broken{stroke-width:2}",
    _paint(".shakedown .renewal", "stroke", "good") + ".shakedown .renewal{stroke-width:2}",
    _paint(".shakedown .finished", "fill", "ink"),
    _paint(".shakedown .gone", "stroke", "ink") + ".shakedown .gone{fill:none;stroke-width:2}",
)


def _hatches() -> str:
    tones = (_pattern(f"hatch-{tone}", size, d, "on", 0.45) for tone, (size, d) in HATCHED.items())
    spans = (
        _pattern("hatch-quiet", 9, "M-1 10L10 -1M-1 1L1 -1M8 10L10 8", "error", 0.45),
        _pattern("hatch-hole", 6, "M0 0L6 6M6 0L0 6", "failed", 0.6),
    )
    return "".join([*tones, *spans])


def _pattern(name: str, size: int, d: str, colour: str, strength: float) -> str:
    return (
        f'<pattern id="{name}" width="{size}" height="{size}" patternUnits="userSpaceOnUse">'
        f'<path d="{d}" class="in-{colour}" stroke-opacity="{strength}"/></pattern>'
    )


CSS: Final = (
    f".shakedown{{{variables(LIGHT)}font-family:{FONT}}}"
    f"@media (prefers-color-scheme:dark){{.shakedown{{{variables(DARK)}}}}}"
    + _rules()
    + "".join(_paint(f".shakedown .in-{name}", "stroke", name) for name in ("on", "error", "failed", "faint"))
)
HATCHES: Final = _hatches()

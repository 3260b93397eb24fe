"""The report's style sheet: light or dark as the reader's system is, and fit for printing."""

from __future__ import annotations

from collections.abc import Mapping

from desktop.palette import CARD, INK, MODALITY_TONES, MUTED, PAPER, RULE, VERDICT_TONES, Tone

TONES: Mapping[str, Tone] = {
    "paper": PAPER,
    "card": CARD,
    "rule": RULE,
    "ink": INK,
    "muted": MUTED,
    **{name: tone for name, tone in (*MODALITY_TONES.items(), *VERDICT_TONES.items())},
}
"""Style sheet variables, one for every tone."""

_RULES = """
* { box-sizing: border-box }
body { margin: 0 auto; max-width: 62rem; padding: 1.5rem; color: var(--ink);
  background: var(--paper); font: 16px/1.5 system-ui, sans-serif }
h1 { font-size: 1.7rem; margin: 0 0 .25rem; overflow-wrap: anywhere; white-space: pre-line }
h2 { font-size: 1.25rem; margin: 2.2rem 0 .6rem; padding-top: .6rem;
  border-top: 2px solid var(--rule) }
h3 { font-size: 1.05rem; margin: 0 0 .5rem }
h4 { font-size: .85rem; margin: .8rem 0 .2rem; color: var(--muted); font-weight: 600 }
p { margin: .3rem 0 }
p, li, td { overflow-wrap: anywhere }
.muted { color: var(--muted) }
.notice { border: 2px solid var(--ink); border-radius: .4rem; padding: .6rem 1rem; margin: 1rem 0 }
.window { background: var(--card); border-radius: .5rem; padding: .9rem 1.1rem; margin: .8rem 0 }
h2, h3, h4, caption { break-after: avoid }
tr, svg, p { break-inside: avoid }
.window.excluded { border: 2px dashed var(--muted) }
.badge { border: 1px solid currentColor; border-radius: .8rem; padding: 0 .6rem;
  font-size: .8rem; font-weight: 600; margin-left: .5rem }
.inferred { border-left: 4px solid var(--ink); padding-left: .8rem }
.observed { border-left: 4px double var(--muted); padding-left: .8rem; margin-top: .6rem }
table { border-collapse: collapse; margin: .6rem 0; font-size: .92rem }
caption { text-align: left; color: var(--muted); font-size: .85rem; padding-bottom: .2rem }
th, td { text-align: left; vertical-align: top; padding: .15rem 1.2rem .15rem 0;
  border-bottom: 1px solid var(--rule); font-variant-numeric: tabular-nums }
th { font-weight: 600 }
ul { list-style: none; padding: 0; margin: .3rem 0 }
.legend li { display: inline-block; margin-right: 1.1rem; white-space: nowrap }
.swatch { display: inline-block; width: .9em; height: .9em; margin-right: .35em;
  vertical-align: -.1em; border: 1px solid var(--muted) }
mark { background: none; text-decoration: underline; text-decoration-thickness: 2px;
  text-underline-offset: 3px }
mark.voice { text-decoration-style: dashed }
mark.contradicted { text-decoration-line: underline line-through }
.sign { font-weight: 700; margin-left: .2em }
svg { display: block; width: 100%; height: auto; font: 13px system-ui, sans-serif }
svg text { fill: var(--ink) }
svg .soft { fill: var(--muted) }
svg .line { stroke: var(--rule); fill: none }
svg .mark { stroke: var(--ink); stroke-dasharray: 4 3; fill: none }
svg .hatch { stroke: var(--ink); fill: none }
svg .veil { fill: var(--paper); opacity: .55 }
svg .ground { fill: var(--card) }
@media print {
  body { max-width: none; padding: 0; font-size: 11pt }
  * { print-color-adjust: exact; -webkit-print-color-adjust: exact }
}
"""


def style_sheet() -> str:
    """All of the report's CSS."""
    light = "".join(f"--{name}: {tone.light};" for name, tone in TONES.items())
    dark = "".join(f"--{name}: {tone.dark};" for name, tone in TONES.items())
    coloured = "".join(
        f".{name} {{ color: var(--{name}) }}\nsvg .{name} {{ fill: var(--{name}) }}\n"
        for name in (*MODALITY_TONES, *VERDICT_TONES)
    )
    return (
        f":root {{ color-scheme: light dark; {light} }}\n"
        f"@media (prefers-color-scheme: dark) {{ :root {{ {dark} }} }}\n{_RULES}{coloured}"
    )

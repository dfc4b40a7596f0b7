"""Matrix as HTML of ours: a table whose marks say how each row depends on each provider.

Solid is direct, hatched through someone else, a question mark to ask; every mark is a link with
its meaning in words, so that neither colour nor sight is needed. All text is escaped.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from html import escape

from risk.portfolio.providers import How
from ui.tables.column import Column, Record
from ui.theme import Palette

#: What a mark means, in the middle of a sentence.
MEANING = {
    How.DIRECT: "depends directly on",
    How.THROUGH: "depends through someone else on",
    How.ASK: "may depend (to ask) on",
}


@dataclass(frozen=True, kw_only=True)
class Matrix:
    """What is drawn: rows by key ``noun``, a column for each of ``providers``, figures behind.

    ``chosen`` is the provider filtered by, which alone is shown on a phone beside the ``figures``.
    ``row_link``, ``mark_link`` and ``head_link`` make addresses; None: no link.
    """

    caption: str
    noun: Column
    rows: Sequence[Record]
    providers: Sequence[str]
    counts: Sequence[int]
    figures: Sequence[Column]
    chosen: str | None
    mark_link: Callable[[str, str], str]
    head_link: Callable[[str], str]
    row_link: Callable[[str], str] | None = None


def style(palette: Palette) -> str:
    """The look of the table, as a style sheet of its own."""
    return f"""<style>
.matrix-box {{ overflow-x: auto; border: 1px solid {palette.grid}; border-radius: 10px; }}
.matrix {{ border-collapse: collapse; width: 100%; font-size: 0.875rem; color: {palette.text}; }}
.matrix caption {{ position: absolute; width: 1px; height: 1px; overflow: hidden;
  clip-path: inset(50%); white-space: nowrap; }}
.matrix th, .matrix td {{ padding: 7px 8px; border-bottom: 1px solid {palette.grid};
  text-align: center; vertical-align: middle; }}
.matrix tbody tr:last-child > * {{ border-bottom: 0; }}
.matrix thead th {{ font-size: 0.75rem; font-weight: 600; color: {palette.muted};
  vertical-align: bottom; line-height: 1.25; }}
.matrix thead a, .matrix tbody th a {{ color: inherit; text-decoration: none; }}
.matrix a:hover {{ text-decoration: underline; }}
.matrix a:focus-visible {{ outline: 2px solid {palette.accent}; outline-offset: 2px; }}
.matrix th:first-child {{ text-align: left; position: sticky; left: 0;
  background: {palette.background}; min-width: 8.5rem; }}
.matrix tbody th {{ font-weight: 600; overflow-wrap: anywhere; }}
.matrix .figure {{ text-align: right; white-space: nowrap; }}
.matrix .on {{ color: {palette.text}; }}
.matrix .count {{ display: block; font-weight: 400; }}
.mark {{ display: inline-block; width: 14px; height: 14px; border-radius: 3px;
  vertical-align: middle; box-sizing: border-box; }}
.matrix td a {{ display: inline-block; min-width: 24px; min-height: 24px; line-height: 24px;
  text-decoration: none; }}
.mark.ask {{ color: {palette.warning}; font-weight: 700; width: auto; height: auto;
  line-height: 1; }}
.matrix-key {{ font-size: 0.8rem; color: {palette.muted}; display: flex; gap: 14px;
  flex-wrap: wrap; align-items: center; }}
@media (max-width: 640px) {{
  .matrix.filtered .other {{ display: none; }}
  .matrix th, .matrix td {{ padding: 7px 5px; }}
  .matrix .figure {{ white-space: normal; }}
  .matrix th:first-child {{ min-width: 7rem; }}
}}
</style>"""


def mark_html(how: How, colour: str) -> str:
    """The mark itself, without words."""
    if how is How.ASK:
        return '<span class="mark ask" aria-hidden="true">?</span>'
    if how is How.DIRECT:
        return f'<span class="mark" aria-hidden="true" style="background:{colour}"></span>'
    hatched = f"repeating-linear-gradient(45deg,{colour} 0 2px,transparent 2px 4.5px)"
    return (
        f'<span class="mark" aria-hidden="true" style="border:1.5px solid {colour};'
        f'background:{hatched}"></span>'
    )


def key_html(palette: Palette) -> str:
    """What the marks mean, for above the table."""
    words = {How.DIRECT: "direct", How.THROUGH: "through someone else", How.ASK: "to ask"}
    parts = [f"<span>{mark_html(how, palette.muted)} {said}</span>" for how, said in words.items()]
    return f'<div class="matrix-key">{"".join(parts)}</div>'


def matrix_html(one: Matrix, *, palette: Palette) -> str:
    """The table. A box around it scrolls sideways where it does not fit, by keyboard too."""
    kind = "matrix filtered" if one.chosen else "matrix"
    rows = "".join(_row(one, row, palette) for row in one.rows)
    return (
        f'<div class="matrix-box" role="region" tabindex="0" aria-label="{escape(one.caption)}">'
        f'<table class="{kind}"><caption>{escape(one.caption)}</caption>'
        f"<thead><tr>{_heads(one)}</tr></thead><tbody>{rows}</tbody></table></div>"
    )


def _class(one: Matrix, provider: str) -> str:
    return "on" if provider == one.chosen else "other"


def _heads(one: Matrix) -> str:
    marks = "".join(
        f'<th scope="col" class="{_class(one, name)}">'
        f'<a href="{escape(one.head_link(name))}" target="_self" '
        f'aria-label="{escape(f"{name}: show only those that depend on it, {count}")}">'
        f'{escape(name)}<span class="count">{count:,}</span></a></th>'
        for name, count in zip(one.providers, one.counts, strict=True)
    )
    figures = "".join(
        f'<th scope="col" class="figure" title="{escape(column.help)}">{escape(column.label)}</th>'
        for column in one.figures
    )
    return f'<th scope="col">{escape(one.noun.label)}</th>{marks}{figures}'


def _row(one: Matrix, row: Record, palette: Palette) -> str:
    name = str(row[one.noun.key])
    shown = escape(name)
    if one.row_link is not None:
        shown = f'<a href="{escape(one.row_link(name))}" target="_self">{shown}</a>'
    cells = "".join(_cell(one, row, name, provider, palette) for provider in one.providers)
    figures = "".join(
        f'<td class="figure">{escape(column.text(row))}</td>' for column in one.figures
    )
    return f'<tr><th scope="row">{shown}</th>{cells}{figures}</tr>'


def _cell(one: Matrix, row: Record, name: str, provider: str, palette: Palette) -> str:
    how = row["marks"].get(provider)
    if how is None:
        return f'<td class="{_class(one, provider)}"></td>'
    kind = How(how)
    said = f"{name} {MEANING[kind]} {provider}: path and evidence"
    return (
        f'<td class="{_class(one, provider)}"><a href="{escape(one.mark_link(name, provider))}" '
        f'target="_self" aria-label="{escape(said)}" title="{escape(said)}">'
        f"{mark_html(kind, palette.provider(provider))}</a></td>"
    )

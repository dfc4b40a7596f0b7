"""Chart of whom the portfolio depends on: the margin that would feel each provider."""

from collections.abc import Iterable, Mapping

from risk.portfolio.providers import Dependents
from risk.portfolio.results import Interval
from ui import wording
from ui.charts import drawn
from ui.theme import Palette

MOST_SHOWN = 10


def dependents_html(
    dependents: Iterable[Dependents],
    *,
    portfolio: str,
    palette: Palette,
    ranges: Mapping[str, Interval],
) -> str:
    """A bar per provider: solid for those who named it, faded for those behind someone else.

    ``ranges`` are those of whole bars, by provider, as far as they are known.
    """
    shown = heaviest(dependents)
    bars = [
        drawn.Bar(
            label=one.provider,
            said=wording.percent(one.margin_share),
            note=_note(one, ranges.get(one.provider)),
            share=one.direct_margin_share or 0.0,
            faded=(one.margin_share or 0.0) - (one.direct_margin_share or 0.0),
            dot=palette.provider(one.provider),
            href=drawn.address("provider", portfolio=portfolio, provider=one.provider),
        )
        for one in shown
    ]
    return drawn.bars_html(bars, palette=palette, alt=dependents_alt(shown))


def _note(one: Dependents, reach: Interval | None) -> str:
    direct = f"{wording.percent(one.direct_margin_share)} directly" if one.direct else ""
    said = direct or "nobody directly"
    return f"{wording.percent_range(reach)}; {said}" if reach else said


def dependents_alt(dependents: Iterable[Dependents]) -> str:
    """The finding: the heaviest provider, and the heaviest that nobody named."""
    shown = heaviest(dependents)
    if not shown:
        return "No margin of this portfolio is known to depend on a provider."
    named = max(shown, key=lambda one: one.direct_margin_share or 0.0)
    text = f"{wording.percent(named.direct_margin_share)} of the margin names {named.provider}"
    hidden = next((one for one in shown if one.direct == 0), None)
    if hidden is None:
        return f"{text}."
    return (
        f"{text}; nobody named {hidden.provider}, yet {wording.percent(hidden.margin_share)} "
        "depends on it through others."
    )


def heaviest(dependents: Iterable[Dependents]) -> list[Dependents]:
    """The providers with the largest share of margin, largest first."""
    known = [one for one in dependents if one.margin_share]
    known.sort(key=lambda one: (-(one.margin_share or 0.0), one.provider))
    return known[:MOST_SHOWN]

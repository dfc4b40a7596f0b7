"""Rows of the tables that show answers: picked and ordered on columns, made for those shown.

A portfolio may have a million startups, so what picks, sorts and counts them works on the columns
of :class:`StartupTable`; an answer is made only for a row that somebody sees.
"""

from collections.abc import Callable, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
import streamlit as st
from numpy.typing import NDArray

from risk.loss.answer import BANDS as LETTERS
from risk.loss.hazards import KINDS
from risk.portfolio.results import NO_BAND, PortfolioAssessment, StartupAssessment
from risk.portfolio.startups import (
    Assessed,
    StartupTable,
    action_of,
    providers_of,
    unknown_of,
)
from ui import headlines, wording
from ui.theme import Palette
from ui.uncertainty import bar_picture, widest

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: ``?``: too little is known for a letter.
BANDS = (*LETTERS, NO_BAND)
NO_SECTOR = "unknown"
#: How much of what facts can do to an answer is known, as a filter: from, and below.
KNOWN = {"80 % and more": (0.8, 2.0), "50 to 80 %": (0.5, 0.8), "under 50 %": (-1.0, 0.5)}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the reader wants to see; an empty list means everything. ``known``: of :data:`KNOWN`."""

    words: str = ""
    sectors: Sequence[str] = ()
    providers: Sequence[str] = ()
    bands: Sequence[str] = ()
    known: Sequence[str] = ()


class Columns:
    """What the table of startups is searched and sorted by, made when first asked for."""

    def __init__(self, table: StartupTable) -> None:
        self.count = len(table)
        self.names = pd.Series(list(table.names), dtype="string[pyarrow]")
        sectors = pd.Series([one or NO_SECTOR for one in table.sectors], dtype="category")
        self.sectors = [str(one) for one in sectors.cat.categories]
        self.sector = sectors.cat.codes.to_numpy()
        self.developers = tuple(table.developers)
        #: All places in the orders that were asked for.
        self.orders: dict[str, Places] = {}
        self._start = table.provider_start.astype(np.int64)
        self._codes = table.providers.astype(np.int64)

    def on(self, developers: Sequence[int]) -> Mask:
        """Who depends on any of the developers, by their codes."""
        found = np.isin(self._codes, np.array(developers, dtype=np.int64))
        before = np.concatenate([[0], np.cumsum(found)])
        return before[self._start[1:]] > before[self._start[:-1]]

    def mentioning(self, word: str) -> Mask:
        """Who has a word in name, sector or a developer, whatever its case."""
        named = self.names.str.contains(word, case=False, regex=False).to_numpy(dtype=bool)
        inside = [code for code, one in enumerate(self.sectors) if word in one.casefold()]
        called = [code for code, one in enumerate(self.developers) if word in one.casefold()]
        return named | np.isin(self.sector, inside) | self.on(called)


_columns: WeakKeyDictionary[Assessed, Columns] = WeakKeyDictionary()


def columns_of(assessed: Assessed) -> Columns:
    """The columns of an answer, remembered as long as it is."""
    found = _columns.get(assessed)
    if found is None:
        _columns[assessed] = found = Columns(assessed.table)
    return found


def filtered(assessed: Assessed, filters: Filters) -> Places:
    """The places of the startups that pass every filter, largest loss first."""
    table, columns = assessed.table, columns_of(assessed)
    kept = np.ones(columns.count, dtype=bool)
    for word in filters.words.casefold().split():
        kept &= columns.mentioning(word)
    if filters.sectors:
        wanted = [code for code, one in enumerate(columns.sectors) if one in filters.sectors]
        kept &= np.isin(columns.sector, wanted)
    if filters.providers:
        named = enumerate(columns.developers)
        kept &= columns.on([code for code, one in named if one in filters.providers])
    if filters.bands:
        letters = [-1 if one == NO_BAND else LETTERS.index(one) for one in filters.bands]
        kept &= np.isin(table.bands, letters)
    if filters.known:
        share = np.nan_to_num(table.answers.facts_known)
        ranges = [KNOWN[one] for one in filters.known]
        kept &= np.logical_or.reduce([(share >= low) & (share < high) for low, high in ranges])
    return in_order(assessed, np.flatnonzero(kept), next(iter(ORDERS)))


#: What all startups can be sorted by, the most pressing first; unknown stands last.
ORDERS: dict[str, Callable[[StartupTable], NDArray[np.float64]]] = {
    "Expected loss a year": lambda table: -table.answers.median,
    "What it may reach": lambda table: -np.maximum(table.answers.high, table.asked_high),
    "Part of the worst years": lambda table: -table.tail,
    "Score": lambda table: np.where(table.bands < 0, np.nan, -table.answers.score),
    "Worst disruption": lambda table: -table.answers.worst,
    "Days to switch": lambda table: -table.answers.switch_days,
    "Runway after a wind-down": lambda table: table.answers.months_after,
    "Facts known, fewest first": lambda table: np.nan_to_num(table.answers.facts_known),
}
BY_NAME = "Name"


def in_order(assessed: Assessed, places: Places, order: str) -> Places:
    """The same places in one of :data:`ORDERS` or by name; what is equal keeps its order."""
    columns = columns_of(assessed)
    ranked = columns.orders.get(order)
    if ranked is None:
        columns.orders[order] = ranked = _ranked(assessed, order)
    if len(places) == columns.count:
        return ranked
    wanted = np.zeros(columns.count, dtype=bool)
    wanted[places] = True
    return ranked[wanted[ranked]]


def _ranked(assessed: Assessed, order: str) -> Places:
    """All places in an order."""
    if order == BY_NAME:
        named = columns_of(assessed).names.str.lower()
        return named.argsort().to_numpy().astype(np.int64)
    values = ORDERS[order](assessed.table)
    # Where the median is equal, as it is at zero, what it may reach decides.
    return np.lexsort((ORDERS["What it may reach"](assessed.table), values))


def sectors(assessed: Assessed) -> list[str]:
    """Every sector of the portfolio, "unknown" for startups without one."""
    return sorted(columns_of(assessed).sectors)


def providers(assessed: Assessed) -> list[str]:
    """Every developer that some startup depends on."""
    table = assessed.table
    return sorted(table.developers[code] for code in np.unique(table.providers).tolist())


def by_band(assessed: Assessed) -> dict[str, int]:
    """How many startups have each band."""
    places, counts = np.unique(assessed.table.bands, return_counts=True)
    return {
        NO_BAND if place < 0 else LETTERS[place]: count
        for place, count in zip(places.tolist(), counts.tolist(), strict=True)
    }


def is_exposed(one: StartupAssessment) -> bool:
    """Whether any dependence on a language model was found or is still to be clarified."""
    return bool(one.providers or one.open_questions)


def worst_falter(one: StartupAssessment) -> str:
    """Return ``Wind-down of OpenAI, $1.4M``; a dash for a startup without dependence."""
    if one.worst is None:
        return "–"
    return (
        f"{wording.falter_of(one.worst.root, one.worst.kind)}, {wording.money(one.worst.loss_usd)}"
    )


def score_table(startups: Sequence[StartupAssessment], *, palette: Palette) -> pd.DataFrame:
    """Return the Portfolio page's table, one row a startup in the given order."""
    spreads = [headlines.loss_spread(one) for one in startups]
    end = widest(spreads)
    return pd.DataFrame(
        {
            "Startup": [one.startup for one in startups],
            "Band": [one.band for one in startups],
            "Expected loss": [_loss(one) for one in startups],
            "10–90 % range": [wording.money_range(one.aal_interval_usd) for one in startups],
            "Range": [bar_picture(one, palette=palette, end=end) for one in spreads],
            "Score": [_score(one) for one in startups],
            "Facts known": [round(100 * one.facts_known) for one in startups],
            "Worst disruption": [worst_falter(one) for one in startups],
            "Days to switch": [_days(one) for one in startups],
            "Runway, months": [_runway(one) for one in startups],
            "Next best action": [one.next_action for one in startups],
            "Sector": [one.sector for one in startups],
        }
    )


def _loss(one: StartupAssessment) -> str:
    return headlines.loss_value(one) if is_exposed(one) else "–"


def _score(one: StartupAssessment) -> str:
    if not is_exposed(one):
        return "0"
    low, high = one.score_interval.low, one.score_interval.high
    if one.band == NO_BAND and one.score == 0:
        return f"0–{high:.0f}"
    return f"{one.score:.0f} ({low:.0f}–{high:.0f})"


def _days(one: StartupAssessment) -> str | None:
    if one.days_to_switch is None:
        return None
    return headlines.with_range(one.days_to_switch, one.days_to_switch_interval)


def _runway(one: StartupAssessment) -> str:
    if not is_exposed(one):
        return "–"
    return wording.before_after_months(one.runway_months).removesuffix(" months")


def known(one: StartupAssessment, figure: float) -> float | None:
    """The figure, or None where nothing but open questions is known of a startup."""
    return None if headlines.only_questions(one) else figure


def score_download(assessed: Assessed, places: Places) -> pd.DataFrame:
    """Return the same rows with plain figures, for a spreadsheet; unknown is empty."""
    table = assessed.table
    found, rows = table.answers, places.tolist()
    silent = (~table.depends & (table.questions > 0))[places]
    worst = found.worst_event[places].astype(np.int64)
    roots, kinds = np.array([*table.roots, None]), np.array([*table.kinds.tolist(), -1])
    leads = np.array([*table.developers, None], dtype=object)
    unknown = [unknown_of(table, row) for row in rows]

    def told(values: NDArray[np.float64]) -> NDArray[np.float64]:
        return np.where(silent, np.nan, values[places])

    return pd.DataFrame(
        {
            "startup": [table.names[row] for row in rows],
            "sector": [table.sectors[row] for row in rows],
            "band": [table.band(row) for row in rows],
            "score": told(found.score),
            "score_low": found.score_low[places],
            "score_high": np.maximum(found.score_high, table.asked_score)[places],
            "median_loss_usd_a_year": told(found.median),
            "loss_usd_low": found.low[places],
            "loss_usd_high": np.maximum(found.high, table.asked_high)[places],
            "expected_loss_usd_a_year": told(found.mean),
            "tail_value_at_risk_95_usd": found.tvar95[places],
            "part_of_the_tail_usd": table.tail[places],
            "gross_profit_usd": np.where(
                table.profit_known[places], found.gross_profit[places], np.nan
            ),
            "lead_developer": leads[found.lead[places].astype(np.int64)],
            "worst_disruption": [
                KINDS[kind].value if kind >= 0 else None for kind in kinds[worst].tolist()
            ],
            "worst_disruption_of": roots[worst],
            "worst_disruption_loss_usd": np.where(worst < 0, np.nan, found.worst[places]),
            "days_to_switch": found.switch_days[places],
            "days_to_switch_low": found.switch_days_low[places],
            "days_to_switch_high": found.switch_days_high[places],
            "runway_months_before": _stated(found.months[places]),
            "runway_months_after": _stated(found.months_after[places]),
            "facts_known_percent": np.round(100 * np.nan_to_num(found.facts_known[places]), 1),
            "facts_stated_percent": np.round(100 * np.nan_to_num(found.facts_stated[places]), 1),
            "unknown_facts": ["; ".join(names) for names in unknown],
            "providers": ["; ".join(providers_of(table, row)) for row in rows],
            "open_questions": table.questions[places],
            "next_best_action": [
                action_of(table, row, names) for row, names in zip(rows, unknown, strict=True)
            ],
        }
    )


def _stated(months: NDArray[np.float64]) -> NDArray[np.float64]:
    """Months of runway; one without an end is as empty as one that is unknown."""
    return np.where(np.isinf(months), np.nan, months)


def score_columns() -> dict[str, object]:
    """Return how the table of :func:`score_table` is shown."""
    column = st.column_config
    return {
        "Startup": column.TextColumn(pinned=True, width=165),
        "Sector": column.TextColumn(width=120),
        "Band": column.TextColumn(width=60, help=wording.BAND_MEANING),
        "Expected loss": column.TextColumn(
            width=110,
            help="A year, at the median of the worlds. “up to” where only questions are "
            "known: what it could be if each is answered by yes.",
        ),
        "10–90 % range": column.TextColumn(
            width=115, help="Where the expected loss lies in 8 of 10 worlds."
        ),
        "Range": column.ImageColumn(
            width=160,
            help="From $0 on one scale for the page. The mark is the median; full colour is "
            "what unknown facts alone leave open, hatched is what open questions could add.",
        ),
        "Score": column.TextColumn(
            width=110,
            help="0 to 100, from the expected loss and the worst 5 % of years against "
            "the gross profit, with its 10–90 % range.",
        ),
        "Facts known": column.NumberColumn(
            format="%d %%", width=100, help=wording.FACTS_KNOWN_MEANING
        ),
        "Worst disruption": column.TextColumn(width=240),
        "Days to switch": column.TextColumn(
            width=120, help="Away from the lead developer, with the 10–90 % range."
        ),
        "Runway, months": column.TextColumn(
            width=130, help="Today → after a wind-down of the lead developer, without new money."
        ),
        "Next best action": column.TextColumn(width="large"),
    }


def first_calls(assessment: PortfolioAssessment, count: int = 5) -> list[StartupAssessment]:
    """The startups to talk to first: those that carry most of the worst years."""
    assessed = headlines.assessed_of(assessment)
    tail = np.nan_to_num(assessed.table.tail)
    return [assessed[row] for row in headlines.largest(tail, count) if tail[row] > 0]

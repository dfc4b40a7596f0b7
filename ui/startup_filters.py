"""Filters and orders of an answer's startups, worked out on columns.

A portfolio may have a million startups, so what picks, sorts and counts them works on the columns
of :class:`StartupTable`; an answer is made only for a row that somebody sees.
"""

from collections.abc import Callable, Collection, Sequence
from dataclasses import dataclass
from weakref import WeakKeyDictionary

import numpy as np
import pandas as pd
from numpy.typing import NDArray

from risk.loss.answer import BANDS as LETTERS
from risk.portfolio.results import NO_BAND
from risk.portfolio.startups import Assessed, StartupTable

Places = NDArray[np.int64]
Mask = NDArray[np.bool_]

#: The names of filters in an address.
PARAMETERS = ("search", "sector", "provider", "band", "known", "gaps", "on")
#: ``?``: too little is known for a letter.
BANDS = (*LETTERS, NO_BAND)
NO_SECTOR = "unknown"
#: What a company may lack, by the id in an address.
GAPS = {
    "open questions": "open questions",
    "unknown revenue": "unknown revenue or margin",
    "unknown cash or burn": "unknown cash or burn",
    "no dependency listed": "no AI provider found",
}
#: How much of what facts can do to an answer is known, as a filter: from, and below.
KNOWN = {"80 % and more": (0.8, 2.0), "50 to 80 %": (0.5, 0.8), "under 50 %": (-1.0, 0.5)}


@dataclass(frozen=True, kw_only=True)
class Filters:
    """What the reader wants to see; an empty list means everything.

    ``known`` are of :data:`KNOWN`, ``gaps`` of :data:`GAPS`. ``on`` is a provider on whom they
    depend, directly or through someone; who that is stands in no answer and is given beside it.
    """

    words: str = ""
    on: str = ""
    sectors: Sequence[str] = ()
    providers: Sequence[str] = ()
    bands: Sequence[str] = ()
    known: Sequence[str] = ()
    gaps: Sequence[str] = ()


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


def gaps(assessed: Assessed) -> dict[str, Mask]:
    """Which startups lack what, by :data:`GAPS`."""
    table = assessed.table
    return {
        "open questions": np.asarray(table.questions > 0),
        "unknown revenue": ~table.profit_known,
        "unknown cash or burn": np.isnan(table.answers.months),
        "no dependency listed": ~table.depends,
    }


def places_of(assessed: Assessed, names: Collection[str]) -> Places:
    """The places of the startups with some names, in their order."""
    found = columns_of(assessed).names.isin(list(names))
    return np.flatnonzero(found.to_numpy(dtype=bool))


def filtered(assessed: Assessed, filters: Filters, *, among: Places | None = None) -> Places:
    """The places of the startups that pass every filter, largest loss first.

    ``among``: only these places are asked for at all.
    """
    table, columns = assessed.table, columns_of(assessed)
    kept = np.ones(columns.count, dtype=bool)
    if among is not None:
        kept[:] = False
        kept[among] = True
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
    lacking = gaps(assessed) if filters.gaps else {}
    for gap in filters.gaps:
        kept &= lacking[gap]
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

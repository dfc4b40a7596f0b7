"""What the recorded past says of prices and retirements: fits, checks out of time, rivals.

:func:`history_record` gives all of it as one plain result: fits of the whole record
(:mod:`risk.hazard.price_history`, :mod:`risk.hazard.retirement_history`), which are the rates of
fixtures/rates.csv, and their checks, beside what model 4 judged. docs/method.md §1.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from datetime import date, timedelta

import numpy as np

from risk.catalog.model_history import (
    MODELS_FILE,
    MOVES_FILE,
    HostType,
    ModelHistory,
)
from risk.catalog.records import Catalog
from risk.hazard.cell_rates import CellCheck, check_cells, fit_cells
from risk.hazard.falter_settings import ModelClass
from risk.hazard.price_history import SPLIT, PriceCheck, PriceFit, check_prices, price_fit
from risk.hazard.retirement_history import (
    KEPT_SINCE,
    Announcement,
    RetirementFit,
    announcements,
    end_cells,
    record_ends,
    retirement_fit,
    told_by_developers,
)
from risk.hazard.scoring_rules import crps_of_sample

#: Last days from here on are scored by a fit to those before.
LATE_SPLIT = date(2026, 10, 1)
#: The half year that prices and notices are scored on ends before this day.
HALF_YEAR_END = date(2026, 7, 1)
_A_YEAR = timedelta(days=365)


@dataclass(frozen=True, kw_only=True)
class JudgedNumbers:
    """What model 4 judged: rates a year, new price ÷ old, days of notice by class."""

    price_rate: float
    price_multiple: float
    retirement_rate: float
    notice_days: Mapping[ModelClass, float]


@dataclass(frozen=True, kw_only=True)
class NoticeCheck:
    """Mean CRPS in days over the announcements ``scored``; lower is better.

    ``past`` draws from the ``learned`` announcements before; ``judged`` is a point at the model's
    notice for the class of the model.
    """

    learned: tuple[int, ...]
    scored: tuple[int, ...]
    past: float
    judged: float


@dataclass(frozen=True, kw_only=True)
class RetirementCheck:
    """Fits scored on later time: ``half_year`` as prices are, ``late`` where ends are kept.

    ``developers_ends`` is how many ends of their own models developers' pages name in the half
    year: the catalogue has lost them, so that the half year says nothing of the rate.
    """

    half_year: CellCheck
    developers_ends: int
    late: CellCheck
    notices: NoticeCheck | None


@dataclass(frozen=True, kw_only=True)
class HistoryRecord:
    """Fits, checks and the judged numbers beside them."""

    judged: JudgedNumbers
    prices: PriceFit
    price_check: PriceCheck
    retirements: RetirementFit
    retirement_check: RetirementCheck
    source: str
    licence: str
    snapshot: date


JUDGED = JudgedNumbers(
    price_rate=0.15,
    price_multiple=2.0,
    retirement_rate=0.3,
    notice_days={
        ModelClass.GENERAL: 180.0,
        ModelClass.SPECIALISED: 90.0,
        ModelClass.PREVIEW: 14.0,
    },
)


def history_record(history: ModelHistory, catalog: Catalog) -> HistoryRecord:
    """Everything that the record says, beside what model 4 judged."""
    source = history.sources[MODELS_FILE]
    return HistoryRecord(
        judged=JUDGED,
        prices=price_fit(history, catalog.providers, until=history.sources[MOVES_FILE].until),
        price_check=check_prices(
            history,
            catalog.providers,
            judged_rate=JUDGED.price_rate,
            judged_multiple=JUDGED.price_multiple,
        ),
        retirements=retirement_fit(history, catalog),
        retirement_check=check_retirements(history, catalog),
        source=source.source,
        licence=source.licence,
        snapshot=source.snapshot,
    )


def check_retirements(history: ModelHistory, catalog: Catalog) -> RetirementCheck:
    """Fit to the end of 2025 and to September 2026, and score what came after each."""
    providers = catalog.providers
    start, half = history.sources[MODELS_FILE].since, _everywhere(HALF_YEAR_END)
    split, late = _everywhere(SPLIT), _everywhere(LATE_SPLIT)
    pages = told_by_developers(catalog, history)
    told = announcements(pages)
    return RetirementCheck(
        half_year=check_cells(
            fit_cells(end_cells(history, providers, start, split)),
            end_cells(history, providers, SPLIT, half),
            last_year=end_cells(history, providers, SPLIT - _A_YEAR, split),
            judged=JUDGED.retirement_rate,
        ),
        developers_ends=sum(
            one.host is None and SPLIT <= one.shutdown < HALF_YEAR_END for one in pages
        ),
        late=check_cells(
            fit_cells(end_cells(history, providers, KEPT_SINCE, late)),
            end_cells(history, providers, LATE_SPLIT, record_ends(history)),
            last_year=end_cells(history, providers, LATE_SPLIT - _A_YEAR, late),
            judged=JUDGED.retirement_rate,
        ),
        notices=_check_notices(
            [one.days for one in told if one.day < SPLIT],
            [one for one in told if SPLIT <= one.day < HALF_YEAR_END],
            JUDGED.notice_days,
        ),
    )


def _everywhere(day: date) -> Mapping[HostType, date]:
    return dict.fromkeys(HostType, day)


def _check_notices(
    before: Sequence[int], later: Sequence[Announcement], judged: Mapping[ModelClass, float]
) -> NoticeCheck | None:
    if not before or not later:
        return None
    came = np.array([one.days for one in later], dtype=float)
    points = np.array([judged[one.kind] for one in later])
    return NoticeCheck(
        learned=tuple(before),
        scored=tuple(one.days for one in later),
        past=float(crps_of_sample(np.array(before, dtype=float), came).mean()),
        # A point forecast's CRPS is its absolute error.
        judged=float(np.abs(came - points).mean()),
    )

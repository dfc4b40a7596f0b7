"""Why a startup's score is high: what each thing it could do better contributes.

docs/method.md §4. Each set of factors moved to best practice is a variant of the startup with the
same row keys; all are valued in one call, on the same draws of what is unknown, and the difference
is shared out by Shapley values. Where the score comes from is another question and never mixed with
this one.
"""

from dataclasses import dataclass, replace

import numpy as np
from numpy.typing import NDArray

from risk.alternatives.best_practice import Factor, changed_startup
from risk.alternatives.shapley import shapley_values
from risk.alternatives.variants import Setting, ground_for
from risk.catalog.records import Service
from risk.hazard.supply_chain import Endpoint
from risk.inventory.exposed import exposed_use_cases
from risk.inventory.records import Startup
from risk.loss.columns import NO_AGREEMENT, Columns, columns_of
from risk.loss.exposures import Book, book_of
from risk.loss.own_years import own_years
from risk.loss.score import exposure_score
from risk.loss.uncertainty import range_of
from risk.loss.valuing import DRAWN_FACTS, value

Array = NDArray[np.float64]

FACTORS = tuple(Factor)
#: Factors that are no change of the record: a fallback that shares no root with today's provider,
#: and agreements that are there before they are needed.
OF_COLUMNS = (Factor.SHARING, Factor.LEGAL)
#: A fallback that no disruption of a provider takes along.
APART = Endpoint(
    Service(
        name="A provider apart",
        developer=None,
        host="A provider apart",
        form="api",
        source="what a fallback on roots of its own would be",
        as_of="",
    ),
    None,
)


@dataclass(frozen=True, kw_only=True)
class FactorShare:
    """Score points that one factor adds beyond best practice; negative where it would cost."""

    factor: Factor
    points: float


@dataclass(frozen=True, kw_only=True)
class WhyHigh:
    """``score`` today and ``best_score`` with every factor at best practice, both 0 to 100.

    ``shares`` sum to ``score - best_score`` exactly, largest first.
    """

    startup: str
    score: float
    best_score: float
    shares: tuple[FactorShare, ...]


def why_high(startup: Startup, setting: Setting) -> WhyHigh:
    """Share out what lies between a startup's score and the one that best practice would give."""
    if not exposed_use_cases(startup):
        return WhyHigh(startup=startup.name, score=0.0, best_score=0.0, shares=())
    values = scores_of(improved(startup, setting), setting)
    shares = (
        FactorShare(factor=factor, points=float(one))
        for factor, one in zip(FACTORS, shapley_values(values), strict=True)
    )
    return WhyHigh(
        startup=startup.name,
        score=float(values[0]),
        best_score=float(values[-1]),
        shares=tuple(sorted(shares, key=lambda one: -one.points)),
    )


def moved_in(number: int) -> tuple[Factor, ...]:
    """The factors at best practice in one of the sets, by its number: bit by bit."""
    return tuple(one for bit, one in enumerate(FACTORS) if number >> bit & 1)


def improved(startup: Startup, setting: Setting) -> Book:
    """The startup with every set of factors at best practice, as startups of one book."""
    records: dict[tuple[Factor, ...], Startup] = {}
    held: list[Startup] = []
    for number in range(2 ** len(FACTORS)):
        moved = tuple(one for one in moved_in(number) if one not in OF_COLUMNS)
        if moved not in records:
            changed = startup
            for factor in moved:
                changed = changed_startup(changed, factor, setting.catalog)
            records[moved] = changed
        held.append(records[moved])
    return book_of(_apart(columns_of(held, catalog=setting.catalog, today=setting.today)))


def _apart(columns: Columns) -> Columns:
    """The columns with those factors moved that no record says."""
    links = columns.dependencies
    number = columns.cases.startup[links.case]

    def moved(factor: Factor) -> NDArray[np.bool_]:
        return np.asarray(number >> FACTORS.index(factor) & 1 > 0)

    legal = np.where(moved(Factor.LEGAL), NO_AGREEMENT, links.legal)
    backup = np.where(moved(Factor.SHARING), len(columns.endpoints), links.backup)
    return replace(
        columns,
        endpoints=(*columns.endpoints, APART),
        dependencies=replace(links, legal=legal.astype(np.int32), backup=backup.astype(np.int32)),
    )


def scores_of(book: Book, setting: Setting) -> Array:
    """The scores of a book's startups, (startups,): medians over worlds and draws of rates."""
    ground = ground_for(book, setting)
    found = value(book.exposures, ground)
    tail = own_years(book.exposures, ground).tail_ratio
    drawn = found.y[:, :, 1:DRAWN_FACTS]
    z = (1 + tail)[None, :, None] / 2 * drawn / np.maximum(found.profit, 1e-9)[:, :, None]
    return range_of(exposure_score(z, setting.assumptions)).median

"""One page of the list of startups: sorted, filtered and counted by the database.

A portfolio of a million startups is never read whole to show fifty of them.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from enum import StrEnum
from typing import Any

from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from db.engine import Store
from db.records import PortfolioRecord
from db.register.columns import to_usd
from db.register.rows import DEPENDENCIES, STARTUPS, as_portfolio, read_register
from db.services.access import Action, Actor, authorize
from db.services.counts import startups_by_band, startups_in
from db.services.searching import Listed, has_dependency, listed_providers, mentions
from db.services.stored_scores import SCORES, StoredRun, run_of
from db.services.visible import visible_portfolio
from risk.catalog.records import Answer
from risk.inventory.records import Startup

#: The most startups that one page holds.
LARGEST_PAGE = 500


class StartupOrder(StrEnum):
    """What startups can be sorted by; those of which it is not known come last."""

    NAME = "name"
    REVENUE = "annual revenue"
    SCORE = "score"
    LOSS = "expected loss"
    TAIL = "share of the tail"


@dataclass(frozen=True, kw_only=True)
class StartupFilter:
    """Which startups are wanted; nothing stated means all.

    ``words`` must all occur in name, notes or a provider. ``asks``: only those with open questions;
    ``no_revenue``, ``no_runway``, ``no_dependency``: those of which nobody stated annual revenue,
    cash or burn, or anything they depend on.
    """

    words: str = ""
    sectors: Sequence[str] = ()
    bands: Sequence[str] = ()
    asks: bool = False
    no_revenue: bool = False
    no_runway: bool = False
    no_dependency: bool = False


ALL_STARTUPS = StartupFilter()
_OF_SCORES = (StartupOrder.SCORE, StartupOrder.LOSS, StartupOrder.TAIL)


@dataclass(frozen=True, kw_only=True)
class StoredScore:
    """What the last run that was kept says of one startup; losses in USD a year."""

    score: float
    band: str
    confidence: str
    confidence_share: float | None
    aal_usd: float
    tail_usd: float
    worst: str | None
    days_to_switch: float | None
    next_action: str


@dataclass(frozen=True, kw_only=True)
class StartupsPage:
    """Some startups in their order. ``matching`` pass the filter, of ``total`` in the portfolio.

    ``scores`` are by name, for those that were scored; ``run`` is None where no run was kept.
    """

    startups: tuple[Startup, ...]
    matching: int
    total: int
    scores: Mapping[str, StoredScore] = field(default_factory=dict)
    run: StoredRun | None = None


def startups_page(
    store: Store,
    actor: Actor,
    portfolio: str,
    wanted: StartupFilter = ALL_STARTUPS,
    *,
    order: StartupOrder = StartupOrder.NAME,
    descending: bool = False,
    offset: int = 0,
    limit: int = 50,
) -> StartupsPage:
    """Return the startups from ``offset`` on, at most ``limit`` or 500 of them.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        run = run_of(session, found)
        listed = listed_providers(store, session) if wanted.words.strip() else None
        conditions = and_(STARTUPS.c.portfolio_id == found.id, *_conditions(wanted, run, listed))
        query = (
            _scored(select(STARTUPS.c.id), run, needed=order in _OF_SCORES or bool(wanted.bands))
            .where(conditions)
            .order_by(*_order(order, run, descending=descending))
        )
        query = query.offset(max(0, offset)).limit(max(0, min(limit, LARGEST_PAGE)))
        total = startups_in(store, session, [found])[found.id]
        if wanted == ALL_STARTUPS:
            numbers, matching = list(session.scalars(query)), total
        elif run is not None and run.current and wanted == StartupFilter(bands=wanted.bands):
            by_band = startups_by_band(store, session, run.run).by_band
            matching = sum(by_band.get(band, 0) for band in set(wanted.bands))
            numbers = list(session.scalars(query))
        else:
            counted = _scored(select(func.count()), run, needed=bool(wanted.bands))
            numbers, matching = _counted(session, query, counted.where(conditions))
        return StartupsPage(
            startups=_startups(session, found, numbers),
            matching=matching,
            total=total,
            scores=_scores(session, numbers, run),
            run=run,
        )


def _counted(session: Session, page: Select[Any], counted: Select[Any]) -> tuple[list[int], int]:
    """The numbers of a page and how many there are in all, in one statement.

    What both look for among the dependencies is then looked for once.
    """
    both = page.add_columns(counted.correlate(None).scalar_subquery())
    rows = session.execute(both).all()
    if rows:
        return [row[0] for row in rows], rows[0][1]
    return [], session.scalar(counted) or 0


def startup_sectors(store: Store, actor: Actor, portfolio: str) -> tuple[str, ...]:
    """Return every sector that a startup of the portfolio has, sorted.

    Raises:
        PortfolioNotFound: no portfolio has this name.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        query = (
            select(STARTUPS.c.sector)
            .where(STARTUPS.c.portfolio_id == found.id, STARTUPS.c.sector.is_not(None))
            .distinct()
        )
        return tuple(sorted(session.scalars(query)))


def _scored(query: Select[Any], run: StoredRun | None, *, needed: bool) -> Select[Any]:
    """The query over startups, with their scores beside them if there are any and they are needed.

    Where every startup was scored, the database may begin with the scores, which it keeps sorted.
    """
    if run is None or not needed:
        return query.select_from(STARTUPS)
    beside = and_(SCORES.c.run_id == run.run, SCORES.c.startup_key == STARTUPS.c.name_key)
    return query.select_from(STARTUPS.join(SCORES, beside, isouter=not run.current))


def _conditions(
    wanted: StartupFilter, run: StoredRun | None, listed: Listed
) -> list[ColumnElement[bool]]:
    found: list[ColumnElement[bool]] = [mentions(word, listed) for word in wanted.words.split()]
    if wanted.sectors:
        found.append(STARTUPS.c.sector.in_(wanted.sectors))
    if wanted.bands:
        found.append(
            SCORES.c.band.in_(wanted.bands) if run is not None else STARTUPS.c.id.is_(None)
        )
    if wanted.asks:
        found.append(has_dependency(DEPENDENCIES.c.answer == Answer.ASK))
    if wanted.no_revenue:
        found.append(STARTUPS.c.annual_revenue_cents.is_(None))
    if wanted.no_runway:
        unstated = (STARTUPS.c.cash_cents, STARTUPS.c.monthly_burn_cents)
        found.append(or_(*(one.is_(None) for one in unstated)))
    if wanted.no_dependency:
        found.append(~has_dependency(true()))
    return found


def _order(
    order: StartupOrder, run: StoredRun | None, *, descending: bool
) -> tuple[ColumnElement[Any], ...]:
    """What to sort by; without kept scores those that need them are by name."""
    columns: dict[StartupOrder, ColumnElement[Any]] = {
        StartupOrder.NAME: STARTUPS.c.name_key,
        StartupOrder.REVENUE: STARTUPS.c.annual_revenue_cents,
    }
    if run is not None:
        columns[StartupOrder.SCORE] = SCORES.c.score
        columns[StartupOrder.LOSS] = SCORES.c.aal_cents
        columns[StartupOrder.TAIL] = SCORES.c.tail_cents
    column = columns.get(order, STARTUPS.c.name_key)
    first = column.desc() if descending else column.asc()
    if column is STARTUPS.c.name_key:
        return (first,)
    if run is not None and run.current and order in _OF_SCORES:
        # Every startup has one; the rest of the order is that of the index.
        return (first,)
    return first.nulls_last(), STARTUPS.c.name_key.asc()


def _startups(
    session: Session, found: PortfolioRecord, numbers: Sequence[int]
) -> tuple[Startup, ...]:
    """These startups in the order of their numbers in ``numbers``."""
    register = read_register(session, found.id, only=numbers)
    place = {number: at for at, number in enumerate(numbers)}
    read = as_portfolio(found, register).startups
    order = [place[row["id"]] for row in register.startups]
    return tuple(one for _, one in sorted(zip(order, read, strict=True), key=lambda pair: pair[0]))


def _scores(
    session: Session, numbers: Sequence[int], run: StoredRun | None
) -> dict[str, StoredScore]:
    if run is None or not numbers:
        return {}
    query = _scored(select(STARTUPS.c.name, SCORES), run, needed=True).where(
        STARTUPS.c.id.in_(numbers), SCORES.c.run_id.is_not(None)
    )
    return {
        row["name"]: StoredScore(
            score=row["score"],
            band=row["band"],
            confidence=row["confidence"],
            confidence_share=row["confidence_share"],
            aal_usd=to_usd(row["aal_cents"]) or 0.0,
            tail_usd=to_usd(row["tail_cents"]) or 0.0,
            worst=row["worst_root"],
            days_to_switch=row["days_to_switch"],
            next_action=row["next_action"],
        )
        for row in session.execute(query).mappings()
    }

"""One page of the list of startups: a portfolio of a million is never read whole to show fifty.

Names and facts are sorted, filtered and counted by the database, what was answered about startups
in the columns of the last answer that was kept.
"""

from collections.abc import Collection, Mapping, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Any

import numpy as np
from numpy.typing import NDArray
from sqlalchemy import ColumnElement, Select, and_, func, or_, select, true
from sqlalchemy.orm import Session

from db.engine import Store
from db.records import PortfolioRecord
from db.register.naming import comparison_key
from db.register.rows import as_portfolio, read_register
from db.register.tables import DEPENDENCIES, STARTUPS, startups_of
from db.services.access import Action, Actor, authorize
from db.services.counts import startups_in
from db.services.kept_answers import KeptAnswer, answer_of, rows_of
from db.services.searching import Listed, has_dependency, listed_providers, mentions
from db.services.visible import visible_portfolio
from risk.catalog.records import Answer
from risk.inventory.records import Startup
from risk.loss.answer import BANDS
from risk.portfolio.fields import Values, records
from risk.portfolio.results import NO_BAND
from risk.portfolio.startups import StartupTable

Places = NDArray[np.int64]

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
#: What only an answer tells.
_ANSWERED = (StartupOrder.SCORE, StartupOrder.LOSS, StartupOrder.TAIL)


@dataclass(frozen=True, kw_only=True)
class StartupsPage:
    """Some startups in their order. ``matching`` pass the filter, of ``total`` in the portfolio.

    ``scores`` are by name, for those that ``kept`` tells of, the last answer (None without any):
    fields of :mod:`risk.portfolio.fields`.
    """

    startups: tuple[Startup, ...]
    matching: int
    total: int
    scores: Mapping[str, Values] = field(default_factory=dict)
    kept: KeptAnswer | None = None


def startups_page(
    store: Store,
    actor: Actor,
    portfolio: str,
    wanted: StartupFilter = ALL_STARTUPS,
    *,
    today: date,
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
    first, most = max(0, offset), max(0, min(limit, LARGEST_PAGE))
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        kept = answer_of(session, store, actor, found, today=today)
        listed = listed_providers(store, session) if wanted.words.strip() else None
        stated = _stated(wanted, listed)
        conditions = and_(startups_of(session, found.id), *stated)
        total = startups_in(store, session, [found])[found.id]
        if kept is not None and (order in _ANSWERED or wanted.bands):
            named = select(STARTUPS.c.name).where(conditions)
            among = set(session.scalars(named)) if stated else None
            rows = _answered(kept.table, wanted.bands, among, order, descending=descending)
            matching = len(rows)
            names = [kept.table.names[row] for row in rows[first : first + most].tolist()]
            startups = _of_names(session, found, names)
        else:
            if wanted.bands:
                conditions = and_(conditions, STARTUPS.c.id.is_(None))
            query = select(STARTUPS.c.id).where(conditions)
            query = query.order_by(*_order(order, descending=descending))
            query = query.offset(first).limit(most)
            if wanted == ALL_STARTUPS:
                numbers, matching = list(session.scalars(query)), total
            else:
                counted = select(func.count()).select_from(STARTUPS).where(conditions)
                numbers, matching = _counted(session, query, counted)
            startups = _startups(session, found, numbers)
        return StartupsPage(
            startups=startups,
            matching=matching,
            total=total,
            scores={} if kept is None else _scores(store, kept, startups),
            kept=kept,
        )


def named_startups(
    store: Store, actor: Actor, portfolio: str, names: Sequence[str]
) -> tuple[Startup, ...]:
    """Return the startups of some names in their order, at most 500, but for those that are gone.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        return _of_names(session, found, names[:LARGEST_PAGE])


def _answered(
    table: StartupTable,
    bands: Sequence[str],
    among: Collection[str] | None,
    order: StartupOrder,
    *,
    descending: bool,
) -> Places:
    """The rows of an answer that are wanted, in their order; ``among`` are names, None: all."""
    chosen = np.ones(len(table), dtype=np.bool_)
    if bands:
        codes = [-1 if band == NO_BAND else BANDS.index(band) for band in bands]
        chosen &= np.isin(table.bands, codes)
    if among is not None:
        chosen &= np.fromiter((name in among for name in table.names), np.bool_, len(table))
    rows = np.flatnonzero(chosen)
    columns = {
        StartupOrder.SCORE: table.answers.score,
        StartupOrder.LOSS: table.answers.mean,
        StartupOrder.TAIL: table.tail,
    }
    if order in columns:
        figures = columns[order][rows].astype(np.float64)
        # What is not known comes last either way.
        return rows[np.argsort(-figures if descending else figures, kind="stable")]
    keys = {row: comparison_key(table.names[row]) for row in rows.tolist()}
    ordered = sorted(keys, key=keys.__getitem__, reverse=descending)
    return np.array(ordered, dtype=np.int64)


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
            .where(startups_of(session, found.id), STARTUPS.c.sector.is_not(None))
            .distinct()
        )
        return tuple(sorted(session.scalars(query)))


def _stated(wanted: StartupFilter, listed: Listed) -> list[ColumnElement[bool]]:
    """The conditions on what is stated of startups."""
    found: list[ColumnElement[bool]] = [mentions(word, listed) for word in wanted.words.split()]
    if wanted.sectors:
        found.append(STARTUPS.c.sector.in_(wanted.sectors))
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


def _order(order: StartupOrder, *, descending: bool) -> tuple[ColumnElement[Any], ...]:
    """What to sort by; what needs an answer is by name where none is kept."""
    if order is StartupOrder.REVENUE:
        revenue = STARTUPS.c.annual_revenue_cents
        first = revenue.desc() if descending else revenue.asc()
        return first.nulls_last(), STARTUPS.c.name_key.asc()
    return (STARTUPS.c.name_key.desc() if descending else STARTUPS.c.name_key.asc(),)


def _startups(
    session: Session, found: PortfolioRecord, numbers: Sequence[int]
) -> tuple[Startup, ...]:
    """These startups in the order of their numbers in ``numbers``."""
    register = read_register(session, found.id, only=numbers)
    place = {number: at for at, number in enumerate(numbers)}
    read = as_portfolio(found, register).startups
    order = [place[row["id"]] for row in register.startups]
    return tuple(one for _, one in sorted(zip(order, read, strict=True), key=lambda pair: pair[0]))


def _of_names(
    session: Session, found: PortfolioRecord, names: Sequence[str]
) -> tuple[Startup, ...]:
    """The startups of these names in their order, but for those that are gone since."""
    register = read_register(session, found.id, names=[comparison_key(one) for one in names])
    read = {one.name: one for one in as_portfolio(found, register).startups}
    return tuple(read[name] for name in names if name in read)


def _scores(store: Store, kept: KeptAnswer, startups: Sequence[Startup]) -> dict[str, Values]:
    rows = rows_of(store, kept)
    places = [rows[one.name] for one in startups if one.name in rows]
    found = records(kept.table, np.array(places, dtype=np.int64))
    return {row["startup"]: row for row in found}

"""Dependence on providers: which startups of a portfolio depend on each, how, and what shows it.

The one place that pages, commands and files ask, whatever the portfolio's size, so that "who
depends on X" has the same answer everywhere. What counts is in :mod:`risk.portfolio.providers`.
"""

from datetime import date

import numpy as np
from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.register.tables import DEPENDENCIES, LIVE_DEPENDENCY, STARTUPS, USE_CASES, startups_of
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_of
from db.services.counts import startups_in
from db.services.hazard import hazard_for_scores
from db.services.portfolios import load_startup
from db.services.valuations import valuation
from db.services.visible import visible_portfolio
from risk.alternatives.options import StartupNotFound
from risk.catalog.records import Answer
from risk.loss.valuation import Members
from risk.portfolio.matrix import Vendor, vendors_of
from risk.portfolio.providers import (
    NO_TEXTS,
    Dependence,
    Dependents,
    OpenTexts,
    Way,
    dependents_of,
    ways_to,
)


def dependence(store: Store, actor: Actor, portfolio: str, *, today: date) -> Dependence:
    """Return who depends on each provider: directly, through someone else, or to be asked.

    Places of startups are rows of the valuation of the same day, in the order of their numbers.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    held = valuation(store, actor, portfolio, today=today)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        texts = _open_texts(session, found.id, held.members)
    return dependents_of(held, texts)


def dependents(
    store: Store, actor: Actor, portfolio: str, provider: str, *, today: date
) -> Dependents:
    """Return who depends on one provider; nobody where it is unknown.

    ``rows_of(how)`` are places among the rows of the valuation, ``names(how)`` the names.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    return dependence(store, actor, portfolio, today=today).of(provider)


def ways(
    store: Store, actor: Actor, portfolio: str, startup: str, provider: str, *, today: date
) -> tuple[Way, ...]:
    """Return every way by which one startup depends on a provider, or may, with its record.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        StartupNotFound: the portfolio has no startup of this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    records = load_startup(store, actor, portfolio, startup).startups
    if not records:
        raise StartupNotFound(f"There is no company called “{startup}” in {portfolio}.")
    with store.read() as session:
        stand = assumptions_of(session, visible_portfolio(session, actor, portfolio).id)
    hazard = hazard_for_scores(store, actor, stand, today=today)
    return ways_to(records[0], provider, hazard.catalog, stand)


def vendors(
    store: Store, actor: Actor, portfolio: str, *, today: date
) -> tuple[Vendor, ...] | None:
    """Return the vendors of a portfolio that is the inventory of one company; None: it is not.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        if startups_in(store, session, [found])[found.id] != 1:
            return None
        stand = assumptions_of(session, found.id)
        name = session.scalar(select(STARTUPS.c.name).where(startups_of(session, found.id)))
    records = load_startup(store, actor, portfolio, str(name)).startups
    hazard = hazard_for_scores(store, actor, stand, today=today)
    return vendors_of(records[0], hazard.catalog, stand)


def _open_texts(session: Session, portfolio_id: int, members: Members) -> OpenTexts:
    """The texts of a portfolio of which it is open what they stand for."""
    if not members.questions.any():
        return NO_TEXTS
    joined = DEPENDENCIES.join(USE_CASES, USE_CASES.c.id == DEPENDENCIES.c.use_case_id)
    query = (
        select(STARTUPS.c.name, DEPENDENCIES.c.developer, DEPENDENCIES.c.host)
        .select_from(joined.join(STARTUPS, STARTUPS.c.id == USE_CASES.c.startup_id))
        .where(
            startups_of(session, portfolio_id),
            LIVE_DEPENDENCY,
            DEPENDENCIES.c.answer == Answer.ASK,
        )
        .distinct()
    )
    pairs: dict[tuple[str | None, str | None], int] = {}
    rows, place = [], []
    for name, developer, host in session.execute(query):
        row = members.place.get(name)
        if row is not None:
            rows.append(row)
            place.append(pairs.setdefault((developer, host), len(pairs)))
    return OpenTexts(
        rows=np.array(rows, dtype=np.int64),
        place=np.array(place, dtype=np.int64),
        pairs=tuple(pairs),
    )

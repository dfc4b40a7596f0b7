"""Portfolios of the store laid out to be valued, at every size, and the last ones kept at hand."""

from datetime import date

from sqlalchemy import select
from sqlalchemy.orm import Session

from db.engine import Store
from db.records import PortfolioRecord
from db.reference.reading import catalog_state
from db.register.loss_columns import (
    AT_ONCE,
    Evidence,
    Read,
    joined,
    read_evidence,
    read_startups,
    stretches,
)
from db.register.naming import comparison_key
from db.register.rows import STARTUPS
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_of
from db.services.at_hand import AtHand
from db.services.counts import startups_in
from db.services.hazard import ScoredHazard, hazard_for_scores, hazard_revision
from db.services.visible import visible_portfolio
from risk.alternatives.options import StartupNotFound
from risk.assumptions import Assumptions
from risk.loss.columns import ordered
from risk.loss.valuation import Valuation
from risk.loss.worlds import LARGE, worlds_for

#: What is kept at hand for each open store, in startups; a portfolio counts as so many more, for
#: the tables of its worlds. One alone is kept whatever its size.
MOST_STARTUPS, OF_EACH = 1_200_000, 50_000
_at_hand = AtHand[Valuation](MOST_STARTUPS, lambda one: len(one.members) + OF_EACH)


def valuation(
    store: Store,
    actor: Actor,
    portfolio: str,
    *,
    today: date,
    assumptions: Assumptions | None = None,
) -> Valuation:
    """Return a portfolio laid out to be valued, whatever its size, as of one moment.

    Rows follow the numbers of startups in the store. Drills and agreements are laid over what the
    inventory says, signals and learned rates over the reference facts. ``assumptions`` are tried
    this once in place of the stored ones. Whoever asks for the same again is given the same object,
    with what was worked out on it meanwhile.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        stand = assumptions or assumptions_of(session, found.id)
        state = catalog_state(session)
        seen = (found.id, found.name, found.revision, found.updated_at)
    key = (seen, state, hazard_revision(store, actor), stand, today)

    def lay_out() -> Valuation:
        hazard = hazard_for_scores(store, actor, stand, today=today)
        with store.read() as session:
            found = visible_portfolio(session, actor, portfolio)
            evidence = read_evidence(session, found.id)
            # Names of everything that a large portfolio depends on would fill the memory.
            named = startups_in(store, session, [found])[found.id] <= LARGE
            read = joined(
                _read(session, found, evidence, hazard, stand, today, numbers, named=named)
                for numbers in stretches(session, found.id, size=AT_ONCE)
            )
            return _valuation(found, read, hazard, stand, today)

    return _at_hand.get(store, key, lay_out)


def valuation_alone(
    store: Store,
    actor: Actor,
    portfolio: str,
    startup: str,
    *,
    today: date,
    assumptions: Assumptions | None = None,
) -> Valuation:
    """Return one startup laid out to be valued, without reading the others of its portfolio.

    It is valued in as many worlds as its portfolio, where its draws are the same.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        StartupNotFound: the portfolio has no startup of this name.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        stand = assumptions or assumptions_of(session, found.id)
    hazard = hazard_for_scores(store, actor, stand, today=today)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        named = STARTUPS.c.name_key == comparison_key(startup)
        of_name = select(STARTUPS.c.id).where(STARTUPS.c.portfolio_id == found.id, named)
        number = session.scalar(of_name)
        if number is None:
            raise StartupNotFound(f"There is no startup called '{startup}' in {portfolio}.")
        evidence = read_evidence(session, found.id)
        read = _read(session, found, evidence, hazard, stand, today, (number, number))
        beside = startups_in(store, session, [found])[found.id]
        return _valuation(found, read, hazard, stand, today, count=worlds_for(beside))


def _read(
    session: Session,
    found: PortfolioRecord,
    evidence: Evidence,
    hazard: ScoredHazard,
    assumptions: Assumptions,
    today: date,
    numbers: tuple[int, int],
    *,
    named: bool = True,
) -> Read:
    return read_startups(
        session,
        found.id,
        evidence=evidence,
        catalog=hazard.catalog,
        assumptions=assumptions,
        today=today,
        numbers=numbers,
        named=named,
    )


def _valuation(
    found: PortfolioRecord,
    read: Read,
    hazard: ScoredHazard,
    assumptions: Assumptions,
    today: date,
    *,
    count: int | None = None,
) -> Valuation:
    return Valuation(
        portfolio=found.name,
        invented=found.invented,
        members=read.members,
        columns=ordered(read.columns),
        catalog=hazard.catalog,
        assumptions=assumptions,
        today=today,
        before_signals=hazard.before_signals,
        count=count,
        asked=read.asked,
    )

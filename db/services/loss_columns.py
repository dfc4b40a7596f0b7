"""A portfolio as the columns that losses are calculated from."""

from datetime import date

from db.engine import Store
from db.register.loss_columns import AT_ONCE, joined, read_columns, read_evidence, stretches
from db.services.access import Action, Actor, authorize
from db.services.assumptions import assumptions_of
from db.services.reference import load_catalog
from db.services.visible import visible_portfolio
from risk.loss.columns import Columns


def load_columns(
    store: Store, actor: Actor, portfolio: str, *, today: date, at_once: int = AT_ONCE
) -> Columns:
    """Return what a portfolio depends on as columns, whatever its size, as of one moment.

    They hold what :func:`~db.services.portfolios.load_portfolio` does, drills and agreements
    included. ``at_once`` startups are read at a time, which changes memory and nothing else.

    Raises:
        PortfolioNotFound: no portfolio has this name, whatever its case.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    catalog = load_catalog(store, actor)
    with store.read() as session:
        found = visible_portfolio(session, actor, portfolio)
        assumptions = assumptions_of(session, found.id)
        evidence = read_evidence(session, found.id)
        return joined(
            read_columns(
                session,
                found.id,
                evidence=evidence,
                catalog=catalog,
                assumptions=assumptions,
                today=today,
                numbers=numbers,
            )
            for numbers in stretches(session, found.id, size=at_once)
        )

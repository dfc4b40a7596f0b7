"""What ends when for a stored portfolio: retirements and renewals against the register."""

from datetime import date

from db.engine import Store
from db.errors import Refused
from db.services.access import Action, Actor, authorize
from db.services.assumptions import load_assumptions
from db.services.portfolios import load_portfolio
from db.services.reference import load_catalog
from risk.portfolio.deadlines import DeadlineCalendar, deadline_calendar

#: Nobody plans further ahead by days.
MOST_DAYS = 3650


def portfolio_deadlines(
    store: Store, actor: Actor, portfolio: str, *, today: date, days: int = 90
) -> DeadlineCalendar:
    """Return retirements, renewals and the last days to give notice within ``days`` of today.

    Raises:
        PortfolioNotFound: no portfolio has this name.
        Refused: ``days`` is not between 1 and 3650.
        NotAllowed: the actor was not invited.
    """
    authorize(actor, Action.READ, f"portfolio {portfolio}")
    if not 1 <= days <= MOST_DAYS:
        raise Refused(f"Look between 1 and {MOST_DAYS:,} days ahead, not {days:,}.")
    return deadline_calendar(
        load_portfolio(store, actor, portfolio),
        catalog=load_catalog(store, actor),
        assumptions=load_assumptions(store, actor, portfolio),
        today=today,
        days=days,
    )
